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

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.nats.client.api.AckPolicy;
import io.nats.client.api.CompressionOption;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.PersistMode;
import io.nats.client.api.PriorityPolicy;
import io.nats.client.api.ReplayPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.support.JsonSerializable;

import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/**
 * What is written in YAML for each field of jnats' configuration classes, and what must
 * be read back.
 */
final class TopologyFields {

	private static final String SOURCE = """
			{name: ORIGIN, start-seq: 7, start-time: "2026-02-03T04:05:06Z", filter-subject: a.*, \
			external: {api: $JS.hub.API, deliver: hub.deliver}, \
			subject-transforms: [{source: a.*, destination: b.*}], \
			consumer-source: {name: reader, deliver-subject: in.reader}}""";

	private static final String SOURCE_JSON = """
			{"name":"%s","opt_start_seq":7,"opt_start_time":"2026-02-03T04:05:06.000000000Z",\
			"filter_subject":"a.*","external":{"api":"$JS.hub.API","deliver":"hub.deliver"},\
			"subject_transforms":[{"src":"a.*","dest":"b.*"}],\
			"consumer":{"name":"reader","deliver_subject":"in.reader"}}""";

	private static final String PLACEMENT = "{cluster: east, tags: [ssd, big]}";

	private static final String PLACEMENT_JSON = "{\"cluster\":\"east\",\"tags\":[\"ssd\",\"big\"]}";

	private static final String REPUBLISH = "{source: a.>, destination: b.>, headers-only: true}";

	private static final String REPUBLISH_JSON = "{\"src\":\"a.>\",\"dest\":\"b.>\",\"headers_only\":true}";

	private static final ZonedDateTime TIME = ZonedDateTime.parse("2026-02-03T04:05:06+01:00");

	private static final String TIME_TEXT = "\"2026-02-03T04:05:06+01:00\"";

	static final List<Sample> STREAM = List.of(sample("name", "OTHER", "OTHER", "name"),
			sample("description", "All orders", "All orders", "description"),
			sample("subjects", "[a, b.>]", List.of("a", "b.>"), "subjects"),
			sample("retentionPolicy", "work-queue", RetentionPolicy.WorkQueue, "retention-policy", "retention"),
			sample("compressionOption", "s2", CompressionOption.S2, "compression-option", "compression"),
			sample("maxConsumers", "11", 11L, "max-consumers"),
			sample("maxMsgs", "12", 12L, "max-messages", "max-msgs"),
			sample("maxMsgsPerSubject", "13", 13L, "max-messages-per-subject", "max-msgs-per-subject"),
			sample("maxBytes", "14MB", 14L * 1024 * 1024, "max-bytes"),
			sample("maxAge", "7d", Duration.ofDays(7), "max-age"),
			sample("maxMsgSize", "15KB", 15 * 1024, "maximum-message-size", "max-msg-size")
				.readBy("getMaximumMessageSize"),
			sample("storageType", "memory", StorageType.Memory, "storage-type", "storage"),
			sample("replicas", "3", 3, "replicas"), sample("noAck", "true", true, "no-ack"),
			sample("templateOwner", "owner", "owner", "template-owner"),
			sample("discardPolicy", "new", DiscardPolicy.New, "discard-policy", "discard"),
			sample("duplicateWindow", "1h", Duration.ofHours(1), "duplicate-window"),
			sample("placement", PLACEMENT, PLACEMENT_JSON, "placement"),
			sample("republish", REPUBLISH, REPUBLISH_JSON, "republish"),
			sample("subjectTransform", "{source: a.*, destination: b.*}", "{\"src\":\"a.*\",\"dest\":\"b.*\"}",
					"subject-transform"),
			sample("consumerLimits", "{inactive-threshold: 2s, max-ack-pending: 5}",
					"{\"inactive_threshold\":2000000000,\"max_ack_pending\":5}", "consumer-limits"),
			sample("mirror", SOURCE, SOURCE_JSON.formatted("ORIGIN"), "mirror"),
			sample("sources", "[" + SOURCE + ", {name: SECOND, domain: leaf}]",
					List.of(SOURCE_JSON.formatted("ORIGIN"),
							"{\"name\":\"SECOND\",\"external\":{\"api\":\"$JS.leaf.API\"}}"),
					"sources"),
			sample("sealed", "true", true, "sealed"), sample("allowRollup", "true", true, "allow-rollup"),
			sample("allowDirect", "true", true, "allow-direct"), sample("mirrorDirect", "true", true, "mirror-direct"),
			sample("denyDelete", "true", true, "deny-delete"), sample("denyPurge", "true", true, "deny-purge"),
			sample("discardNewPerSubject", "true", true, "discard-new-per-subject").readBy("isDiscardNewPerSubject"),
			sample("metadata", "{owner: sales, cost.centre: '12'}", Map.of("owner", "sales", "cost.centre", "12"),
					"metadata"),
			sample("firstSequence", "100", 100L, "first-sequence"),
			sample("subjectDeleteMarkerTtl", "5s", Duration.ofSeconds(5), "subject-delete-marker-ttl"),
			sample("allowMessageTtl", "true", true, "allow-message-ttl"),
			sample("allowMsgSchedules", "true", true, "allow-message-schedules"),
			sample("allowMessageCounter", "true", true, "allow-message-counter"),
			sample("allowAtomicPublish", "true", true, "allow-atomic-publish"),
			sample("allowBatched", "true", true, "allow-batched"),
			sample("persistMode", "async", PersistMode.Async, "persist-mode"));

