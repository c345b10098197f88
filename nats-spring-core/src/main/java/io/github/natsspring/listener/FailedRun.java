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

import java.util.stream.Collectors;

import io.nats.client.Message;
import io.nats.client.impl.NatsJetStreamMetaData;

import org.springframework.core.convert.ConversionException;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;
import org.springframework.validation.FieldError;

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
		return this.exception instanceof MessageConversionException
				|| this.exception instanceof MethodArgumentResolutionException
				|| this.exception instanceof ConversionException || this.exception instanceof ClassCastException
				|| this.exception instanceof FatalListenerException;
	}

	/**
	 * Describe the exception without values of the payload, which validation puts into
	 * its messages.
	 * @return class and message
	 */
	public String describeException() {
		String type = this.exception.getClass().getName();
		if (this.exception instanceof MethodArgumentNotValidException notValid && notValid.getBindingResult() != null) {
			return notValid.getBindingResult()
				.getAllErrors()
				.stream()
				.map((error) -> (error instanceof FieldError field)
						? "%s %s".formatted(field.getField(), field.getDefaultMessage())
						: String.valueOf(error.getCode()))
				.collect(Collectors.joining(", ", type + ": ", ""));
		}
		return type + ": " + this.exception.getMessage();
	}

	/**
	 * Describe which message it was, without its payload.
	 * @return listener, stream, sequence, subject, attempt and delivery
	 */
	public String describe() {
		NatsJetStreamMetaData metaData = this.message.metaData();
		return "Listener '%s' failed on message %d of stream '%s' (consumer '%s', subject '%s', attempt %d, delivery %d)"
			.formatted(this.listenerId, metaData.streamSequence(), metaData.getStream(), metaData.getConsumer(),
					this.message.getSubject(), this.attempts, this.deliveries);
	}

}
