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

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.support.JsonParseException;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a whole configuration of jnats what its author wrote: the configuration does
 * not tell, so whatever differs from the defaults of jnats is taken for written.
 */
final class Written {

	private static final Set<String> FILTERS = Set.of("filter_subject", "filter_subjects");

	private Written() {
	}

	static StreamConfiguration.Builder apply(StreamConfiguration written, StreamConfiguration.Builder builder) {
		JsonValue defaults = StreamConfiguration.builder().name(written.getName()).build().toJsonValue();
		try {
			return StreamConfiguration.builder(StreamConfiguration
				.instance(overlay(written.toJsonValue(), defaults, builder.build().toJsonValue())));
		}
		catch (JsonParseException ex) {
			throw new IllegalStateException("jnats cannot read its own JSON", ex);
		}
	}

	static ConsumerConfiguration.Builder apply(ConsumerConfiguration written, ConsumerConfiguration.Builder builder) {
		JsonValue defaults = parse(ConsumerConfiguration.builder().build().toJson());
		JsonValue existing = parse(builder.build().toJson());
		return ConsumerConfiguration.builder().jsonValue(parse(overlay(parse(written.toJson()), defaults, existing)));
	}

	static KeyValueConfiguration.Builder apply(KeyValueConfiguration written, KeyValueConfiguration.Builder builder) {
		KeyValueConfiguration defaults = KeyValueConfiguration.builder(written.getBucketName()).build();
		set(written.getDescription(), defaults.getDescription(), builder::description);
		set(written.getMaxHistoryPerKey(), defaults.getMaxHistoryPerKey(),
				(history) -> builder.maxHistoryPerKey(Math.toIntExact(history)));
		set(written.getMaxBucketSize(), defaults.getMaxBucketSize(), builder::maxBucketSize);
		set(written.getMaximumValueSize(), defaults.getMaximumValueSize(), builder::maximumValueSize);
		set(written.getTtl(), defaults.getTtl(), builder::ttl);
		set(written.getStorageType(), defaults.getStorageType(), builder::storageType);
		set(written.getReplicas(), defaults.getReplicas(), builder::replicas);
		set(written.getPlacement(), defaults.getPlacement(), builder::placement);
		set(written.isCompressed(), defaults.isCompressed(), builder::compression);
		set(written.getMetadata(), defaults.getMetadata(), builder::metadata);
		set(written.getRepublish(), defaults.getRepublish(), builder::republish);
		set(written.getMirror(), defaults.getMirror(), builder::mirror);
		set(written.getSources(), defaults.getSources(), builder::sources);
		set(written.getLimitMarkerTtl(), defaults.getLimitMarkerTtl(), (Duration ttl) -> builder.limitMarker(ttl));
		return builder;
	}

	static ObjectStoreConfiguration.Builder apply(ObjectStoreConfiguration written,
			ObjectStoreConfiguration.Builder builder) {
		ObjectStoreConfiguration defaults = ObjectStoreConfiguration.builder(written.getBucketName()).build();
		set(written.getDescription(), defaults.getDescription(), builder::description);
		set(written.getMaxBucketSize(), defaults.getMaxBucketSize(), builder::maxBucketSize);
		set(written.getTtl(), defaults.getTtl(), builder::ttl);
		set(written.getStorageType(), defaults.getStorageType(), builder::storageType);
		set(written.getReplicas(), defaults.getReplicas(), builder::replicas);
		set(written.getPlacement(), defaults.getPlacement(), builder::placement);
		set(written.isCompressed(), defaults.isCompressed(), builder::compression);
		set(written.getMetadata(), defaults.getMetadata(), builder::metadata);
		return builder;
	}

	private static <T> void set(@Nullable T value, @Nullable T unset, Consumer<T> setter) {
		boolean empty = value instanceof Collection<?> collection && collection.isEmpty();
		if (value != null && !empty && !Objects.equals(value, unset)) {
			setter.accept(value);
		}
	}

	private static String overlay(JsonValue written, JsonValue defaults, JsonValue existing) {
		Map<String, JsonValue> merged = new HashMap<>(fields(existing));
		if (FILTERS.stream().anyMatch(fields(written)::containsKey)) {
			// One filter and several are two fields, of which only one may be there
			merged.keySet().removeAll(FILTERS);
		}
		fields(written).forEach((name, value) -> {
			if (!value.equals(fields(defaults).get(name))) {
				merged.put(name, value);
			}
		});
		return new JsonValue(merged).toJson();
	}

	private static Map<String, JsonValue> fields(JsonValue json) {
		return (json.map != null) ? json.map : Map.of();
	}

	private static JsonValue parse(String json) {
		return JsonParser.parseUnchecked(json);
	}

}
