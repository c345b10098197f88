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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.nats.client.support.JsonValue;
import org.jspecify.annotations.Nullable;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Compares configurations by value, as the server sees them: jnats' classes define no
 * equality. What the server fills in, and what has no order, makes no difference.
 */
final class ConfigurationDifferences {

	private static final String METADATA = "metadata";

	private static final Set<String> DURATIONS = Set.of("max_age", "duplicate_window", "subject_delete_marker_ttl",
			"ack_wait", "idle_heartbeat", "max_expires", "inactive_threshold", "backoff", "priority_timeout");

	// Left at zero, the server chooses a value of its own
	private static final Set<String> CHOSEN_BY_SERVER = Set.of("duplicate_window", "ack_wait", "max_ack_pending",
			"max_waiting");

	private static final Set<String> ORDERED = Set.of("backoff");

	private final Set<String> ignored;

	/**
	 * Create a comparison.
	 * @param kind tells what is not compared, since it matters for a new resource only
	 * @param ignored what else is not compared
	 */
	ConfigurationDifferences(ResourceKind kind, String... ignored) {
		this.ignored = new HashSet<>(FieldRules.notCompared(kind));
		this.ignored.addAll(Set.of(ignored));
	}

	/**
	 * Compare.
	 * @param desired the written fields over the configuration of the server
	 * @param server the configuration of the server
	 * @param untouched the configuration of the server as a builder gives it back when no
	 * field is written: jnats' builders of buckets set some fields themselves
	 */
	List<ValueChange> between(JsonValue desired, JsonValue server, JsonValue untouched) {
		Map<String, JsonValue> desiredFields = fields(desired);
		Map<String, JsonValue> serverFields = fields(server);
		Map<String, JsonValue> untouchedFields = fields(untouched);
		Set<String> names = new TreeSet<>(desiredFields.keySet());
		names.addAll(serverFields.keySet());
		names.removeAll(this.ignored);
		JsonValue mirror = desiredFields.get("mirror");
		if (mirror != null && mirror.map != null && !mirror.map.containsKey("external")) {
			// The server takes it from the origin
			names.remove("mirror_direct");
		}
		if (desiredFields.containsKey("backoff")) {
			// The server replaces it by the first delay
			names.remove("ack_wait");
		}
		List<ValueChange> differences = new ArrayList<>();
		for (String name : names) {
			JsonValue desiredValue = desiredFields.get(name);
			JsonValue serverValue = serverFields.get(name);
			if (METADATA.equals(name)) {
				compareMetadata(desiredValue, serverValue, differences);
			}
			else if (!carries(name, serverValue, desiredValue)
					&& !Objects.equals(desiredValue, untouchedFields.get(name))) {
				differences.add(new ValueChange(name, serverValue, desiredValue));
			}
		}
		return differences;
	}

	private void compareMetadata(@Nullable JsonValue desired, @Nullable JsonValue server,
			List<ValueChange> differences) {
		// Metadata is merged by key: what others wrote stays theirs
		Map<String, JsonValue> serverEntries = (server != null) ? fields(server) : Map.of();
		Map<String, JsonValue> desiredEntries = (desired != null) ? fields(desired) : Map.of();
		desiredEntries.forEach((key, value) -> {
			JsonValue serverValue = serverEntries.get(key);
			if (!key.startsWith("_nats.") && !TopologySettings.OWNER_KEY.equals(key) && !value.equals(serverValue)) {
				differences.add(new ValueChange(METADATA + "." + key, serverValue, value));
			}
		});
	}

	/**
	 * Whether the server's value carries all that is desired; it may hold more.
	 */
	static boolean carries(String name, @Nullable JsonValue server, @Nullable JsonValue desired) {
		if (desired == null) {
			return server == null || CHOSEN_BY_SERVER.contains(name);
		}
		if (server == null || server.type != desired.type) {
			return false;
		}
		return switch (desired.type) {
			case MAP -> carriesEntries(server, desired);
			case ARRAY -> ORDERED.contains(name) ? server.equals(desired) : carriesElements(server, desired);
			default -> server.equals(desired);
		};
	}

	private static boolean carriesEntries(JsonValue server, JsonValue desired) {
		Map<String, JsonValue> serverEntries = fields(server);
		return fields(desired).entrySet()
			.stream()
			.allMatch((entry) -> carries(entry.getKey(), serverEntries.get(entry.getKey()), entry.getValue()));
	}

	private static boolean carriesElements(JsonValue server, JsonValue desired) {
		List<JsonValue> left = new ArrayList<>(server.array);
		for (JsonValue element : desired.array) {
			JsonValue match = left.stream().filter((other) -> carries("", other, element)).findFirst().orElse(null);
			if (match == null) {
				return false;
			}
			left.remove(match);
		}
		return left.isEmpty();
	}

	/**
	 * The fields that say something; one and several filter subjects are two fields for
	 * the server, and one here.
	 */
	private static Map<String, JsonValue> fields(JsonValue json) {
		Map<String, JsonValue> fields = new TreeMap<>();
		json.map.forEach((name, value) -> {
			if ("filter_subject".equals(name) && json.map.containsKey("ack_policy")) {
				fields.put("filter_subjects", new JsonValue(List.of(value)));
			}
			else if (!isDefault(name, value)) {
				fields.put(name, value);
			}
		});
		return fields;
	}

	private static boolean isDefault(String name, JsonValue value) {
		return switch (value.type) {
			case NULL -> true;
			case BOOL -> !value.bool;
			case STRING -> value.string.isEmpty() || ("persist_mode".equals(name) && "default".equals(value.string));
			case MAP -> value.map.isEmpty();
			case ARRAY -> value.array.isEmpty();
			default -> value.number.longValue() == 0;
		};
	}

	static String print(String name, @Nullable JsonValue value) {
		if (value == null) {
			return "not set";
		}
		if (value.type == JsonValue.Type.ARRAY) {
			return value.array.stream().map((element) -> print(name, element)).toList().toString();
		}
		if (DURATIONS.contains(name) && value.number != null) {
			return DurationFormatterUtils.print(Duration.ofNanos(value.number.longValue()),
					DurationFormat.Style.COMPOSITE);
		}
		return (value.type == JsonValue.Type.STRING) ? value.string : value.toJson();
	}

}
