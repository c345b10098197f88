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

import java.util.Map;

/**
 * What a field of the server's API is called as a property: as jnats' builder calls it,
 * in kebab-case.
 */
final class PropertyNames {

	private static final Map<String, String> STREAM = Map.ofEntries(Map.entry("retention", "retention-policy"),
			Map.entry("storage", "storage-type"), Map.entry("discard", "discard-policy"),
			Map.entry("compression", "compression-option"), Map.entry("max_msgs", "max-messages"),
			Map.entry("max_msgs_per_subject", "max-messages-per-subject"),
			Map.entry("max_msg_size", "maximum-message-size"), Map.entry("num_replicas", "replicas"),
			Map.entry("first_seq", "first-sequence"), Map.entry("allow_rollup_hdrs", "allow-rollup"),
			Map.entry("allow_msg_ttl", "allow-message-ttl"), Map.entry("allow_msg_counter", "allow-message-counter"),
			Map.entry("allow_atomic", "allow-atomic-publish"),
			Map.entry("allow_msg_schedules", "allow-message-schedules"));

	private static final Map<String, String> CONSUMER = Map.of("durable_name", "durable", "opt_start_seq",
			"start-sequence", "opt_start_time", "start-time", "filter_subject", "filter-subjects", "rate_limit_bps",
			"rate-limit", "sample_freq", "sample-frequency", "max_waiting", "max-pull-waiting");

	private static final Map<String, String> BUCKET = Map.of("max_msgs_per_subject", "max-history-per-key", "max_bytes",
			"max-bucket-size", "max_msg_size", "maximum-value-size", "max_age", "ttl", "storage", "storage-type",
			"num_replicas", "replicas", "subject_delete_marker_ttl", "limit-marker", "allow_msg_ttl", "limit-marker");

	private PropertyNames() {
	}

	/**
	 * The name of the property that sets a field.
	 * @param kind what has the field
	 * @param field the name in the API of the server; an entry of the metadata is
	 * {@code metadata.<key>}
	 * @return the name of the property
	 */
	static String of(ResourceKind kind, String field) {
		if (field.startsWith("metadata.")) {
			return field;
		}
		Map<String, String> names = switch (kind) {
			case STREAM -> STREAM;
			case CONSUMER -> CONSUMER;
			default -> BUCKET;
		};
		return names.getOrDefault(field, field.replace('_', '-'));
	}

	/**
	 * The name of the property that sets a field, as it was written.
	 * @param kind what has the field
	 * @param settings the settings of the definition
	 * @param field the name in the API of the server
	 * @return the name of the property
	 */
	static String of(ResourceKind kind, Object settings, String field) {
		return written(settings, of(kind, field));
	}

	static String written(Object settings, String property) {
		return (settings instanceof WrittenNames names) ? names.nameOf(property) : property;
	}

}
