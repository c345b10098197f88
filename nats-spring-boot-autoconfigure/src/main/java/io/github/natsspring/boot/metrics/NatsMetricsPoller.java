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

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.MessageListenerContainer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

/**
 * Asks the server again and again how far the consumers of listeners are behind, and
 * measures how long it takes to answer: one request for each running listener of a
 * stream, and one ping for each connection, in each interval. Connections do not wait for
 * each other, and without a connection nothing is asked. Runs as long as the listeners.
 */
public final class NatsMetricsPoller implements SmartLifecycle {

	/**
	 * The phase of the poller: it starts after the listeners and stops before them.
	 */
	public static final int PHASE = NatsListenerEndpointRegistry.PHASE + 1;

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	// Listeners attach to their consumers soon after the start
	private static final Duration FIRST = Duration.ofMillis(500);

	private static final Log logger = LogFactory.getLog(NatsMetricsPoller.class);

	private final List<ConnectionTraffic> connections;

	private final NatsListenerEndpointRegistry listeners;

	private final Duration interval;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable ScheduledThreadPoolExecutor executor;

	/**
	 * Create a poller.
	 * @param connections the connections
	 * @param listeners the listeners
	 * @param interval how long to wait from one round to the next
	 */
	public NatsMetricsPoller(Collection<ConnectionHolder> connections, NatsListenerEndpointRegistry listeners,
			Duration interval) {
		Assert.isTrue(interval.toNanos() > 0, () -> "'interval' must be positive, and is " + interval);
		this.connections = connections.stream().map(ConnectionTraffic::new).toList();
		this.listeners = listeners;
		this.interval = interval;
	}

	List<ConnectionTraffic> connections() {
		return this.connections;
	}

	@Override
	public void start() {
		this.lock.lock();
		try {
			if (this.executor != null || this.connections.isEmpty()) {
				return;
			}
			AtomicInteger number = new AtomicInteger();
			ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(this.connections.size(), (task) -> {
				Thread thread = new Thread(task, "nats-metrics-" + number.incrementAndGet());
				thread.setDaemon(true);
				return thread;
			});
			long first = Math.min(FIRST.toNanos(), this.interval.toNanos());
			this.connections.forEach((connection) -> executor.scheduleWithFixedDelay(() -> poll(connection), first,
					this.interval.toNanos(), TimeUnit.NANOSECONDS));
			this.executor = executor;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void poll(ConnectionTraffic connection) {
		try {
			connection.measureRoundTrip();
			for (MessageListenerContainer container : this.listeners
				.getListenerContainers(connection.holder().getName())) {
				if (!isRunning() || !connection.isConnected() || !isAnswered(container)) {
					return;
				}
			}
		}
		catch (RuntimeException | Error ex) {
			// Thrown on, it would be the last round
			logger.debug("A poll over connection '%s' failed".formatted(connection.holder().getName()), ex);
		}
	}

	/**
	 * Ask for one listener.
	 * @return {@code false} if the server took so long that it is not asked for the
	 * others, each of which would take as long
	 */
	private boolean isAnswered(MessageListenerContainer container) {
		long began = System.nanoTime();
		return !container.isRunning() || container.lookUpLag(TIMEOUT) != null
				|| System.nanoTime() - began < TIMEOUT.toNanos() / 2;
	}

	/**
	 * Stop; does not wait for a request that is under way.
	 */
	@Override
	public void stop() {
		this.lock.lock();
		try {
			ScheduledThreadPoolExecutor executor = this.executor;
			this.executor = null;
			if (executor != null) {
				executor.shutdownNow();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public boolean isRunning() {
		return this.executor != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
