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

package io.github.natsspring.boot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.github.natsspring.boot.actuate.NatsDescriptor.ConnectionDescriptor;
import io.github.natsspring.boot.actuate.NatsDescriptor.LagDescriptor;
import io.github.natsspring.boot.actuate.NatsDescriptor.ListenerDescriptor;
import io.github.natsspring.boot.actuate.NatsDescriptor.ResourceDescriptor;
import io.github.natsspring.boot.actuate.NatsDescriptor.TopologyDescriptor;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.connection.NatsException;
import io.github.natsspring.connection.Redaction;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.listener.ConsumerLag;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.topology.ConsumerId;
import io.github.natsspring.topology.JetStreamProbe;
import io.github.natsspring.topology.PlannedChange;
import io.github.natsspring.topology.PlannedResource;
import io.github.natsspring.topology.TopologyApplier;
import io.github.natsspring.topology.TopologyPlan;
import io.github.natsspring.topology.TopologyProblem;
import io.github.natsspring.topology.TopologyReport;
import io.nats.client.Connection;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.ServerInfo;
import org.jspecify.annotations.Nullable;

/**
 * Tells of one connection. Asks the server only while it is connected, and stops asking
 * after a few seconds.
 */
final class ConnectionReport {

	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private final NatsEndpointConnection connection;

	private final NatsListenerEndpointRegistry registry;

	ConnectionReport(NatsEndpointConnection connection, NatsListenerEndpointRegistry registry) {
		this.connection = connection;
		this.registry = registry;
	}

	ConnectionDescriptor describe() {
		Connection current = this.connection.holder().current();
		Connection.Status status = (current != null) ? current.getStatus() : Connection.Status.DISCONNECTED;
		boolean connected = current != null && status == Connection.Status.CONNECTED;
		ServerInfo server = connected ? Objects.requireNonNull(current).getServerInfo() : null;
		String url = connected ? Redaction.redactUrl(Objects.requireNonNull(current).getConnectedUrl()) : null;
		return new ConnectionDescriptor(status.name(), (server != null) ? server.getServerName() : null,
				(server != null) ? server.getVersion() : null, url, this.connection.holder().getProblem(), topology(),
				listeners(containers()), connected ? deadLetters() : Map.of());
	}

	private List<MessageListenerContainer> containers() {
		return List.copyOf(this.registry.getListenerContainers(this.connection.holder().getName()));
	}

	/**
	 * A single listener, or {@code null} if it is not of this connection.
	 */
	@Nullable ListenerDescriptor listener(String id) {
		List<MessageListenerContainer> found = containers().stream()
			.filter((container) -> id.equals(container.getListenerId()))
			.toList();
		return listeners(found).get(id);
	}

	private Map<String, ListenerDescriptor> listeners(List<MessageListenerContainer> containers) {
		Map<MessageListenerContainer, LagDescriptor> lags = lags(containers);
		Map<String, ListenerDescriptor> listeners = new LinkedHashMap<>();
		containers
			.forEach((container) -> listeners.put(container.getListenerId(), describe(container, lags.get(container))));
		return listeners;
	}

	/**
	 * How far listeners are behind: what is polled for anyway, and else what the server
	 * says now.
	 */
	private Map<MessageListenerContainer, LagDescriptor> lags(List<MessageListenerContainer> containers) {
		Map<MessageListenerContainer, LagDescriptor> lags = new IdentityHashMap<>();
		Map<MessageListenerContainer, ConsumerId> unknown = new IdentityHashMap<>();
		boolean polled = this.connection.polled().getAsBoolean();
		for (MessageListenerContainer container : containers) {
			ConsumerLag lag = polled ? container.getLag() : null;
			ConsumerId consumer = consumer(container);
			if (lag != null) {
				lags.put(container, new LagDescriptor(lag.pending(), lag.ackPending(), lag.redelivered(), lag.waiting(),
						lag.time()));
			}
			else if (consumer != null) {
				unknown.put(container, consumer);
			}
		}
		JetStreamProbe probe = this.connection.probe();
		if (probe != null && !unknown.isEmpty()) {
			Map<ConsumerId, ConsumerInfo> infos = probe.consumers(Set.copyOf(unknown.values()));
			Instant now = Instant.now();
			unknown.forEach((container, consumer) -> {
				ConsumerInfo info = infos.get(consumer);
				if (info != null) {
					lags.put(container, new LagDescriptor(info.getNumPending(), info.getNumAckPending(),
							info.getRedelivered(), info.getNumWaiting(), now));
				}
			});
		}
		return lags;
	}

	private ListenerDescriptor describe(MessageListenerContainer container, @Nullable LagDescriptor lag) {
		ContainerStatus status = container.getStatus();
		NatsListenerEndpoint endpoint = this.registry.getEndpoint(container.getListenerId());
		ConsumerId consumer = consumer(container);
		return new ListenerDescriptor(this.connection.holder().getName(), status.state(), status.detail(),
				status.inFlight(), status.window(), status.lastActivity(),
				(endpoint != null) ? endpoint.getStream() : null, (consumer != null) ? consumer.name() : null, lag);
	}

	/**
	 * Other consumers than durable ones have changing names.
	 */
	private @Nullable ConsumerId consumer(MessageListenerContainer container) {
		NatsListenerEndpoint endpoint = this.registry.getEndpoint(container.getListenerId());
		String stream = (endpoint != null) ? endpoint.getStream() : null;
		String consumer = (endpoint != null) ? endpoint.getConsumer() : null;
		return (stream != null && consumer != null) ? new ConsumerId(stream, consumer) : null;
	}

	private Map<String, Long> deadLetters() {
		DeadLetterOperations operations = this.connection.deadLetters();
		Map<String, Long> counts = new TreeMap<>();
		if (operations == null) {
			return counts;
		}
		Set<String> streams = new TreeSet<>();
		containers().stream().map(this::consumer).filter(Objects::nonNull).forEach((id) -> streams.add(id.stream()));
		long begun = System.nanoTime();
		for (String stream : streams) {
			if (System.nanoTime() - begun > PATIENCE.toNanos()) {
				break;
			}
			try {
				counts.put(stream, operations.count(stream));
			}
			catch (NatsException | IllegalStateException ex) {
				// Not known, which is no reason to tell nothing else
			}
		}
		return counts;
	}

	private @Nullable TopologyDescriptor topology() {
		TopologyApplier applier = this.connection.topology();
		if (applier == null) {
			return null;
		}
		TopologyReport report = applier.report();
		if (report == null) {
			return new TopologyDescriptor(null, null, List.of(), applier.missing(), List.of());
		}
		TopologyPlan plan = report.plan();
		return new TopologyDescriptor(report.time(), report.result().name(),
				(plan != null) ? plan.resources().stream().map(ConnectionReport::describe).toList() : List.of(),
				applier.missing(), report.problems().stream().map(TopologyProblem::toString).toList());
	}

	private static ResourceDescriptor describe(PlannedResource resource) {
		return new ResourceDescriptor(resource.kind().label(), resource.name(), resource.source(),
				resource.action().name(), resource.applied().stream().map(PlannedChange::toString).toList(),
				resource.withheld().stream().map(PlannedChange::toString).toList());
	}

}
