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

package io.github.natsspring.observation;

import java.util.List;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the context of a trace in NATS headers.
 */
final class HeaderCarriers {

	private HeaderCarriers() {
	}

	static void set(@Nullable Headers headers, String name, String value) {
		if (headers == null) {
			return;
		}
		try {
			headers.put(name, value);
		}
		catch (IllegalArgumentException ex) {
			// Baggage that NATS cannot carry must not keep a message from being sent
			headers.remove(name);
		}
	}

	static @Nullable String get(@Nullable Message message, String name) {
		List<String> values = getAll(message, name);
		return values.isEmpty() ? null : values.get(0);
	}

	/**
	 * NATS minds the case of names, but clients of other languages write theirs, as
	 * {@code Traceparent}.
	 */
	static List<String> getAll(@Nullable Message message, String name) {
		Headers headers = (message != null) ? message.getHeaders() : null;
		if (headers == null) {
			return List.of();
		}
		List<String> values = headers.get(name);
		if (values == null || values.isEmpty()) {
			values = headers.getIgnoreCase(name);
		}
		return (values != null) ? values : List.of();
	}

}
