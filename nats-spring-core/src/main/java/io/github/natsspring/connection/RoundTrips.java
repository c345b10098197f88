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

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

import io.nats.client.Connection;
import io.nats.client.Consumer;
import io.nats.client.api.ServerInfo;
import org.jspecify.annotations.Nullable;

/**
 * Flushes, drains and measurements, one at a time for each connection. Each of them is a
 * ping, and jnats takes a server that owes it more than two answers (max-pings-out) for
 * dead and reconnects: three containers that stop, or attach after a reconnect, at once
 * are enough. Those who wait share one flush.
 */
public final class RoundTrips {

	private static final ReentrantLock registry = new ReentrantLock();

	private static final Map<Connection, RoundTrips> instances = new WeakHashMap<>();

	private static final Duration SLICE = Duration.ofMillis(20);

	private final ReentrantLock lock = new ReentrantLock(true);

	// null: the server has answered the last one
	private volatile @Nullable Owing owing;

	private volatile Flush next = new Flush();

	private RoundTrips() {
	}

	/**
	 * Wait until the server has taken what was sent before.
	 * @param connection the connection or a delegate
	 * @param timeout how long to wait
	 * @throws ConnectionLostException if the connection is or gets lost
	 * @throws TimeoutException if the server did not answer in time
	 * @throws InterruptedException if the thread is interrupted
	 * @throws IllegalStateException if the connection is closed
	 */
	public static void flush(Connection connection, Duration timeout) throws TimeoutException, InterruptedException {
		flush(connection, timeout, session(connection));
	}

	/**
	 * Wait until the server has taken what was sent before, in the same session.
	 * @param connection the connection or a delegate
	 * @param timeout how long to wait
	 * @param session the session in which it was sent: the answer of a later one says
	 * nothing of it
	 * @throws ConnectionLostException if that session has ended, or ends meanwhile
	 * @throws TimeoutException if the server did not answer in time
	 * @throws InterruptedException if the thread is interrupted
	 * @throws IllegalStateException if the connection is closed
	 */
	public static void flush(Connection connection, Duration timeout, Session session)
			throws TimeoutException, InterruptedException {
		Connection raw = NatsDelegate.unwrap(connection);
		Connection.Status status = raw.getStatus();
		if (status == Connection.Status.RECONNECTING || status == Connection.Status.DISCONNECTED) {
			// A ping that is lost with the old connection makes jnats take each answer
			// for
			// that of an earlier one, and no flush ends in time any more
			throw new ConnectionLostException();
		}
		try {
			over(raw).flushShared(raw, timeout);
		}
		catch (TimeoutException ex) {
			requireSame(raw, session);
			throw ex;
		}
		// jnats also returns when it could not ask
		requireSame(raw, session);
	}

	private static void requireSame(Connection raw, Session session) throws ConnectionLostException {
		if (raw.getStatus() != Connection.Status.CONNECTED || !session(raw).equals(session)) {
			throw new ConnectionLostException();
		}
	}

	/**
	 * The session with a server that the connection has now, which ends with a reconnect.
	 * @param connection the connection or a delegate
	 * @return the session
	 */
	public static Session session(Connection connection) {
		ServerInfo server = NatsDelegate.unwrap(connection).getServerInfo();
		return new Session(String.valueOf(server.getServerId()), server.getClientId());
	}

	/**
	 * Measure how long the server takes to answer.
	 * @param connection the connection or a delegate
	 * @return how long it took, without the wait for others
	 * @throws IOException if the server did not answer within the connection timeout, or
	 * the thread is interrupted, with the cause
	 */
	public static Duration measure(Connection connection) throws IOException {
		Connection raw = NatsDelegate.unwrap(connection);
		return over(raw).measureAlone(raw);
	}

	/**
	 * Unsubscribe, wait until the server has taken that, and begin to empty the queue.
	 * @param connection the connection or a delegate
	 * @param consumer a dispatcher or subscription of the connection
	 * @param timeout how long to wait for the server, and twice as long for the drains of
	 * others
	 * @return completed when the queue is empty
	 * @throws TimeoutException if the server does not answer others either
	 * @throws InterruptedException if the thread is interrupted
	 * @throws IllegalStateException if the connection or the consumer is closed
	 */
	public static CompletableFuture<Boolean> drain(Connection connection, Consumer consumer, Duration timeout)
			throws TimeoutException, InterruptedException {
		return over(NatsDelegate.unwrap(connection)).drainAlone(consumer, timeout);
	}

