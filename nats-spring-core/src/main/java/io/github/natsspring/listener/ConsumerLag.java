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

import java.time.Instant;

/**
 * How far a consumer is behind its stream, over all instances.
 *
 * @param stream the name of the stream
 * @param consumer the name of the consumer
 * @param pending how many messages the server has not delivered yet
 * @param ackPending how many are delivered and not acknowledged
 * @param waiting how many pulls wait for messages
 * @param redelivered how many are delivered again and not acknowledged
 * @param time when the server said the number of pending messages, by the clock of this
 * machine; the others may be older by up to a poll
 */
public record ConsumerLag(String stream, String consumer, long pending, long ackPending, long waiting, long redelivered,
		Instant time) {

	/**
	 * A copy with what the server said later.
	 * @param pending how many messages the server has not delivered yet
	 * @param time when it said so
	 * @return the copy
	 */
	public ConsumerLag withPending(long pending, Instant time) {
		return new ConsumerLag(this.stream, this.consumer, pending, this.ackPending, this.waiting, this.redelivered,
				time);
	}

}
