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

package io.github.natsspring.deadletter;

import java.util.List;

import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;

/**
 * A listener whose dead letters are stored.
 *
 * @param listenerId the id of the listener
 * @param description the listener for messages, as {@code class#method} or by its id
 * @param stream the stream it consumes
 * @param consumer the name of its consumer; for an ephemeral one a name of its own that
 * stays the same, since it becomes part of subjects and message ids
 * @param filters the filter subjects of its consumer; empty for the whole stream
 */
public record DeadLetterSource(String listenerId, String description, String stream, String consumer,
		List<String> filters) {

	public DeadLetterSource {
		filters = List.copyOf(filters);
	}

	/**
	 * The source that a durable consumer is.
	 * @param listenerId the id of the listener
	 * @param description the listener for messages
	 * @param info what the server says of the consumer
	 * @return the source
	 */
	public static DeadLetterSource of(String listenerId, String description, ConsumerInfo info) {
		ConsumerConfiguration configuration = info.getConsumerConfiguration();
		List<String> filters = configuration.getFilterSubjects();
		return new DeadLetterSource(listenerId, description, info.getStreamName(), info.getName(),
				(filters != null) ? filters : List.of());
	}

}
