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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The one table of how the fields of streams and consumers may be changed. Taken from the
 * source of nats-server 2.15.2, and measured on it and on 2.10.29.
 */
public final class FieldRules {

	private static final Map<String, FieldRule> STREAM = new LinkedHashMap<>();

	private static final Map<String, FieldRule> CONSUMER = new LinkedHashMap<>();

	static {
		stream("name", FieldKind.CREATION, null);
		stream("description", FieldKind.SAFE, null);
		stream("subjects", FieldKind.SUBJECTS, null);
		stream("sources", FieldKind.SOURCES, null);
		stream("mirror", FieldKind.IMMUTABLE, null);
		stream("retention", FieldKind.RETENTION, "2.10.0");
		stream("storage", FieldKind.IMMUTABLE, null);
		// Fewer copies survive fewer failures
		stream("num_replicas", FieldKind.BOUND, null);
		stream("placement", FieldKind.SAFE, null);
		stream("max_age", FieldKind.BOUND, null);
		stream("max_msgs", FieldKind.BOUND, null);
		stream("max_bytes", FieldKind.BOUND, null);
		stream("max_msgs_per_subject", FieldKind.BOUND, null);
		// Holds for new messages only
		stream("max_msg_size", FieldKind.SAFE, null);
		stream("max_consumers", FieldKind.SAFE, "2.12.5");
		stream("discard", FieldKind.DATA_LOSS, null);
		stream("discard_new_per_subject", FieldKind.DATA_LOSS, null);
		stream("duplicate_window", FieldKind.SAFE, null);
		stream("no_ack", FieldKind.SAFE, null);
		stream("republish", FieldKind.SAFE, null);
		stream("subject_transform", FieldKind.SAFE, null);
		stream("consumer_limits", FieldKind.SAFE, null);
		stream("compression", FieldKind.SAFE, null);
		stream("metadata", FieldKind.SAFE, null);
		stream("allow_direct", FieldKind.SAFE, null);
		stream("mirror_direct", FieldKind.SAFE, null);
		stream("allow_rollup_hdrs", FieldKind.SAFE, null);
		stream("allow_atomic", FieldKind.SAFE, null);
		stream("allow_batched", FieldKind.SAFE, null);
		stream("subject_delete_marker_ttl", FieldKind.SAFE, null);
		stream("sealed", FieldKind.SEAL, null);
		stream("deny_delete", FieldKind.SWITCHED_ON, null);
		stream("deny_purge", FieldKind.SWITCHED_ON, null);
		stream("allow_msg_ttl", FieldKind.SWITCHED_ON, null);
		stream("allow_msg_schedules", FieldKind.SWITCHED_ON, null);
		stream("allow_msg_counter", FieldKind.IMMUTABLE, null);
		stream("persist_mode", FieldKind.IMMUTABLE, null);
		// Taken by the server, and without effect
		stream("first_seq", FieldKind.CREATION, null);
		stream("template_owner", FieldKind.IMMUTABLE, null);
		consumer("name", FieldKind.CREATION);
		consumer("durable_name", FieldKind.CREATION);
		consumer("deliver_policy", FieldKind.CREATION);
		consumer("opt_start_seq", FieldKind.CREATION);
		consumer("opt_start_time", FieldKind.CREATION);
		consumer("description", FieldKind.SAFE);
		consumer("filter_subjects", FieldKind.FILTER);
		consumer("ack_policy", FieldKind.IMMUTABLE);
		consumer("ack_wait", FieldKind.SAFE);
		consumer("backoff", FieldKind.SAFE);
		// What was delivered as often already is given up
		consumer("max_deliver", FieldKind.BOUND);
		consumer("max_ack_pending", FieldKind.SAFE);
		consumer("replay_policy", FieldKind.IMMUTABLE);
		consumer("sample_freq", FieldKind.SAFE);
		consumer("rate_limit_bps", FieldKind.SAFE);
		consumer("headers_only", FieldKind.SAFE);
		consumer("max_waiting", FieldKind.IMMUTABLE);
		consumer("max_batch", FieldKind.SAFE);
		consumer("max_bytes", FieldKind.SAFE);
		consumer("max_expires", FieldKind.SAFE);
		// An unused consumer is deleted, and with it what it has acknowledged
		consumer("inactive_threshold", FieldKind.BOUND);
		consumer("num_replicas", FieldKind.SAFE);
		consumer("mem_storage", FieldKind.IMMUTABLE);
		// An update leaves it out: it has a request of its own, for operators
		consumer("pause_until", FieldKind.CREATION);
		consumer("metadata", FieldKind.SAFE);
		consumer("priority_groups", FieldKind.SAFE);
		consumer("priority_policy", FieldKind.SAFE);
		consumer("priority_timeout", FieldKind.SAFE);
		consumer("deliver_subject", FieldKind.DELIVERY);
		consumer("deliver_group", FieldKind.SAFE);
		consumer("idle_heartbeat", FieldKind.IMMUTABLE);
		consumer("flow_control", FieldKind.IMMUTABLE);
	}

	private FieldRules() {
	}

	/**
	 * The fields of a stream, and so of the stream behind a bucket.
	 * @return the rules by the name of the field in the API of the server
	 */
	public static Map<String, FieldRule> stream() {
		return Map.copyOf(STREAM);
	}

	/**
	 * The fields of a consumer.
	 * @return the rules by the name of the field in the API of the server; a single
	 * filter is among {@code filter_subjects}
	 */
	public static Map<String, FieldRule> consumer() {
		return Map.copyOf(CONSUMER);
	}

	/**
	 * The fields that are not compared.
	 * @param kind the kind of resource that has the fields
	 */
	static Set<String> notCompared(ResourceKind kind) {
		return ((kind == ResourceKind.CONSUMER) ? CONSUMER : STREAM).values()
			.stream()
			.filter((rule) -> rule.kind() == FieldKind.CREATION)
			.map(FieldRule::field)
			.collect(Collectors.toSet());
	}

	/**
	 * The rule for a field.
	 * @param kind the kind of resource that has the field
	 * @param field the name of the field, for metadata with or without a key
	 * @return the rule; a field that is not known cannot be changed
	 */
	static FieldRule of(ResourceKind kind, String field) {
		String name = field.startsWith("metadata.") ? "metadata" : field;
		FieldRule rule = ((kind == ResourceKind.CONSUMER) ? CONSUMER : STREAM).get(name);
		return (rule != null) ? rule : new FieldRule(name, FieldKind.IMMUTABLE, null);
	}

	private static void stream(String field, FieldKind kind, @Nullable String changeableSince) {
		STREAM.put(field, new FieldRule(field, kind, changeableSince));
	}

	private static void consumer(String field, FieldKind kind) {
		CONSUMER.put(field, new FieldRule(field, kind, null));
	}

}
