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

package io.github.natsspring.topology;

import java.util.List;
import java.util.function.UnaryOperator;

import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.support.JsonParser;

/**
 * Short ways to declare things, and to say what a server has.
 */
final class Definitions {

	private Definitions() {
	}

	static StreamDefinition stream(String name, UnaryOperator<StreamConfiguration.Builder> settings) {
		return new StreamDefinition(name, "nats.jetstream.streams." + name, settings);
	}

	static ConsumerDefinition consumer(String stream, String name,
			UnaryOperator<ConsumerConfiguration.Builder> settings) {
		return new ConsumerDefinition(stream, name, "nats.jetstream.streams.%s.consumers.%s".formatted(stream, name),
				settings);
	}

	static KeyValueDefinition keyValue(String bucket, UnaryOperator<KeyValueConfiguration.Builder> settings) {
		return new KeyValueDefinition(bucket, "nats.key-value." + bucket, settings);
	}

	static ObjectStoreDefinition objectStore(String bucket, UnaryOperator<ObjectStoreConfiguration.Builder> settings) {
		return new ObjectStoreDefinition(bucket, "nats.object-store." + bucket, settings);
	}

	static TopologyDefinition topology(Object... definitions) {
		List<Object> all = List.of(definitions);
		return new TopologyDefinition(only(all, StreamDefinition.class), only(all, ConsumerDefinition.class),
				only(all, KeyValueDefinition.class), only(all, ObjectStoreDefinition.class));
	}

	/**
	 * What a server says of a stream.
	 */
	static StreamInfo streamInfo(String config) {
		return new StreamInfo(JsonParser.parseUnchecked("""
				{"config": %s, "created": "2026-01-01T00:00:00Z", "state": {"messages": 0, "bytes": 0, "first_seq": 0,
				"last_seq": 0, "consumer_count": 0}}""".formatted(config)));
	}

	/**
	 * What a server says of a consumer.
	 */
	static ConsumerInfo consumerInfo(String stream, String name, String config) {
		return new ConsumerInfo(JsonParser.parseUnchecked("""
				{"stream_name": "%s", "name": "%s", "created": "2026-01-01T00:00:00Z", "config": %s,
				"delivered": {"consumer_seq": 0, "stream_seq": 0}, "ack_floor": {"consumer_seq": 0, "stream_seq": 0},
				"num_ack_pending": 0, "num_redelivered": 0, "num_waiting": 0, "num_pending": 0}""".formatted(stream,
				name, config)));
	}

	private static <T> List<T> only(List<Object> all, Class<T> type) {
		return all.stream().filter(type::isInstance).map(type::cast).toList();
	}

}
