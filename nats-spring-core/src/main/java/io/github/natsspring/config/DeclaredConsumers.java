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

import java.util.List;
import java.util.Objects;

import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.TopologyDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Looks consumers up in what the application declares.
 */
final class DeclaredConsumers {

	private final TopologyDefinition topology;

	DeclaredConsumers(TopologyDefinition topology) {
		this.topology = topology;
	}

	@Nullable ConsumerDefinition find(@Nullable String stream, @Nullable String consumer) {
		return this.topology.consumers()
			.stream()
			.filter((definition) -> definition.stream().equals(stream) && definition.name().equals(consumer))
			.findFirst()
			.orElse(null);
	}

	/**
	 * The stream of a consumer that is named alone.
	 */
	String streamOf(NatsListenerEndpoint endpoint) {
		String consumer = Objects.requireNonNull(endpoint.getConsumer());
		List<ConsumerDefinition> candidates = this.topology.consumers()
			.stream()
			.filter((definition) -> definition.name().equals(consumer))
			.toList();
		if (candidates.size() == 1) {
			return candidates.get(0).stream();
		}
		if (candidates.isEmpty()) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its consumer '%s' has no stream, and no declared stream has a consumer of that name"
						.formatted(consumer),
					"Set 'stream' in the annotation, or declare the consumer under its stream "
							+ "(nats.jetstream.streams.<NAME>.consumers.%s)".formatted(consumer));
		}
		throw new NatsListenerException(endpoint.getDescription(),
				"its consumer '%s' has no stream, and several declared streams have a consumer of that name: %s"
					.formatted(consumer, candidates.stream().map(ConsumerDefinition::stream).toList()),
				"Set 'stream' in the annotation to one of them");
	}

}
