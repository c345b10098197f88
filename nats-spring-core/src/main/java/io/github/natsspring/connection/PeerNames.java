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

package io.github.natsspring.connection;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.nats.client.Options;
import io.nats.client.ServerPool;
import io.nats.client.support.NatsUri;
import org.jspecify.annotations.Nullable;

/**
 * Knows the name that the certificate of a server must bear. jnats resolves names itself
 * and makes its sockets with the address, so the name is taken from the pool that it
 * takes its servers from, one at a time.
 */
final class PeerNames implements ServerPool {

	private final ServerPool pool;

	private volatile Set<String> configured = Set.of();

	// The server that is being tried, or was last
	private volatile @Nullable NatsUri current;

	// The last name of the user's that led to a server
	private volatile @Nullable String name;

	PeerNames(ServerPool pool) {
		this.pool = pool;
	}

	/**
	 * The name that the certificate must bear.
	 * @param host what jnats connects to
	 * @return the name or address that was configured or announced. For an address that a
	 * cluster announced it is the name by which the user knows the cluster, if there is
	 * one: certificates seldom hold the addresses of nodes, and whoever is in the way
	 * could announce any
	 */
	String peer(String host) {
		NatsUri server = this.current;
		if (server == null) {
			return host;
		}
		String known = this.name;
		boolean announced = !this.configured.contains(server.getHost());
		String peer = (announced && server.hostIsIpAddress() && known != null) ? known : server.getHost();
		return peer.startsWith("[") ? peer.substring(1, peer.length() - 1) : peer;
	}

	@Override
	public void initialize(Options options) {
		List<NatsUri> servers = options.getNatsServerUris();
		this.configured = servers.stream().map(NatsUri::getHost).collect(Collectors.toUnmodifiableSet());
		this.name = servers.stream()
			.filter((server) -> !server.hostIsIpAddress())
			.map(NatsUri::getHost)
			.findFirst()
			.orElse(null);
		this.pool.initialize(options);
	}

	@Override
	public boolean acceptDiscoveredUrls(List<String> discoveredServers) {
		return this.pool.acceptDiscoveredUrls(discoveredServers);
	}

	@Override
	public @Nullable NatsUri peekNextServer() {
		return this.pool.peekNextServer();
	}

	@Override
	public @Nullable NatsUri nextServer() {
		NatsUri next = this.pool.nextServer();
		this.current = next;
		return next;
	}

	@Override
	@Deprecated
	@SuppressWarnings("deprecation")
	public @Nullable List<String> resolveHostToIps(String host) {
		return this.pool.resolveHostToIps(host);
	}

	@Override
	public @Nullable List<String> resolveHostToIps(String host, boolean maxOneResult, boolean includeIPV6) {
		return this.pool.resolveHostToIps(host, maxOneResult, includeIPV6);
	}

	@Override
	public void connectSucceeded(NatsUri server) {
		if (this.configured.contains(server.getHost()) && !server.hostIsIpAddress()) {
			this.name = server.getHost();
		}
		this.pool.connectSucceeded(server);
	}

	@Override
	public void connectFailed(NatsUri server) {
		this.pool.connectFailed(server);
	}

	@Override
	public List<String> getServerList() {
		return this.pool.getServerList();
	}

	@Override
	public boolean hasSecureServer() {
		return this.pool.hasSecureServer();
	}

}
