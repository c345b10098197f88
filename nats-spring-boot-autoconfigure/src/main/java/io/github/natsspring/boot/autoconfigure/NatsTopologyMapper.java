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

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.KeyValueDefinition;
import io.github.natsspring.topology.ObjectStoreDefinition;
import io.github.natsspring.topology.ResourceKind;
import io.github.natsspring.topology.StreamDefinition;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StreamConfiguration;

import org.springframework.util.unit.DataSize;

/**
 * Maps the streams, consumers and buckets of {@link NatsProperties} to definitions that
 * touch only what was written.
 */
final class NatsTopologyMapper {

	private NatsTopologyMapper() {
	}

	/**
	 * Map everything that is declared. Values that jnats refuses are reported here.
	 */
	static TopologyDefinition map(ConfiguredConnection connection) {
		NatsProperties properties = connection.properties();
		List<ConsumerDefinition> consumers = new ArrayList<>();
		List<StreamDefinition> streams = map(connection.property("jetstream.streams"),
				properties.getJetstream().getStreams(), (entry, stream) -> {
					consumers.addAll(map(entry.source() + ".consumers", stream.getConsumers(),
							(consumerEntry, consumer) -> consumer(entry.name(), consumerEntry, consumer)));
					return stream(entry, stream);
				});
		return new TopologyDefinition(streams, consumers,
				map(connection.property("key-value"), properties.getKeyValue(), NatsTopologyMapper::keyValue),
				map(connection.property("object-store"), properties.getObjectStore(), NatsTopologyMapper::objectStore));
	}

	private static <P, D> List<D> map(String prefix, Map<String, P> entries, BiFunction<Entry, P, D> mapper) {
		List<D> definitions = new ArrayList<>();
		Map<String, String> sources = new HashMap<>();
		entries.forEach((key, properties) -> {
			String ownName = EntrySpellings.nameOf(properties);
			Entry entry = new Entry((ownName != null) ? ownName : key, prefix + "." + key);
			String other = sources.put(entry.name(), entry.source());
			if (other != null) {
				throw new InvalidNatsPropertyException(entry.source() + ".name", entry.name(),
						"is the name of " + other, "Join the two entries.");
			}
			definitions.add(mapper.apply(entry, properties));
		});
		return definitions;
	}

	private static StreamDefinition stream(Entry entry, NatsStreamProperties properties) {
		Settings<StreamConfiguration.Builder> settings = new Settings<>(entry.source());
		NatsStreamMapper.map(entry.source(), properties, settings);
		StreamDefinition definition = new StreamDefinition(entry.name(), entry.source(), settings.asOperator(),
				properties.toPolicy());
		entry.check(ResourceKind.STREAM, definition::create);
		return definition;
	}

	private static ConsumerDefinition consumer(String stream, Entry entry, NatsConsumerProperties properties) {
		Settings<ConsumerConfiguration.Builder> settings = new Settings<>(entry.source());
		NatsConsumerMapper.map(entry.source(), properties, settings);
		ConsumerDefinition definition = new ConsumerDefinition(stream, entry.name(), entry.source(),
				settings.asOperator(), properties.toPolicy());
		entry.check(ResourceKind.CONSUMER, definition::create);
		return definition;
	}