	static final List<Sample> CONSUMER = List.of(
			sample("deliverPolicy", "by-start-sequence", DeliverPolicy.ByStartSequence, "deliver-policy"),
			sample("ackPolicy", "none", AckPolicy.None, "ack-policy"),
			sample("replayPolicy", "original", ReplayPolicy.Original, "replay-policy"),
			sample("description", "Bills", "Bills", "description"),
			sample("durable", "other", "other", "durable", "name"),
			sample("name", "other", "other", "name").readBy("getDurable"),
			sample("deliverSubject", "out.x", "out.x", "deliver-subject"),
			sample("deliverGroup", "group", "group", "deliver-group"),
			sample("sampleFrequency", "50%", "50%", "sample-frequency"),
			sample("startTime", TIME_TEXT, TIME, "start-time"),
			sample("ackWait", "45s", Duration.ofSeconds(45), "ack-wait"),
			sample("idleHeartbeat", "3s", Duration.ofSeconds(3), "idle-heartbeat"),
			sample("maxExpires", "4s", Duration.ofSeconds(4), "max-expires"),
			sample("inactiveThreshold", "5m", Duration.ofMinutes(5), "inactive-threshold"),
			sample("startSeq", "21", 21L, "start-sequence").readBy("getStartSequence"),
			sample("maxDeliver", "22", 22L, "max-deliver"), sample("rateLimit", "23", 23L, "rate-limit"),
			sample("maxAckPending", "24", 24L, "max-ack-pending"),
			sample("maxPullWaiting", "25", 25L, "max-pull-waiting"), sample("maxBatch", "26", 26L, "max-batch"),
			sample("maxBytes", "27KB", 27L * 1024, "max-bytes"), sample("numReplicas", "3", 3, "num-replicas"),
			sample("pauseUntil", TIME_TEXT, TIME, "pause-until"),
			sample("flowControl", "true\nidle-heartbeat: 3s", true, "flow-control"),
			sample("headersOnly", "true", true, "headers-only"), sample("memStorage", "true", true, "mem-storage"),
			sample("backoff", "1s,2s", List.of(Duration.ofSeconds(1), Duration.ofSeconds(2)), "backoff"),
			sample("metadata", "{owner: sales}", Map.of("owner", "sales"), "metadata"),
			sample("filterSubjects", "[a, b.>]", List.of("a", "b.>"), "filter-subjects"),
			sample("filterSubjects", "a.*", List.of("a.*"), "filter-subject"),
			sample("priorityGroups", "jobs", List.of("jobs"), "priority-groups"),
			sample("priorityPolicy", "pinned-client", PriorityPolicy.PinnedClient, "priority-policy"),
			sample("priorityTimeout", "6s", Duration.ofSeconds(6), "priority-timeout"));