	private static RoundTrips over(Connection connection) {
		registry.lock();
		try {
			return instances.computeIfAbsent(connection, (key) -> new RoundTrips());
		}
		finally {
			registry.unlock();
		}
	}

	private void flushShared(Connection connection, Duration timeout) throws TimeoutException, InterruptedException {
		// What the caller has sent is ahead of the ping of a flush that has not begun
		Flush mine = this.next;
		long deadline = System.nanoTime() + timeout.toNanos();
		enter(deadline, timeout);
		try {
			if (!mine.done) {
				this.next = new Flush();
				asked();
				long before = connection.getStatistics().getFlushCounter();
				connection.flush(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
				requireAnswer(connection, before);
				this.owing = null;
				mine.done = true;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * When the server owes too many answers jnats does not ask: it gives the connection
	 * up, and returns as if there had been an answer, but does not count it.
	 */
	private static void requireAnswer(Connection connection, long before) throws ConnectionLostException {
		boolean counts = before > 0 || connection.getOptions().getStatisticsCollector() == null;
		if (counts && connection.getStatistics().getFlushCounter() == before) {
			throw new ConnectionLostException();
		}
	}

	private Duration measureAlone(Connection connection) throws IOException {
		Duration timeout = connection.getOptions().getConnectionTimeout();
		try {
			// Measurements cannot be shared either
			enter(System.nanoTime() + 2 * timeout.toNanos(), timeout);
		}
		catch (TimeoutException ex) {
			throw new IOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
		try {
			asked();
			Duration measured = connection.RTT();
			this.owing = null;
			return measured;
		}
		finally {
			this.lock.unlock();
		}
	}

	private CompletableFuture<Boolean> drainAlone(Consumer consumer, Duration timeout)
			throws TimeoutException, InterruptedException {
		// Drains cannot be shared, so there may be a line of them
		enter(System.nanoTime() + 2 * timeout.toNanos(), timeout);
		try {
			long started = System.nanoTime();
			asked();
			CompletableFuture<Boolean> drained = consumer.drain(timeout);
			// jnats keeps it to itself when the server did not answer
			if (System.nanoTime() - started < timeout.toNanos()) {
				this.owing = null;
			}
			return drained;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void asked() {
		if (this.owing == null) {
			this.owing = new Owing(System.nanoTime());
		}
	}

	/**
	 * Wait for those who came before. When they have had no answer for as long as we
	 * would wait there will be none for us either, and each waiting its own timeout would
	 * add up.
	 */
	private void enter(long deadline, Duration timeout) throws TimeoutException, InterruptedException {
		long entered = System.nanoTime();
		while (true) {
			boolean locked = this.lock.tryLock(SLICE.toNanos(), TimeUnit.NANOSECONDS);
			boolean hopeless = isHopeless(entered, timeout);
			if (locked && !hopeless) {
				return;
			}
			if (locked) {
				// Another ping without an answer, and jnats would reconnect
				this.lock.unlock();
			}
			if (hopeless || System.nanoTime() - deadline >= 0) {
				throw new TimeoutException("The server did not answer in time");
			}
		}
	}

	private boolean isHopeless(long entered, Duration timeout) {
		Owing current = this.owing;
		long now = System.nanoTime();
		return current != null && now - entered >= timeout.toNanos() && now - current.since >= timeout.toNanos();
	}

	/**
	 * The time that a connection spends with one server, from a connect to the next.
	 *
	 * @param server the id of the server
	 * @param client the number of the client, which the server gives anew each time
	 */
	public record Session(String server, int client) {
	}

	/**
	 * The connection was lost before the server answered.
	 */
	@SuppressWarnings("serial")
	public static final class ConnectionLostException extends TimeoutException {

		ConnectionLostException() {
			super("The connection is lost");
		}

	}

	/**
	 * A flush that several callers share.
	 */
	private static final class Flush {

		private volatile boolean done;

	}

	/**
	 * An answer that the server owes.
	 */
	private static final class Owing {

		private final long since;

		Owing(long since) {
			this.since = since;
		}

	}

}