	private static KeyValueDefinition keyValue(Entry entry, NatsKeyValueProperties properties) {
		Settings<KeyValueConfiguration.Builder> settings = new Settings<>(entry.source());
		String prefix = entry.source();
		settings.set("description", properties.getDescription(), KeyValueConfiguration.Builder::description);
		settings.set("max-history-per-key", settings.either("max-history-per-key", properties.getMaxHistoryPerKey(),
				"history", properties.getHistory()), KeyValueConfiguration.Builder::maxHistoryPerKey);
		settings.set("max-bucket-size", properties.getMaxBucketSize(),
				(builder, size) -> builder.maxBucketSize(size.toBytes()));
		settings.set("maximum-value-size",
				settings.either("maximum-value-size", properties.getMaximumValueSize(), "max-value-size",
						properties.getMaxValueSize()),
				(builder, size) -> builder.maximumValueSize(Settings.toIntBytes(size)));
		settings.set("ttl", properties.getTtl(), KeyValueConfiguration.Builder::ttl);
		settings.set("storage-type",
				settings.either("storage-type", properties.getStorageType(), "storage", properties.getStorage()),
				KeyValueConfiguration.Builder::storageType);
		settings.set("replicas", properties.getReplicas(), KeyValueConfiguration.Builder::replicas);
		settings.set("placement", properties.getPlacement(), NatsStreamMapper::placement,
				KeyValueConfiguration.Builder::placement);
		settings.set("compression", properties.getCompression(), KeyValueConfiguration.Builder::compression);
		settings.set("metadata", properties.getMetadata(), KeyValueConfiguration.Builder::metadata);
		settings.set("republish", properties.getRepublish(), NatsStreamMapper::republish,
				KeyValueConfiguration.Builder::republish);
		settings.set("mirror", properties.getMirror(), (mirror) -> NatsSourceMapper.mirror(prefix + ".mirror", mirror),
				KeyValueConfiguration.Builder::mirror);
		settings.set("sources", properties.getSources(),
				(sources) -> NatsSourceMapper.sources(prefix + ".sources", sources),
				KeyValueConfiguration.Builder::sources);
		Duration limitMarker = settings.either("limit-marker", properties.getLimitMarker(), "limit-marker-ttl",
				properties.getLimitMarkerTtl());
		settings.set("limit-marker", limitMarker, KeyValueConfiguration.Builder::limitMarker);
		KeyValueDefinition definition = new KeyValueDefinition(entry.name(), prefix, settings.asOperator(),
				properties.toPolicy());
		entry.check(ResourceKind.KEY_VALUE, definition::create);
		return definition;
	}

	private static ObjectStoreDefinition objectStore(Entry entry, NatsObjectStoreProperties properties) {
		Settings<ObjectStoreConfiguration.Builder> settings = new Settings<>(entry.source());
		settings.set("description", properties.getDescription(), ObjectStoreConfiguration.Builder::description);
		settings.set("max-bucket-size", properties.getMaxBucketSize(), DataSize::toBytes,
				ObjectStoreConfiguration.Builder::maxBucketSize);
		settings.set("ttl", properties.getTtl(), ObjectStoreConfiguration.Builder::ttl);
		settings.set("storage-type",
				settings.either("storage-type", properties.getStorageType(), "storage", properties.getStorage()),
				ObjectStoreConfiguration.Builder::storageType);
		settings.set("replicas", properties.getReplicas(), ObjectStoreConfiguration.Builder::replicas);
		settings.set("placement", properties.getPlacement(), NatsStreamMapper::placement,
				ObjectStoreConfiguration.Builder::placement);
		settings.set("compression", properties.getCompression(), ObjectStoreConfiguration.Builder::compression);
		settings.set("metadata", properties.getMetadata(), ObjectStoreConfiguration.Builder::metadata);
		ObjectStoreDefinition definition = new ObjectStoreDefinition(entry.name(), entry.source(),
				settings.asOperator(), properties.toPolicy());
		entry.check(ResourceKind.OBJECT_STORE, definition::create);
		return definition;
	}

	static void checkName(ResourceKind kind, String source, String name) {
		String fault = kind.faultOfName(name);
		if (fault != null) {
			throw new InvalidNatsPropertyException(source, name, fault, "Choose another name.");
		}
	}

	/**
	 * An entry of a map.
	 *
	 * @param name its name in NATS
	 * @param source the prefix of its properties
	 */
	private record Entry(String name, String source) {

		/**
		 * Build once, so that a wrong name or value is found at the start.
		 */
		void check(ResourceKind kind, Supplier<?> create) {
			checkName(kind, this.source, this.name);
			try {
				create.get();
			}
			catch (IllegalArgumentException | IllegalStateException ex) {
				throw new InvalidNatsPropertyException(this.source, this.name, String.valueOf(ex.getMessage()),
						"Correct the entry.");
			}
		}

	}

}
