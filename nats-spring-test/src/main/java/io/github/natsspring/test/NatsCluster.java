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

package io.github.natsspring.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Several real nats-server processes that form a JetStream cluster, each with a port and
 * a temporary store of its own, for fault tests.
 *
 * <pre class="code">
 * try (NatsCluster cluster = NatsCluster.builder().nodes(3).start()) {
 * 	cluster.node(0).kill();
 * 	cluster.node(0).restart();
 * 	cluster.awaitReady();
 * }
 * </pre>
 *
 * All methods may be called by any thread.
 *
 * @see NatsServer
 */
public final class NatsCluster implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(NatsCluster.class);

	private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);

	private static final int TRIES = 3;

	private final ReentrantLock lock = new ReentrantLock();

	private final int size;

	private final @Nullable String version;

	private final List<String> config;

	private volatile List<Node> nodes = List.of();

	private boolean closed;

	private NatsCluster(Builder builder) {
		this.size = builder.nodes;
		this.version = builder.version;
		this.config = List.copyOf(builder.config);
	}

	/**
	 * Begin to describe a cluster.
	 * @return a builder for three nodes
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Start all nodes and wait until streams with as many replicas as there are nodes can
	 * be made. Nodes of an earlier start that were stopped are started again.
	 * @throws IllegalStateException if a node does not start (see
	 * {@link NatsServer#start()}), if the cluster is not ready within 60 seconds, or
	 * after {@link #close()}
	 */
	public void start() {
		this.lock.lock();
		try {
			if (this.closed) {
				throw new IllegalStateException("This cluster is closed; build another one");
			}
			if (this.nodes.isEmpty()) {
				this.nodes = startNew();
			}
			else {
				this.nodes.forEach((node) -> node.server().start());
			}
			awaitReady();
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<Node> startNew() {
		for (int i = 1; true; i++) {
			List<Node> made = describe();
			try {
				made.forEach((node) -> node.server().start());
				return made;
			}
			catch (IllegalStateException ex) {
				made.forEach((node) -> node.server().close());
				// A port between the nodes was taken between its choice and the start
				if (i == TRIES || !(ex.getCause() instanceof ServerLauncher.PortTakenException)) {
					throw ex;
				}
				logger.debug("Trying other ports", ex);
			}
		}
	}

	private List<Node> describe() {
		String name = "spring-" + UUID.randomUUID().toString().substring(0, 8);
		List<Integer> ports = Ports.free(2 * this.size);
		List<Integer> routePorts = ports.subList(0, this.size);
		String routes = String.join(", ",
				routePorts.stream().map((port) -> "\"nats://127.0.0.1:%s\"".formatted(port)).toList());
		List<Node> described = new ArrayList<>();
		for (int i = 0; i < this.size; i++) {
			int monitoringPort = ports.get(this.size + i);
			NatsServer.Builder builder = NatsServer.builder()
				.config("http: \"127.0.0.1:%s\"".formatted(monitoringPort),
						"cluster { name: \"%s\", listen: \"127.0.0.1:%s\", routes: [ %s ] }".formatted(name,
								routePorts.get(i), routes))
				.config(this.config.toArray(String[]::new));
			if (this.version != null) {
				builder.version(this.version);
			}
			described.add(new Node(builder.build(), monitoringPort));
		}
		return List.copyOf(described);
	}

	/**
	 * Wait until all nodes that run agree on a JetStream leader and none of them lags
	 * behind, as after the restart of a node.
	 * @throws IllegalStateException if they do not within 60 seconds
	 */
	public void awaitReady() {
		List<ClusterProbe> probes = this.nodes.stream()
			.filter((node) -> node.server().isRunning())
			.map((node) -> new ClusterProbe(node.monitoringPort(), this.size))
			.toList();
		Poll poll = new Poll(READY_TIMEOUT, Duration.ofMillis(100));
		while (!probes.stream().allMatch(ClusterProbe::isReady)) {
			if (!poll.next()) {
				throw new IllegalStateException(
						"The cluster of %s nats-servers was not ready within %s s: %s".formatted(this.size,
								READY_TIMEOUT.toSeconds(), probes.stream().map(ClusterProbe::lastAnswer).toList()));
			}
		}
	}

	/**
	 * The nodes.
	 * @return as many servers as the cluster has nodes
	 * @throws IllegalStateException before the first start
	 */
	public List<NatsServer> nodes() {
		if (this.nodes.isEmpty()) {
			throw new IllegalStateException("This cluster has not been started yet; call start() first");
		}
		return this.nodes.stream().map(Node::server).toList();
	}

	/**
	 * One of the nodes, to be killed or restarted.
	 * @param index from 0
	 * @return the node
	 * @throws IllegalStateException before the first start
	 * @throws IndexOutOfBoundsException if there is no such node
	 */
	public NatsServer node(int index) {
		return nodes().get(index);
	}

	/**
	 * The node with the given name, as streams and consumers name their leader.
	 * @param name the server's name
	 * @return the node
	 * @throws IllegalArgumentException if no node has this name
	 * @throws IllegalStateException before the first start
	 */
	public NatsServer node(String name) {
		return nodes().stream()
			.filter((node) -> node.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("No node is named '%s'; there are %s".formatted(name,
					nodes().stream().map(NatsServer::name).toList())));
	}

	/**
	 * The addresses of all nodes. They stay the same over restarts.
	 * @return the addresses, each as {@code nats://127.0.0.1:<port>}
	 * @throws IllegalStateException before the first start
	 */
	public List<String> urls() {
		return nodes().stream().map(NatsServer::url).toList();
	}

	/**
	 * The node that leads a stream, as soon as there is one. Asks as a client without
	 * credentials, as the other methods about leaders do.
	 * @param stream the stream
	 * @return the node
	 * @throws IllegalStateException if there is no such stream, or no leader within 30
	 * seconds
	 */
	public NatsServer streamLeader(String stream) {
		return node(leaders().leader(new ClusterLeaders.Group(stream, null)));
	}

	/**
	 * The node that leads a consumer, as soon as there is one.
	 * @param stream the stream
	 * @param consumer the name of the consumer
	 * @return the node
	 * @throws IllegalStateException as {@link #streamLeader(String)}
	 */
	public NatsServer consumerLeader(String stream, String consumer) {
		return node(leaders().leader(new ClusterLeaders.Group(stream, consumer)));
	}

	/**
	 * Let the leader of a stream step down, and wait until another node leads.
	 * @param stream the stream, of at least 2 replicas
	 * @return the new leader
	 * @throws IllegalStateException as {@link #streamLeader(String)}, and if there is one
	 * replica only or no other node takes over within 30 seconds
	 */
	public NatsServer stepDownStreamLeader(String stream) {
		return node(leaders().stepDown(new ClusterLeaders.Group(stream, null)));
	}

	/**
	 * Let the leader of a consumer step down, and wait until another node leads.
	 * @param stream the stream
	 * @param consumer the name of the consumer, of at least 2 replicas
	 * @return the new leader
	 * @throws IllegalStateException as {@link #stepDownStreamLeader(String)}
	 */
	public NatsServer stepDownConsumerLeader(String stream, String consumer) {
		return node(leaders().stepDown(new ClusterLeaders.Group(stream, consumer)));
	}

	private ClusterLeaders leaders() {
		return new ClusterLeaders(nodes().stream().filter(NatsServer::isRunning).map(NatsServer::url).toList());
	}

	/**
	 * Stop all nodes for good and remove their files. May be called more than once.
	 */
	@Override
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.nodes.forEach((node) -> node.server().close());
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public String toString() {
		return "NatsCluster" + this.nodes.stream().map(Node::server).toList();
	}

	private record Node(NatsServer server, int monitoringPort) {
	}

	/**
	 * Describes a cluster.
	 */
	public static final class Builder {

		private int nodes = 3;

		private @Nullable String version;

		private final List<String> config = new ArrayList<>();

		private Builder() {
		}

		/**
		 * Choose the number of nodes.
		 * @param nodes how many, by default 3
		 * @return this builder
		 */
		public Builder nodes(int nodes) {
			if (nodes < 2) {
				throw new IllegalArgumentException(
						"nodes is %s; a cluster has at least 2, and 3 to survive the loss of one".formatted(nodes));
			}
			this.nodes = nodes;
			return this;
		}

		/**
		 * Ask for a version, as {@link NatsServer.Builder#version(String)}.
		 * @param version the version
		 * @return this builder
		 */
		public Builder version(String version) {
			this.version = NatsServerVersion.parse(version).toString();
			return this;
		}

		/**
		 * Add lines to the configuration file of each node.
		 * @param lines the lines, in the syntax of nats-server
		 * @return this builder
		 */
		public Builder config(String... lines) {
			this.config.addAll(List.of(lines));
			return this;
		}

		/**
		 * Make the cluster, without starting it.
		 * @return the cluster
		 */
		public NatsCluster build() {
			return new NatsCluster(this);
		}

		/**
		 * Make the cluster and start it.
		 * @return the running cluster
		 * @throws IllegalStateException as {@link NatsCluster#start()}
		 */
		public NatsCluster start() {
			NatsCluster cluster = build();
			try {
				cluster.start();
				return cluster;
			}
			catch (RuntimeException | Error ex) {
				cluster.close();
				throw ex;
			}
		}

	}

}
