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

package io.github.natsspring.boot.metrics;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

import io.github.natsspring.core.PublishStatistics;
import io.github.natsspring.core.PublishStatistics.Operation;
import io.github.natsspring.core.PublishStatistics.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of what templates publish and request. Those of several templates over one
 * connection are added up. Never blocks and never asks the server.
 */
public final class NatsTemplateMetrics implements MeterBinder {

	// Meters hold them weakly
	private final List<Sum> publishers;

	private final List<Sum> streamPublishers;

	/**
	 * Create the meters.
	 * @param templates what templates for core NATS have counted
	 * @param streamTemplates what templates for streams have counted
	 */
	public NatsTemplateMetrics(List<PublishStatistics> templates, List<PublishStatistics> streamTemplates) {
		this.publishers = byConnection(templates);
		this.streamPublishers = byConnection(streamTemplates);
	}

	private static List<Sum> byConnection(List<PublishStatistics> templates) {
		Map<String, List<PublishStatistics>> byName = templates.stream()
			.collect(Collectors.groupingBy(PublishStatistics::getConnectionName, TreeMap::new, Collectors.toList()));
		return byName.entrySet().stream().map((entry) -> new Sum(entry.getKey(), entry.getValue())).toList();
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (Sum publisher : this.publishers) {
			bind(registry, publisher, Operation.PUBLISH);
			bind(registry, publisher, Operation.REQUEST);
			bindInFlight(registry, publisher, Operation.REQUEST);
		}
		for (Sum publisher : this.streamPublishers) {
			bind(registry, publisher, Operation.STREAM_PUBLISH);
			bindInFlight(registry, publisher, Operation.STREAM_PUBLISH);
			new MeterGroup<>(registry, publisher, Tags.of("connection", publisher.connection())).counter(
					"nats.template.duplicates", "messages", "Messages that a stream had already, by their id",
					(sum) -> sum.of(PublishStatistics::getDuplicateCount));
		}
	}

	private static void bind(MeterRegistry registry, Sum publisher, Operation operation) {
		MeterGroup<Sum> group = new MeterGroup<>(registry, publisher, tags(publisher, operation));
		for (Outcome outcome : Outcome.values()) {
			group.timer("nats.template.calls", "Publishes and requests by their outcome",
					(sum) -> sum.of((statistics) -> statistics.getCount(operation, outcome)),
					(sum) -> sum.of((statistics) -> statistics.getNanos(operation, outcome)), "outcome",
					NatsListenerMetrics.tag(outcome));
		}
	}

	private static void bindInFlight(MeterRegistry registry, Sum publisher, Operation operation) {
		new MeterGroup<>(registry, publisher, tags(publisher, operation)).gauge("nats.template.in.flight", "messages",
				"Messages that wait for an answer", (sum) -> sum.of(PublishStatistics::getInFlight));
	}

	private static Tags tags(Sum publisher, Operation operation) {
		return Tags.of("connection", publisher.connection(), "operation", NatsListenerMetrics.tag(operation));
	}

	/**
	 * The templates over one connection.
	 */
	private record Sum(String connection, List<PublishStatistics> templates) {

		long of(ToLongFunction<PublishStatistics> value) {
			return this.templates.stream().mapToLong(value).sum();
		}

	}

}
