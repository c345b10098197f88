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

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A network that can be disturbed, between clients and a server: connections to the proxy
 * go on to the server, until it is told otherwise.
 *
 * <pre class="code">
 * try (TcpProxy proxy = TcpProxy.to(server.url())) {
 * 	Connection connection = Nats.connect(proxy.url());
 * 	proxy.stall();
 * 	proxy.pass();
 * }
 * </pre>
 * <p>
 * The nodes of a cluster tell their own addresses to clients, which may reconnect to
 * these past the proxy. Clients of a cluster need
 * {@code Options.Builder.ignoreDiscoveredServers()}, or its nodes the line
 * {@code no_advertise: true} in {@code cluster { … }}.
 * <p>
 * All methods may be called by any thread. A change holds for open connections and new
 * ones. The threads are daemons and end with their connection, at the latest with
 * {@link #close()}.
 */
public final class TcpProxy implements AutoCloseable {

	static final String THREADS = "nats-proxy-";

	private static final Log logger = LogFactory.getLog(TcpProxy.class);

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration LISTEN_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration END_TIMEOUT = Duration.ofSeconds(5);

	private final ReentrantLock lock = new ReentrantLock();

	private final ProxyGate gate = new ProxyGate();

	private final Set<ProxyConnection> connections = ConcurrentHashMap.newKeySet();

	private final String scheme;

	private final String host;

	private final int targetPort;

	private final int port;

	private volatile @Nullable ServerSocket listener;

	private @Nullable Thread acceptor;

	private boolean closed;

	private TcpProxy(String scheme, String host, int targetPort) {
		this.scheme = scheme;
		this.host = host;
		this.targetPort = targetPort;
		this.port = Ports.free();
		listen();
	}

	/**
	 * Begin to forward to a server.
	 * @param url the server's address with its port, such as {@link NatsServer#url()}
	 * @return the proxy, forwarding
	 * @throws IllegalArgumentException if the address has no scheme, host or port
	 * @throws IllegalStateException if no port is free
	 */
	public static TcpProxy to(String url) {
		URI uri = parse(url);
		if (uri == null || uri.getScheme() == null || uri.getHost() == null || uri.getPort() <= 0) {
			// Without the address itself, which may have a password
			throw new IllegalArgumentException(
					"The address has no scheme, host or port; give one such as nats://127.0.0.1:4222");
		}
		return new TcpProxy(uri.getScheme(), uri.getHost(), uri.getPort());
	}

	private static @Nullable URI parse(String url) {
		try {
			return new URI(url);
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	/**
	 * Begin to forward to a server.
	 * @param host the server's host
	 * @param port its port
	 * @return the proxy, forwarding
	 * @throws IllegalStateException if no port is free
	 */
	public static TcpProxy to(String host, int port) {
		return new TcpProxy("nats", host, port);
	}

	/**
	 * The address for clients, in place of the server's. It stays the same.
	 * @return an address of 127.0.0.1 with the scheme of the server's, without
	 * credentials
	 */
	public String url() {
		return this.scheme + "://127.0.0.1:" + this.port;
	}

	/**
	 * The port for clients on 127.0.0.1.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Forward everything at once: the end of any disturbance. What was held back since a
	 * {@link #stall()} is delivered.
	 * @throws IllegalStateException after {@link #close()}, or if someone else has taken
	 * the port since a {@link #cut()}
	 */
	public void pass() {
		change(Set.of(), Duration.ZERO);
	}

	/**
	 * Forward nothing in either direction, with all connections left open, as a network
	 * that drops its packets: new connections are accepted, and nobody learns that the
	 * other side has gone. Up to 2 MB in each direction are taken in, besides what
	 * operating systems buffer.
	 * @throws IllegalStateException as {@link #pass()}
	 */
	public void stall() {
		change(EnumSet.allOf(Direction.class), Duration.ZERO);
	}

	/**
	 * Forward nothing in one direction, and everything in the other.
	 * @param direction where nothing arrives
	 * @throws IllegalStateException as {@link #pass()}
	 */
	public void stall(Direction direction) {
		change(EnumSet.of(direction), Duration.ZERO);
	}

	/**
	 * Forward everything later: a round trip takes twice as long more. The flow is at
	 * most 2 MB within the delay.
	 * @param delay for how long bytes are held back in each direction
	 * @throws IllegalArgumentException if it is negative
	 * @throws IllegalStateException as {@link #pass()}
	 */
	public void delay(Duration delay) {
		if (delay.isNegative()) {
			throw new IllegalArgumentException("delay is %s; give none or a positive one".formatted(delay));
		}
		change(Set.of(), delay);
	}

	/**
	 * Reset all connections and refuse new ones, until one of the other methods is
	 * called. What is under way is lost.
	 * @throws IllegalStateException after {@link #close()}
	 */
	public void cut() {
		locked(() -> {
			requireOpen();
			end();
		});
	}

	/**
	 * The number of open connections.
	 * @return how many clients are connected through this proxy
	 */
	public int connections() {
		return this.connections.size();
	}

	/**
	 * Reset all connections and end all threads. May be called more than once.
	 */
	@Override
	public void close() {
		locked(() -> {
			this.closed = true;
			end();
		});
	}

	private void change(Set<Direction> stalled, Duration delay) {
		locked(() -> {
			requireOpen();
			this.gate.set(stalled, delay);
			if (this.listener == null) {
				listen();
			}
		});
	}

	private void listen() {
		ServerSocket opened = bind();
		this.listener = opened;
		Thread thread = new Thread(() -> accept(opened), THREADS + this.port + "-accept");
		thread.setDaemon(true);
		this.acceptor = thread;
		thread.start();
	}

	private ServerSocket bind() {
		Poll poll = new Poll(LISTEN_TIMEOUT, Duration.ofMillis(50));
		while (true) {
			try {
				return new ServerSocket(this.port, 50, InetAddress.getByAddress(new byte[] { 127, 0, 0, 1 }));
			}
			catch (IOException ex) {
				if (!poll.next()) {
					throw new IllegalStateException("The proxy's port %s is in use".formatted(this.port), ex);
				}
			}
		}
	}

	private void accept(ServerSocket from) {
		while (!from.isClosed()) {
			try {
				connect(from, from.accept());
			}
			catch (IOException ex) {
				if (!from.isClosed()) {
					logger.debug("Could not accept a connection", ex);
				}
			}
		}
	}

	private void connect(ServerSocket from, Socket client) {
		Socket server = new Socket();
		try {
			client.setTcpNoDelay(true);
			server.setTcpNoDelay(true);
			server.connect(new InetSocketAddress(this.host, this.targetPort), (int) CONNECT_TIMEOUT.toMillis());
		}
		catch (IOException ex) {
			logger.debug("Could not reach %s:%s".formatted(this.host, this.targetPort), ex);
			closeQuietly(client);
			closeQuietly(server);
			return;
		}
		ProxyConnection connection = new ProxyConnection(client, server, this.gate, this.connections::remove);
		this.connections.add(connection);
		connection.start();
		// After it was added: whoever ends the others from now on ends this one too
		if (from.isClosed()) {
			connection.close();
		}
	}

	private void end() {
		ServerSocket current = this.listener;
		this.listener = null;
		if (current != null) {
			closeQuietly(current);
		}
		List<Thread> threads = new ArrayList<>();
		if (this.acceptor != null) {
			threads.add(this.acceptor);
			this.acceptor = null;
		}
		for (ProxyConnection connection : this.connections) {
			threads.addAll(connection.threads());
			connection.close();
		}
		join(threads);
	}

	private static void join(List<Thread> threads) {
		long deadline = System.nanoTime() + END_TIMEOUT.toNanos();
		try {
			for (Thread thread : threads) {
				TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void closeQuietly(AutoCloseable socket) {
		try {
			socket.close();
		}
		catch (Exception ex) {
			logger.debug("Could not close a socket", ex);
		}
	}

	private void requireOpen() {
		if (this.closed) {
			throw new IllegalStateException("This proxy is closed; make another one");
		}
	}

	private void locked(Runnable change) {
		this.lock.lock();
		try {
			change.run();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public String toString() {
		return "TcpProxy[%s to %s:%s]".formatted(this.port, this.host, this.targetPort);
	}

	/**
	 * Where bytes go.
	 */
	public enum Direction {

		/**
		 * From clients to the server.
		 */
		TO_SERVER,

		/**
		 * From the server to clients.
		 */
		TO_CLIENT

	}

}