	static final List<Sample> OBJECT_STORE = List.of(sample("bucketName", "other", "other", "name"),
			sample("description", "Faces", "Faces", "description"),
			sample("maxBucketSize", "14MB", 14L * 1024 * 1024, "max-bucket-size"),
			sample("ttl", "30d", Duration.ofDays(30), "ttl"),
			sample("storageType", "memory", StorageType.Memory, "storage-type", "storage"),
			sample("replicas", "3", 3, "replicas"), sample("placement", PLACEMENT, PLACEMENT_JSON, "placement"),
			sample("compressed", "true", true, "compression"),
			sample("metadata", "{owner: sales}", Map.of("owner", "sales"), "metadata"));

	static final List<Sample> KEY_VALUE = Stream
		.concat(OBJECT_STORE.stream(),
				Stream.of(sample("maxHistoryPerKey", "5", 5L, "max-history-per-key", "history"),
						sample("maximumValueSize", "15KB", 15 * 1024, "maximum-value-size", "max-value-size"),
						sample("republish", REPUBLISH, REPUBLISH_JSON, "republish"),
						sample("mirror", SOURCE, SOURCE_JSON.formatted("KV_ORIGIN"), "mirror"),
						sample("sources", "[" + SOURCE + "]", List.of(SOURCE_JSON.formatted("KV_ORIGIN")), "sources"),
						sample("limitMarkerTtl", "5s", Duration.ofSeconds(5), "limit-marker", "limit-marker-ttl")))
		.toList();

	private TopologyFields() {
	}

	private static Sample sample(String field, String yaml, Object expected, String... properties) {
		return new Sample(field, yaml, expected, List.of(properties), null);
	}

	/**
	 * The instance fields of a class of jnats.
	 */
	static Set<String> fieldsOf(Class<?> type) {
		return Arrays.stream(type.getDeclaredFields())
			.filter((field) -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
			.map((field) -> field.getName())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * What the public getters of a class of jnats, and of its superclasses, are named
	 * for.
	 */
	static Set<String> gettersOf(Class<?> type) {
		return Arrays.stream(type.getMethods())
			.filter((method) -> method.getParameterCount() == 0 && method.getDeclaringClass() != Object.class)
			.map(Method::getName)
			.filter((name) -> name.matches("(get|is)[A-Z].*"))
			.map((name) -> StringUtils.uncapitalize(name.replaceFirst("get|is", "")))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * The public methods of a builder of jnats in kebab-case.
	 */
	static Set<String> settersOf(Class<?> builder) {
		return Arrays.stream(builder.getMethods())
			.filter((method) -> method.getParameterCount() == 1 && builder.isAssignableFrom(method.getReturnType()))
			.map((method) -> kebab(method.getName()))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	static String kebab(String name) {
		return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(java.util.Locale.ROOT);
	}

	static Set<String> propertiesOf(List<Sample> samples) {
		return samples.stream()
			.flatMap((sample) -> sample.properties().stream())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	static Set<String> namesOf(List<Sample> samples) {
		return samples.stream().map(Sample::field).collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * A value for a field.
	 *
	 * @param field the name of the field or getter in jnats
	 * @param yaml the value as written
	 * @param expected the value that must be read back, as JSON where it is an object of
	 * jnats
	 * @param properties the properties that set the field, each on its own
	 * @param getter the getter, or {@code null} if it is named like the field
	 */
	record Sample(String field, String yaml, Object expected, List<String> properties, String getter) {

		Sample readBy(String getter) {
			return new Sample(this.field, this.yaml, this.expected, this.properties, getter);
		}

		Object read(Object configuration) {
			Method method = (this.getter != null) ? ReflectionUtils.findMethod(configuration.getClass(), this.getter)
					: find(configuration);
			Object value = ReflectionUtils.invokeMethod(method, configuration);
			return (value instanceof List<?> list) ? list.stream().map(Sample::plain).toList() : plain(value);
		}

		private Method find(Object configuration) {
			Method method = ReflectionUtils.findMethod(configuration.getClass(),
					"get" + StringUtils.capitalize(this.field));
			return (method != null) ? method
					: ReflectionUtils.findMethod(configuration.getClass(), "is" + StringUtils.capitalize(this.field));
		}

		private static Object plain(Object value) {
			return (value instanceof JsonSerializable json) ? json.toJson() : value;
		}

		@Override
		public String toString() {
			return this.field + this.properties;
		}

	}

}
