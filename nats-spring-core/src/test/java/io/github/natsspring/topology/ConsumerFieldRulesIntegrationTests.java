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
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.PriorityPolicy;
import io.nats.client.api.ReplayPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Changes every field of a consumer.
 */
class ConsumerFieldRulesIntegrationTests extends AbstractFieldRulesTests<ConsumerConfiguration.Builder> {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	@Override
	Map<String, FieldRule> rules() {
		return FieldRules.consumer();
	}

	/**
	 * What only a cluster has.
	 */
	@Override
	Set<String> testedElsewhere() {
		return Set.of("num_replicas");
	}

	@Override
	void change(FieldRulesServer server, FieldCase<ConsumerConfiguration.Builder> test) throws Exception {
		createStream(server);
		server.management()
			.addOrUpdateConsumer(this.stream,
					test.before().apply(ConsumerConfiguration.builder().durable("c")).build());
		ConsumerDefinition declared = Definitions.consumer(this.stream, "c", test.after());
		ConsumerDefinition careful = declared.with(new ProvisioningPolicy(ProvisioningMode.UPDATE, false, false));
		ConsumerDefinition allowed = declared.with(new ProvisioningPolicy(ProvisioningMode.UPDATE, true, true));
		ChangeKind kind = test.kindOn(server);
		assertPlanned(plan(server, careful), test.field(), kind);
		if (kind == ChangeKind.IMMUTABLE) {
			ConsumerConfiguration existing = server.management()
				.getConsumerInfo(this.stream, "c")
				.getConsumerConfiguration();
			assertThat(isRefused(() -> server.management().addOrUpdateConsumer(this.stream, allowed.applyTo(existing))))
				.as("refused by the server")
				.isEqualTo(server.has(test.refusedSince()));
		}
		else {
			server.apply(allowed);
			assertThat(plan(server, allowed).changes()).isEmpty();
		}
	}

	@TestFactory
	Stream<DynamicTest> acceptsAPauseWithoutEffect() {
		return on((name, server) -> Stream.of(DynamicTest.dynamicTest(name, () -> {
			this.stream = "PAUSED";
			createStream(server);
			ConsumerConfiguration.Builder consumer = ConsumerConfiguration.builder().durable("c");
			server.management().addOrUpdateConsumer(this.stream, consumer.build());
			consumer.pauseUntil(ZonedDateTime.now().plusDays(1));
			assertThat(server.management().addOrUpdateConsumer(this.stream, consumer.build()).getPaused()).isFalse();
		})));
	}

	private void createStream(FieldRulesServer server) throws Exception {
		server.management()
			.addStream(StreamConfiguration.builder()
				.name(this.stream)
				.subjects(subject("*"))
				.storageType(StorageType.Memory)
				.build());
	}

	private PlannedConsumer plan(FieldRulesServer server, ConsumerDefinition definition) throws Exception {
		return new TopologyPlanner().plan(definition, server.management().getConsumerInfo(this.stream, "c"),
				server.version());
	}

