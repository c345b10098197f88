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

package io.github.natsspring.config;

import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.support.Subjects;
import org.jspecify.annotations.Nullable;

/**
 * Refuses names that the server would not take.
 */
final class NameChecks {

	private static final String OF_STREAMS = ".*>/\\";

	private NameChecks() {
	}

	static void check(NatsListenerEndpoint endpoint) {
		check(endpoint, "stream", endpoint.getStream(), OF_STREAMS);
		check(endpoint, "consumer", endpoint.getConsumer(), OF_STREAMS);
		check(endpoint, "queue", endpoint.getQueue(), "");
	}

	private static void check(NatsListenerEndpoint endpoint, String attribute, @Nullable String name,
			String forbidden) {
		if (name == null || name.chars().noneMatch((c) -> c <= ' ' || c == 0x7f || forbidden.indexOf(c) >= 0)) {
			return;
		}
		throw new NatsListenerException(endpoint.getDescription(),
				"its attribute '%s' is '%s', which is no name: it may not have blanks%s".formatted(attribute,
						Subjects.printable(name), forbidden.isEmpty() ? "" : " nor any of . * > / \\"),
				"Correct the name" + ("stream".equals(attribute)
						? ", which is that of a stream and not a subject; subjects belong into 'subjects'" : ""));
	}

}
