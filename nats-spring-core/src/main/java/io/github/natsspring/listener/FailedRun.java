/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natsspring.listener;

import io.github.natsspring.support.Subjects;
import io.nats.client.Message;
import io.nats.client.impl.NatsJetStreamMetaData;

/**
 * A run of a listener that ended with an exception, or a delivery that was not run
 * because there were too many before.
 *
 * @param listenerId the id of the listener
 * @param message the message
 * @param attempts how many runs of the message failed in this instance, this one included
 * @param deliveries how often the server has delivered it, this delivery included; it
 * also counts deliveries that never ran
 * @param exception what the listener threw, not wrapped
 */
public record FailedRun(String listenerId, Message message, int attempts, long deliveries, Throwable exception) {

	/**
	 * Whether the message will fail again however often it is tried: it cannot be
	 * converted or validated, does not suit the arguments of the listener, or was said to
	 * be fatal.
	 * @return {@code true} for conversion, validation, argument and class cast exceptions
	 * and for {@link FatalListenerException}
	 */
	public boolean isFatal() {
		return FailureText.isFatal(this.exception);
	}

	/**
	 * Describe the exception without values of the payload, which validation puts into
	 * its messages.
	 * @return class and message, in one line
	 */
	public String describeException() {
		return FailureText.describe(this.exception);
	}

	/**
	 * Describe which message it was, without its payload.
	 * @return listener, stream, sequence, subject, attempt and delivery
	 */
	public String describe() {
		NatsJetStreamMetaData metaData = this.message.metaData();
		return "Listener '%s' failed on message %d of stream '%s' (consumer '%s', subject '%s', attempt %d, delivery %d)"
			.formatted(this.listenerId, metaData.streamSequence(), metaData.getStream(), metaData.getConsumer(),
					Subjects.printable(this.message.getSubject()), this.attempts, this.deliveries);
	}

}
