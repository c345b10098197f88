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

import java.util.HashMap;
import java.util.Map;

import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.support.JsonParseException;
import io.nats.client.support.JsonSerializable;
import io.nats.client.support.JsonValue;

/**
 * The fields of a configuration that somebody built: those that differ from what jnats
 * puts into an empty one. A field that was written with its default cannot be told from
 * one that was not.
 */
final class WrittenFields {

	private final Map<String, JsonValue> fields = new HashMap<>();

	private WrittenFields(JsonSerializable configuration, JsonSerializable empty) {
		Map<String, JsonValue> defaults = empty.toJsonValue().map;
		configuration.toJsonValue().map.forEach((name, value) -> {
			if (!value.equals(defaults.get(name))) {
				this.fields.put(name, value);
			}
		});
	}

	static WrittenFields of(StreamConfiguration configuration) {
		return new WrittenFields(configuration, StreamConfiguration.builder().name(configuration.getName()).build());
	}

	static WrittenFields of(ConsumerConfiguration configuration) {
		WrittenFields written = new WrittenFields(configuration, ConsumerConfiguration.builder().build());
		written.fields.remove("name");
		written.fields.remove("durable_name");
		return written;
	}

	StreamConfiguration.Builder over(StreamConfiguration.Builder builder) {
		try {
			return StreamConfiguration.builder(StreamConfiguration.instance(merge(builder.build()).toJson()));
		}
		catch (JsonParseException ex) {
			throw new IllegalStateException("jnats cannot read its own configuration", ex);
		}
	}

	ConsumerConfiguration.Builder over(ConsumerConfiguration.Builder builder) {
		return ConsumerConfiguration.builder().jsonValue(merge(builder.build()));
	}

	private JsonValue merge(JsonSerializable existing) {
		Map<String, JsonValue> merged = new HashMap<>(existing.toJsonValue().map);
		if (this.fields.containsKey("filter_subject") || this.fields.containsKey("filter_subjects")) {
			// Only one of them may be there
			merged.remove("filter_subject");
			merged.remove("filter_subjects");
		}
		merged.putAll(this.fields);
		return new JsonValue(merged);
	}

}
