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

package io.github.natsspring.topology;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionObserver;
import io.github.natsspring.connection.NatsException;
import io.nats.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Has the topology looked at again after each reconnect, on a thread of its own and not
 * at the same time as other instances: a store that came back empty is reported, and made
 * again where the provisioning mode creates. Listeners find their consumers by
 * themselves.
 */
public final class TopologyWatch implements ConnectionObserver, InitializingBean, DisposableBean {

	private static final Log logger = LogFactory.getLog(TopologyWatch.class);

	// Many instances lose the same server at the same time
	private static final Duration LONGEST_JITTER = Duration.ofSeconds(1);

	private static final Duration CONFIRMATION = Duration.ofMillis(500);

	private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

	// While something is missing that others have to make
	private static final Duration PERIOD = Duration.ofSeconds(30);

	private static final int ATTEMPTS = 6;

	private final ConnectionHolder holder;

	private final TopologyApplier applier;

	private final ScheduledThreadPoolExecutor executor;

	// Only used on the thread for observers
	private long seenRuns;

	// Only used on the thread for observers, and the one of the executor
	private volatile @Nullable Future<?> pending;

	private volatile long epoch;

	/**
	 * Create a watch.
	 * @param holder the connection
	 * @param applier what brings the topology to the server
	 */
	public TopologyWatch(ConnectionHolder holder, TopologyApplier applier) {
		this.holder = holder;
		this.applier = applier;
		this.executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "nats-topology-" + holder.getName());
			thread.setDaemon(true);
			return thread;
		});
		this.executor.setKeepAliveTime(10, TimeUnit.SECONDS);
		this.executor.allowCoreThreadTimeOut(true);
		this.executor.setRemoveOnCancelPolicy(true);
	}

	@Override
	public void afterPropertiesSet() {
		this.holder.addObserver(this);
	}

	@Override
	public void destroy() {
		this.holder.removeObserver(this);
		this.executor.shutdownNow();
	}

	@Override
	public void connected(Connection connection, long epoch) {
		cancel();
		this.epoch = epoch;
		long runs = this.applier.runs();
		if (runs != this.seenRuns) {
			// Brought to the server with this connection
			this.seenRuns = runs;
			return;
		}
		long jitter = ThreadLocalRandom.current().nextLong(LONGEST_JITTER.toMillis());
		schedule(new Check(connection, epoch, 1, false), Duration.ofMillis(jitter));
	}

	@Override
	public void disconnected() {
		cancel();
	}

	private void cancel() {
		this.epoch = -1;
		Future<?> check = this.pending;
		if (check != null) {
			check.cancel(false);
		}
	}

	private void schedule(Check check, Duration delay) {
		try {
			this.pending = this.executor.schedule(() -> run(check), delay.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.trace("Not looked at after the end");
		}
	}

	private void run(Check check) {
		if (check.epoch() != this.epoch) {
			return;
		}
		try {
			switch (this.applier.recheck(check.connection(), check.confirmed())) {
				case FINE -> logger.debug("The topology is there after a reconnect");
				case SUSPECT -> schedule(check.next(1, true), CONFIRMATION);
				case LOST -> schedule(check.next(1, true), PERIOD);
			}
		}
		catch (NatsException | IllegalStateException ex) {
			if (check.epoch() != this.epoch) {
				return;
			}
			if (check.attempt() >= ATTEMPTS) {
				logger.warn("The topology could not be looked at after a reconnect: " + ex.getMessage());
				return;
			}
			// A server that starts answers a little later
			schedule(check.next(check.attempt() + 1, false), FIRST_RETRY.multipliedBy(1L << (check.attempt() - 1)));
		}
		catch (RuntimeException ex) {
			logger.error("The topology could not be looked at after a reconnect", ex);
		}
	}

	/**
	 * A look at the topology.
	 */
	private record Check(Connection connection, long epoch, int attempt, boolean confirmed) {

		Check next(int attempt, boolean confirmed) {
			return new Check(this.connection, this.epoch, attempt, confirmed);
		}

	}

}
