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

import io.github.natsspring.boot.metrics.ConnectionTraffic.Counts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of connections: what passes over them and how long the server takes to answer.
 * Never blocks and never asks the server.
 */
public final class NatsConnectionMetrics implements MeterBinder {

	private final NatsMetricsPoller poller;

	/**
	 * Create the meters.
	 * @param poller knows the connections, and measures round trips
	 */
	public NatsConnectionMetrics(NatsMetricsPoller poller) {
		this.poller = poller;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.poller.connections().forEach((connection) -> bind(registry, connection));
	}

	private static void bind(MeterRegistry registry, ConnectionTraffic connection) {
		Tags tags = Tags.of("connection", connection.holder().getName());
		new MeterGroup<>(registry, connection, tags)
			.gauge("nats.connection.up", null, "1 while the connection is there, else 0",
					(source) -> source.isConnected() ? 1 : 0)
			.counter("nats.connection.messages", "messages", "Messages that passed over the connection",
					(source) -> source.count(Counts::messagesIn), "direction", "in")
			.counter("nats.connection.messages", "messages", "Messages that passed over the connection",
					(source) -> source.count(Counts::messagesOut), "direction", "out")
			.counter("nats.connection.traffic", "bytes", "Bytes that passed over the connection",
					(source) -> source.count(Counts::bytesIn), "direction", "in")
			.counter("nats.connection.traffic", "bytes", "Bytes that passed over the connection",
					(source) -> source.count(Counts::bytesOut), "direction", "out")
			.counter("nats.connection.reconnects", null, "How often the connection was made again",
					(source) -> source.count(Counts::reconnects))
			.timeGauge("nats.connection.round.trip", "How long the server took to answer, measured last",
					ConnectionTraffic::roundTripNanos);
	}

}
