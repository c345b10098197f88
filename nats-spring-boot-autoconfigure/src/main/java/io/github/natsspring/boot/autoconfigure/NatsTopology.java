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

package io.github.natsspring.boot.autoconfigure;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.KeyValueDefinition;
import io.github.natsspring.topology.ObjectStoreDefinition;
import io.github.natsspring.topology.StreamDefinition;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StreamConfiguration;

/**
 * What was declared for one connection, in the properties and by beans. Beans of the
 * configuration classes of jnats declare a stream or a bucket, beans of
 * {@link StreamDefinition}, {@link ConsumerDefinition}, {@link KeyValueDefinition} and
 * {@link ObjectStoreDefinition} with a provisioning policy of their own.
 */
class NatsTopology {

	private final ConfiguredConnection connection;

	private final ConnectionMembers members;

	NatsTopology(ConfiguredConnection connection, ConnectionMembers members) {
		this.connection = connection;
		this.members = members;
	}

	TopologyDefinition get() {
		TopologyDefinition declared = NatsTopologyMapper.map(this.connection);
		return new TopologyDefinition(
				and(declared.streams(), beans(StreamConfiguration.class, StreamDefinition::of),
						beans(StreamDefinition.class, StreamDefinition::withSource)),
				and(declared.consumers(), beans(ConsumerDefinition.class, ConsumerDefinition::withSource),
						Stream.empty()),
				and(declared.keyValues(), beans(KeyValueConfiguration.class, KeyValueDefinition::of),
						beans(KeyValueDefinition.class, KeyValueDefinition::withSource)),
				and(declared.objectStores(), beans(ObjectStoreConfiguration.class, ObjectStoreDefinition::of),
						beans(ObjectStoreDefinition.class, ObjectStoreDefinition::withSource)));
	}

	private <T, D> Stream<D> beans(Class<T> type, BiFunction<T, String, D> definition) {
		return this.members.byName(type)
			.entrySet()
			.stream()
			.map((bean) -> definition.apply(bean.getValue(), "bean '" + bean.getKey() + "'"));
	}

	private static <D> List<D> and(List<D> declared, Stream<D> beans, Stream<D> definitions) {
		return Stream.concat(declared.stream(), Stream.concat(beans, definitions)).toList();
	}

}
