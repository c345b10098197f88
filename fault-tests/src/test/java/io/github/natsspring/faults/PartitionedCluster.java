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

package io.github.natsspring.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.TcpProxy;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.StreamConfiguration;

import static org.awaitility.Awaitility.await;

/**
 * Three nodes, of which the last reaches the others, and is reached by them, through
 * proxies only.
 */
final class PartitionedCluster implements AutoCloseable {

	private static final Duration LONG = Duration.ofSeconds(60);

	private final List<NatsServer> nodes = new ArrayList<>();

	private final List<TcpProxy> proxies = new ArrayList<>();

	private PartitionedCluster() {
	}

	static PartitionedCluster start() {
		PartitionedCluster cluster = new PartitionedCluster();
		try {
			cluster.startNodes();
			return cluster;
		}
		catch (RuntimeException | Error ex) {
			cluster.close();
			throw ex;
		}
	}

	private void startNodes() {
		List<Integer> ports = freePorts();
		for (int port : ports) {
			this.proxies.add(TcpProxy.to("127.0.0.1", port));
		}
		String toLast = route(this.proxies.get(2).port());
		List<String> routes = List.of(route(ports.get(1)) + ", " + toLast, route(ports.get(0)) + ", " + toLast,
				route(this.proxies.get(0).port()) + ", " + route(this.proxies.get(1).port()));
		for (int i = 0; i < 3; i++) {
			// Nodes tell others of each other: by the address of the proxy
			this.nodes.add(NatsServer.builder()
				.config("cluster { name: parted, listen: \"127.0.0.1:%d\", cluster_advertise: \"127.0.0.1:%d\", "
					.formatted(ports.get(i), this.proxies.get(i).port())
						+ "no_advertise: true, pool_size: -1, routes: [ %s ] }".formatted(routes.get(i)))
				.build());
		}
		this.nodes.forEach(NatsServer::start);
		await().atMost(LONG).ignoreExceptions().until(this::isReady);
	}

	private boolean isReady() throws Exception {
		try (Connection connection = Nats.connect(this.nodes.get(2).url())) {
			connection.jetStreamManagement()
				.addStream(StreamConfiguration.builder().name("READY").subjects("ready").replicas(3).build());
			return connection.jetStreamManagement().deleteStream("READY");
		}
	}

	private static String route(int port) {
		return "\"nats://127.0.0.1:%d\"".formatted(port);
	}

	private static List<Integer> freePorts() {
		try (ServerSocket first = new ServerSocket(0);
				ServerSocket second = new ServerSocket(0);
				ServerSocket third = new ServerSocket(0)) {
			return List.of(first.getLocalPort(), second.getLocalPort(), third.getLocalPort());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The addresses of the two nodes that always reach each other.
	 */
	String majority() {
		return this.nodes.get(0).url() + "," + this.nodes.get(1).url();
	}

	/**
	 * The address of the third one.
	 */
	String minority() {
		return this.nodes.get(2).url();
	}

	String version() {
		return this.nodes.get(0).version();
	}

	void isolate() {
		this.proxies.forEach(TcpProxy::cut);
	}

	void heal() {
		this.proxies.forEach(TcpProxy::pass);
	}

	@Override
	public void close() {
		this.nodes.forEach(NatsServer::close);
		this.proxies.forEach(TcpProxy::close);
	}

}