	@Override
	Stream<FieldCase<ConsumerConfiguration.Builder>> cases() {
		return Stream.of(safe("description", (c) -> c, (c) -> c.description("b")),
				safe("filter_subjects", (c) -> c.filterSubject(subject("a")),
						(c) -> c.filterSubjects(subject("a"), subject("b"))),
				safe("filter_subjects", (c) -> c.filterSubjects(subject("a"), subject("b")),
						(c) -> c.filterSubject(subject("*"))),
				prune("filter_subjects", (c) -> c.filterSubjects(subject("a"), subject("b")),
						(c) -> c.filterSubject(subject("a"))),
				prune("filter_subjects", (c) -> c, (c) -> c.filterSubject(subject("a"))),
				never("ack_policy", (c) -> c, (c) -> c.ackPolicy(AckPolicy.None)),
				safe("ack_wait", (c) -> c.ackWait(MINUTE), (c) -> c.ackWait(Duration.ofSeconds(5))),
				safe("backoff", (c) -> c, (c) -> c.backoff(Duration.ofSeconds(1), Duration.ofSeconds(5))),
				safe("max_deliver", (c) -> c.maxDeliver(5), (c) -> c.maxDeliver(6)),
				loss("max_deliver", (c) -> c, (c) -> c.maxDeliver(6)),
				safe("max_ack_pending", (c) -> c, (c) -> c.maxAckPending(5)),
				never("replay_policy", (c) -> c, (c) -> c.replayPolicy(ReplayPolicy.Original)),
				safe("sample_freq", (c) -> c, (c) -> c.sampleFrequency("50%")),
				safe("rate_limit_bps", (c) -> c.deliverSubject("out.a").rateLimit(500),
						(c) -> c.deliverSubject("out.a").rateLimit(600)),
				safe("headers_only", (c) -> c, (c) -> c.headersOnly(true)),
				never("max_waiting", (c) -> c, (c) -> c.maxPullWaiting(5)),
				safe("max_batch", (c) -> c, (c) -> c.maxBatch(5)), safe("max_bytes", (c) -> c, (c) -> c.maxBytes(500)),
				safe("max_expires", (c) -> c, (c) -> c.maxExpires(MINUTE)),
				loss("inactive_threshold", (c) -> c, (c) -> c.inactiveThreshold(MINUTE)),
				safe("inactive_threshold", (c) -> c.inactiveThreshold(MINUTE),
						(c) -> c.inactiveThreshold(MINUTE.multipliedBy(2))),
				never("mem_storage", (c) -> c, (c) -> c.memStorage(true)).ignoredBefore("2.11.0"),
				safe("metadata.a", (c) -> c.metadata(Map.of("a", "1")), (c) -> c.metadata(Map.of("a", "2"))),
				safe("priority_groups", (c) -> c.priorityGroups("a").priorityPolicy(PriorityPolicy.Overflow),
						(c) -> c.priorityGroups("b").priorityPolicy(PriorityPolicy.Overflow))
					.from("2.11.0"),
				safe("priority_policy", (c) -> c.priorityGroups("a").priorityPolicy(PriorityPolicy.Overflow),
						(c) -> c.priorityGroups("a").priorityPolicy(PriorityPolicy.PinnedClient))
					.from("2.11.0"),
				safe("priority_timeout", (c) -> c.priorityGroups("a").priorityPolicy(PriorityPolicy.PinnedClient),
						(c) -> c.priorityGroups("a")
							.priorityPolicy(PriorityPolicy.PinnedClient)
							.priorityTimeout(MINUTE))
					.from("2.11.0"),
				loss("deliver_subject", (c) -> c.deliverSubject("out.a"), (c) -> c.deliverSubject("out.b")),
				never("deliver_subject", (c) -> c, (c) -> c.deliverSubject("out.b")),
				safe("deliver_group", (c) -> c.deliverSubject("out.a").deliverGroup("a"), (c) -> c.deliverGroup("b")),
				never("idle_heartbeat", (c) -> c.deliverSubject("out.a"), (c) -> c.idleHeartbeat(MINUTE)),
				never("flow_control", (c) -> c.deliverSubject("out.a").idleHeartbeat(MINUTE),
						(c) -> c.flowControl(MINUTE)));
	}

	private static FieldCase<ConsumerConfiguration.Builder> safe(String field,
			UnaryOperator<ConsumerConfiguration.Builder> before, UnaryOperator<ConsumerConfiguration.Builder> after) {
		return FieldCase.safe(field, before, after);
	}

	private static FieldCase<ConsumerConfiguration.Builder> loss(String field,
			UnaryOperator<ConsumerConfiguration.Builder> before, UnaryOperator<ConsumerConfiguration.Builder> after) {
		return FieldCase.loss(field, before, after);
	}

	private static FieldCase<ConsumerConfiguration.Builder> prune(String field,
			UnaryOperator<ConsumerConfiguration.Builder> before, UnaryOperator<ConsumerConfiguration.Builder> after) {
		return FieldCase.of(field, before, after, ChangeKind.PRUNE_WITH_DATA_LOSS);
	}

	private static FieldCase<ConsumerConfiguration.Builder> never(String field,
			UnaryOperator<ConsumerConfiguration.Builder> before, UnaryOperator<ConsumerConfiguration.Builder> after) {
		return FieldCase.never(field, before, after);
	}

}
