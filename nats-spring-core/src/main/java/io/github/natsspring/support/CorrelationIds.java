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

package io.github.natsspring.support;

import io.nats.client.Message;
import io.nats.client.impl.Headers;

/**
 * Carries the correlation id from one message to another.
 */
public final class CorrelationIds {

	private CorrelationIds() {
	}

	/**
	 * Give what is sent because of a message the correlation id of that message.
	 * @param message the message that was received
	 * @param headers the headers of what is sent, which get the id if the message has one
	 * and they have none
	 */
	public static void carry(Message message, Headers headers) {
		Headers received = message.getHeaders();
		if (received == null) {
			return;
		}
		String id = received.getFirst(NatsHeaders.CORRELATION_ID);
		if (id != null && !headers.containsKey(NatsHeaders.CORRELATION_ID)) {
			headers.put(NatsHeaders.CORRELATION_ID, id);
		}
	}

}
