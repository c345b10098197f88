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

package io.github.natsspring.boot.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.Redaction;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.topology.JetStreamProbe;
import io.github.natsspring.topology.PlannedChange;
import io.github.natsspring.topology.TopologyApplier;
import io.github.natsspring.topology.TopologyPlan;
import io.github.natsspring.topology.TopologyReport;
import io.nats.client.Connection;
import io.nats.client.api.ServerInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * {@link HealthIndicator} for a connection and its listeners: down when the connection is
 * not there, when JetStream does not answer for the streams in use, or when a listener
 * that should consume does not. Waits for two and a half seconds at the longest, and
 * never connects.
 */
public class NatsHealthIndicator extends AbstractHealthIndicator {

	private static final Set<State> BAD = Set.of(State.STALLED, State.FAILED);

	private final ConnectionHolder connection;

	private final @Nullable NatsListenerEndpointRegistry listeners;

	private final @Nullable TopologyApplier topology;

	private final @Nullable JetStreamProbe probe;

	/**
	 * Create an indicator that knows nothing of a topology.
	 * @param connection the connection
	 * @param listeners the listeners of all connections, or {@code null} if there are
	 * none
	 */
	public NatsHealthIndicator(ConnectionHolder connection, @Nullable NatsListenerEndpointRegistry listeners) {
		this(connection, listeners, null, null);
	}

	/**
	 * Create an indicator.
	 * @param connection the connection
	 * @param listeners the listeners, or {@code null} if there are none
	 * @param topology the declared topology, or {@code null} if there is none
	 * @param probe asks JetStream, or {@code null} for nobody
	 */
	public NatsHealthIndicator(ConnectionHolder connection, @Nullable NatsListenerEndpointRegistry listeners,
			@Nullable TopologyApplier topology, @Nullable JetStreamProbe probe) {
		super("NATS health check failed");
		this.connection = connection;
		this.listeners = listeners;
		this.topology = topology;
		this.probe = probe;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Connection current = this.connection.current();
		Connection.Status status = (current != null) ? current.getStatus() : Connection.Status.DISCONNECTED;
		boolean healthy = status == Connection.Status.CONNECTED;
		builder.withDetail("status", status);
		if (current != null && healthy) {
			ServerInfo server = current.getServerInfo();
			builder.withDetail("server", server.getServerName()).withDetail("version", server.getVersion());
			builder.withDetail("url", Redaction.redactUrl(current.getConnectedUrl()));
		}
		String problem = this.connection.getProblem();
		if (problem != null) {
			builder.withDetail("error", problem);
		}
		Map<String, String> problems = (this.probe != null && healthy) ? this.probe.check().problems() : null;
		if (problems != null) {
			healthy = problems.isEmpty();
			builder.withDetail("jetStream", problems.isEmpty() ? "reachable" : problems);
		}
		if (this.listeners != null) {
			Map<String, Object> details = new LinkedHashMap<>();
			for (var container : this.listeners.getListenerContainers(this.connection.getName())) {
				ContainerStatus listener = container.getStatus();
				healthy &= !BAD.contains(listener.state());
				details.put(container.getListenerId(), details(listener));
			}
			builder.withDetail("listeners", details);
		}
		if (this.topology != null) {
			healthy &= this.topology.missing().isEmpty();
			Map<String, Object> details = details(this.topology);
			if (!details.isEmpty()) {
				builder.withDetail("topology", details);
			}
		}
		builder.status(healthy ? Status.UP : Status.DOWN);
	}

	/**
	 * What differs on the server and is left so is told, and nothing to be down for.
	 */
	private static Map<String, Object> details(TopologyApplier topology) {
		Map<String, Object> details = new LinkedHashMap<>();
		if (!topology.missing().isEmpty()) {
			details.put("missing", topology.missing());
		}
		TopologyReport report = topology.report();
		TopologyPlan plan = (report != null) ? report.plan() : null;
		if (plan != null) {
			Map<String, Object> drift = new LinkedHashMap<>();
			plan.different()
				.forEach((resource) -> drift.put("%s '%s'".formatted(resource.kind().label(), resource.name()),
						resource.withheld().stream().map(PlannedChange::toString).toList()));
			if (!drift.isEmpty()) {
				details.put("drift", drift);
			}
		}
		return details;
	}

	private static Map<String, Object> details(ContainerStatus status) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("state", status.state());
		if (status.detail() != null) {
			details.put("detail", status.detail());
		}
		details.put("inFlight", status.inFlight());
		if (status.lastActivity() != null) {
			details.put("lastActivity", status.lastActivity());
		}
		return details;
	}

}
