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
import java.util.List;
import java.util.Map;

import io.nats.client.support.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Writes changes over a configuration as the server sent it: an update replaces the whole
 * configuration, and jnats would drop what it does not know.
 */
final class MergedConfiguration {

	private static final String METADATA_PREFIX = "metadata.";

	private MergedConfiguration() {
	}

	static JsonValue merge(JsonValue server, List<ValueChange> changes) {
		Map<String, JsonValue> merged = new HashMap<>(server.map);
		for (ValueChange change : changes) {
			if (change.field().startsWith(METADATA_PREFIX)) {
				putMetadata(merged, change);
			}
			else if ("filter_subjects".equals(change.field())) {
				putFilters(merged, change.to());
			}
			else {
				put(merged, change.field(), change.to());
			}
		}
		fitDuplicateWindow(merged);
		return new JsonValue(merged);
	}

	private static void putMetadata(Map<String, JsonValue> merged, ValueChange change) {
		JsonValue metadata = merged.get("metadata");
		Map<String, JsonValue> entries = new HashMap<>(
				(metadata != null && metadata.map != null) ? metadata.map : Map.of());
		put(entries, change.field().substring(METADATA_PREFIX.length()), change.to());
		merged.put("metadata", new JsonValue(entries));
	}

	private static void putFilters(Map<String, JsonValue> merged, @Nullable JsonValue filters) {
		// One filter and several are two fields for the server
		merged.remove("filter_subject");
		merged.remove("filter_subjects");
		if (filters != null && filters.array != null && !filters.array.isEmpty()) {
			if (filters.array.size() == 1) {
				merged.put("filter_subject", filters.array.get(0));
			}
			else {
				merged.put("filter_subjects", filters);
			}
		}
	}

	private static void put(Map<String, JsonValue> merged, String name, @Nullable JsonValue value) {
		JsonValue existing = merged.get(name);
		if (value == null) {
			merged.remove(name);
		}
		else if (value.map != null && existing != null && existing.map != null) {
			// Only the written part of a group is meant
			Map<String, JsonValue> group = new HashMap<>(existing.map);
			value.map.forEach((key, part) -> put(group, key, part));
			merged.put(name, new JsonValue(group));
		}
		else {
			merged.put(name, value);
		}
	}

	/**
	 * A duplicate window may not be longer than the messages live. One that the server
	 * chose is left to it again.
	 */
	private static void fitDuplicateWindow(Map<String, JsonValue> merged) {
		long maxAge = number(merged.get("max_age"));
		if (maxAge > 0 && number(merged.get("duplicate_window")) > maxAge) {
			merged.remove("duplicate_window");
		}
	}

	private static long number(@Nullable JsonValue value) {
		return (value != null && value.number != null) ? value.number.longValue() : 0;
	}

}
