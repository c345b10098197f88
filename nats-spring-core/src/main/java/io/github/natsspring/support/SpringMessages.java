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

import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;

/**
 * Takes Spring messages apart that are to be sent.
 */
public final class SpringMessages {

	private SpringMessages() {
	}

	/**
	 * Take the headers of a Spring message, as far as the caller did not set others.
	 * @param payload the payload, which may be a Spring message
	 * @param headers the headers of what is sent, which are changed
	 * @param mapper maps headers
	 * @return the payload itself
	 */
	public static @Nullable Object unwrap(@Nullable Object payload, Headers headers, NatsHeaderMapper mapper) {
		if (!(payload instanceof Message<?> message)) {
			return payload;
		}
		Headers mapped = new Headers();
		mapper.fromHeaders(message.getHeaders(), mapped);
		mapped.forEach((name, values) -> {
			if (!headers.containsKey(name)) {
				headers.put(name, values);
			}
		});
		return message.getPayload();
	}

}
