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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

import io.github.natsspring.topology.Findings.Subject;
import io.nats.client.api.ServerInfo;
import io.nats.client.support.JsonValue;
import io.nats.client.support.ServerVersion;

/**
 * Since which version of the server each field is known. Servers take no offence at
 * fields that they do not know, so that what was meant to expire would be kept, and what
 * was meant for some would go to all.
 */
final class FieldVersions {

	/**
	 * By field of a stream. What is not in here was there before 2.8.
	 */
	static final Map<String, String> STREAM = Map.ofEntries(Map.entry("republish", "2.8.3"),
			Map.entry("allow_direct", "2.9.0"), Map.entry("mirror_direct", "2.9.0"),
			Map.entry("discard_new_per_subject", "2.9.0"), Map.entry("compression", "2.10.0"),
			Map.entry("first_seq", "2.10.0"), Map.entry("subject_transform", "2.10.0"),
			Map.entry("consumer_limits", "2.10.0"), Map.entry("metadata", "2.10.0"),
			Map.entry("allow_msg_ttl", "2.11.0"), Map.entry("subject_delete_marker_ttl", "2.11.0"),
			Map.entry("allow_msg_counter", "2.12.0"), Map.entry("allow_atomic", "2.12.0"),
			Map.entry("allow_msg_schedules", "2.12.0"), Map.entry("persist_mode", "2.12.0"),
			Map.entry("allow_batched", "2.14.0"));

	/**
	 * By field of a consumer.
	 */
	static final Map<String, String> CONSUMER = Map.of("num_replicas", "2.8.3", "mem_storage", "2.8.3", "max_bytes",
			"2.8.3", "filter_subjects", "2.10.0", "metadata", "2.10.0", "pause_until", "2.11.0", "priority_groups",
			"2.11.0", "priority_policy", "2.11.0", "priority_timeout", "2.11.0");

	// By field of a mirror or source
	private static final Map<String, String> SOURCE = Map.of("subject_transforms", "2.10.0", "consumer", "2.14.0");

	private static final Map<String, String> SOURCE_PROPERTIES = Map.of("consumer", "consumer-source");

	// By field and value, where a value is newer than its field
	private static final Map<String, String> VALUES = Map.of("priority_policy=prioritized", "2.12.0");

	private final Findings findings = new Findings();

	private final String serverVersion;

	private final String present;

	private FieldVersions(String serverVersion, String present) {
		this.serverVersion = serverVersion;
		this.present = present;
	}

	/**
	 * Find what is too new for the server.
	 * @param declared what was declared
	 * @param server the server that the connection is made to
	 * @return a problem for each field
	 */
	static List<TopologyProblem> check(TopologyDefinition declared, ServerInfo server) {
		return check(declared, server.getVersion(), presentVersion(server));
	}

	/**
	 * Find what is too new for a server that is not the one of the connection.
	 * @param declared what was declared
	 * @param serverVersion its version
	 * @param present what to say of it
	 * @return a problem for each field
	 */
	static List<TopologyProblem> check(TopologyDefinition declared, String serverVersion, String present) {
		FieldVersions versions = new FieldVersions(serverVersion, present);
		declared.streams()
			.forEach((stream) -> versions.checkStream(
					versions.subject(ResourceKind.STREAM, stream.name(), stream.source(), stream.settings()),
					stream.create().toJsonValue(),
					new StreamDefinition(stream.name(), "", UnaryOperator.identity()).create().toJsonValue()));
		declared.keyValues()
			.forEach((bucket) -> versions.checkStream(
					versions.subject(ResourceKind.KEY_VALUE, bucket.bucket(), bucket.source(), bucket.settings()),
					bucket.create().getBackingConfig().toJsonValue(),
					new KeyValueDefinition(bucket.bucket(), "", UnaryOperator.identity()).create()
						.getBackingConfig()
						.toJsonValue()));
		declared.objectStores()
			.forEach((bucket) -> versions.checkStream(
					versions.subject(ResourceKind.OBJECT_STORE, bucket.bucket(), bucket.source(), bucket.settings()),
					bucket.create().getBackingConfig().toJsonValue(),
					new ObjectStoreDefinition(bucket.bucket(), "", UnaryOperator.identity()).create()
						.getBackingConfig()
						.toJsonValue()));
		declared.consumers().forEach(versions::checkConsumer);
		return versions.findings.problems();
	}

	private static String presentVersion(ServerInfo server) {
		return "the server is " + server.getVersion();
	}

	private void checkConsumer(ConsumerDefinition consumer) {
		ConsumerId id = new ConsumerId(consumer.stream(), consumer.name());
		Subject subject = subject(ResourceKind.CONSUMER, id.toString(), consumer.source(), consumer.settings());
		Map<String, String> tooNew = new LinkedHashMap<>();
		written(consumer.create().toJsonValue(),
				new ConsumerDefinition(consumer.stream(), consumer.name(), "", UnaryOperator.identity()).create()
					.toJsonValue())
			.forEach((field, value) -> collect(ResourceKind.CONSUMER, CONSUMER, field, value, tooNew));
		report(subject, tooNew);
	}

	private void checkStream(Subject subject, JsonValue configuration, JsonValue empty) {
		Map<String, String> tooNew = new LinkedHashMap<>();
		written(configuration, empty).forEach((field, value) -> {
			collect(subject.kind(), STREAM, field, value, tooNew);
			if (field.equals("mirror")) {
				collectSource("mirror", value, tooNew);
			}
			if (field.equals("sources")) {
				for (int i = 0; i < value.array.size(); i++) {
					collectSource("sources[%s]".formatted(i), value.array.get(i), tooNew);
				}
			}
		});
		report(subject, tooNew);
	}

	private static Map<String, JsonValue> written(JsonValue configuration, JsonValue empty) {
		Map<String, JsonValue> written = new TreeMap<>(configuration.map);
		written.entrySet()
			.removeIf((field) -> field.getValue().equals(empty.map.get(field.getKey()))
					|| "default".equals(field.getValue().string));
		return written;
	}

	private static void collect(ResourceKind kind, Map<String, String> versions, String field, JsonValue value,
			Map<String, String> found) {
		String version = VALUES.getOrDefault(field + "=" + value.string, versions.get(field));
		if (version != null) {
			String property = PropertyNames.of(kind, field);
			found.put(VALUES.containsKey(field + "=" + value.string) ? property + ": " + value.string : property,
					version);
		}
	}

	private static void collectSource(String property, JsonValue source, Map<String, String> found) {
		SOURCE.forEach((field, version) -> {
			if (source.map.containsKey(field)) {
				found.put("%s.%s".formatted(property, SOURCE_PROPERTIES.getOrDefault(field, field.replace('_', '-'))),
						version);
			}
		});
	}

	private void report(Subject subject, Map<String, String> used) {
		List<String> reported = new ArrayList<>();
		used.forEach((property, version) -> {
			if (ServerVersion.isOlder(this.serverVersion, version) && !reported.contains(property)) {
				reported.add(property);
				subject.problem(property.replaceFirst(":.*", ""),
						"%sneeds nats-server %s, and %s".formatted(
								property.contains(":") ? property.replaceFirst(".*: ", "") + " " : "", version,
								this.present),
						"update the server, or remove it");
			}
		});
	}

	private Subject subject(ResourceKind kind, String name, String source, Object settings) {
		return new Subject(this.findings, kind, name, source, settings);
	}

}
