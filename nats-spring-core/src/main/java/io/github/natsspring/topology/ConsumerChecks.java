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
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import io.github.natsspring.support.Subjects;
import io.github.natsspring.topology.Findings.Subject;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.PriorityPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with the configuration of a consumer by itself.
 */
final class ConsumerChecks {

	private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9/_=-]{1,16}");

	private static final Pattern SAMPLE_FREQUENCY = Pattern.compile("\\d+%?");

	private ConsumerChecks() {
	}

	static void check(Subject consumer, ConsumerConfiguration configuration) {
		checkFilters(consumer, configuration);
		checkBackoff(consumer, configuration);
		checkGroups(consumer, configuration);
		StreamChecks.checkReplicas(consumer, "num-replicas", configuration.getNumReplicas());
		String frequency = configuration.getSampleFrequency();
		if (frequency != null && !frequency.isEmpty() && !SAMPLE_FREQUENCY.matcher(frequency).matches()) {
			consumer.problem("sample-frequency", "'%s' is no percentage".formatted(frequency), "write it as in '50%'");
		}
	}

	/**
	 * Check what has to go together, which may be on the server already.
	 * @param consumer the consumer
	 * @param configuration the configuration that it is to have as a whole
	 * @param missing whether it is to be created
	 */
	static void checkWhole(Subject consumer, ConsumerConfiguration configuration, boolean missing) {
		if (missing) {
			checkBegin(consumer, configuration);
		}
		checkPush(consumer, configuration);
		checkPriority(consumer, configuration);
	}

	static List<String> filters(ConsumerConfiguration configuration) {
		List<String> filters = configuration.getFilterSubjects();
		return (filters != null) ? filters : List.of();
	}

	private static void checkFilters(Subject consumer, ConsumerConfiguration configuration) {
		List<String> filters = filters(configuration);
		for (int i = 0; i < filters.size(); i++) {
			String filter = filters.get(i);
			String property = "filter-subjects[%s]".formatted(i);
			String fault = NameSyntax.faultOfSubject(filter);
			if (fault != null) {
				consumer.problem(property, "'%s' is invalid: %s".formatted(filter, fault), "correct the subject");
				continue;
			}
			for (int j = 0; j < i; j++) {
				if (Subjects.overlap(filters.get(j), filter)) {
					consumer.problem(property, "'%s' overlaps '%s'".formatted(filter, filters.get(j)),
							"keep the wider one only");
				}
			}
		}
	}

	private static void checkBegin(Subject consumer, ConsumerConfiguration configuration) {
		DeliverPolicy policy = configuration.getDeliverPolicy();
		checkStart(consumer, policy, "start-sequence", configuration.getStartSequence(), DeliverPolicy.ByStartSequence,
				configuration.getStartSequence() > 0);
		checkStart(consumer, policy, "start-time", configuration.getStartTime(), DeliverPolicy.ByStartTime,
				configuration.getStartTime() != null);
		if (policy == DeliverPolicy.LastPerSubject && filters(configuration).isEmpty()) {
			consumer.problem("deliver-policy", "last-per-subject needs filter-subjects",
					"set filter-subjects, such as '>' for all");
		}
	}

	private static void checkStart(Subject consumer, DeliverPolicy policy, String property, @Nullable Object value,
			DeliverPolicy needed, boolean set) {
		if (set && policy != needed) {
			consumer.problem(property, "%s is only for the deliver-policy %s, and that is %s".formatted(value,
					print(needed), print(policy)), "set deliver-policy: %s, or remove it".formatted(print(needed)));
		}
		else if (!set && policy == needed) {
			consumer.problem("deliver-policy", "%s needs %s".formatted(print(needed), property),
					"set %s, or another deliver-policy".formatted(property));
		}
	}

	private static void checkBackoff(Subject consumer, ConsumerConfiguration configuration) {
		List<Duration> backoff = configuration.getBackoff();
		if (backoff.isEmpty()) {
			return;
		}
		long maxDeliver = configuration.getMaxDeliver();
		if (maxDeliver > 0 && backoff.size() > maxDeliver) {
			consumer.problem("backoff",
					"has %s entries, and max-deliver is only %s".formatted(backoff.size(), maxDeliver),
					"raise max-deliver, or shorten backoff");
		}
		Duration first = backoff.get(0);
		Duration ackWait = configuration.getAckWait();
		if (ackWait != null && !ackWait.isZero() && !ackWait.equals(first)) {
			consumer.problem("backoff", "replaces ack-wait on the server: %s becomes %s, the first of %s".formatted(
					Durations.print(ackWait), Durations.print(first), backoff.stream().map(Durations::print).toList()),
					"remove backoff (listeners delay retries themselves: nats.listener.retry.*), or remove ack-wait");
		}
		else if (ackWait == null || ackWait.isZero()) {
			consumer.warning("backoff",
					"is also the ack-wait of this consumer on the server: %s instead of the default 30s"
						.formatted(Durations.print(first)),
					"remove backoff if it is meant for retries: listeners delay those themselves (nats.listener.retry.*)");
		}
	}

	private static void checkPush(Subject consumer, ConsumerConfiguration configuration) {
		if (configuration.getDeliverSubject() != null) {
			return;
		}
		String needs = "is only for push consumers, and deliver-subject is not set";
		if (configuration.getRateLimit() > 0) {
			consumer.problem("rate-limit", "%s %s".formatted(configuration.getRateLimit(), needs), "remove it");
		}
		if (configuration.isFlowControl()) {
			consumer.problem("flow-control", "true " + needs, "remove it");
		}
		Duration heartbeat = configuration.getIdleHeartbeat();
		if (heartbeat != null && !heartbeat.isZero()) {
			consumer.problem("idle-heartbeat", "%s %s".formatted(Durations.print(heartbeat), needs), "remove it");
		}
	}

	private static void checkPriority(Subject consumer, ConsumerConfiguration configuration) {
		List<String> groups = configuration.getPriorityGroups();
		boolean grouped = groups != null && !groups.isEmpty();
		boolean prioritized = configuration.getPriorityPolicy() != PriorityPolicy.None;
		String policy = configuration.getPriorityPolicy().toString().replace('_', '-');
		if (prioritized && !grouped) {
			consumer.problem("priority-policy", "%s needs priority-groups".formatted(policy),
					"set priority-groups, such as 'jobs'");
		}
		if (grouped && !prioritized) {
			consumer.problem("priority-groups", "%s needs a priority-policy".formatted(groups),
					"set priority-policy: overflow, pinned-client or prioritized");
		}
	}

	private static void checkGroups(Subject consumer, ConsumerConfiguration configuration) {
		List<String> groups = configuration.getPriorityGroups();
		if (groups != null) {
			groups.stream()
				.filter((group) -> !GROUP.matcher(group).matches())
				.forEach((group) -> consumer.problem("priority-groups", "'%s' is no name of a group".formatted(group),
						"use 1 to 16 of A-Z, a-z, 0-9, '-', '_', '/' and '='"));
		}
	}

	static String print(DeliverPolicy policy) {
		return policy.toString().replace('_', '-').toLowerCase(Locale.ROOT);
	}

}
