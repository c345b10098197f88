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

package io.github.natsspring.listener.pull;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.NatsNotConnectedException;
import io.github.natsspring.event.ListenerEvents;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.ConsumerLag;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.ListenerStatistics;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.NatsMessageListener;
import io.nats.client.api.ConsumerInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Pulls from a JetStream consumer and runs a listener for each message, as many at once
 * as {@link PullContainerSettings#concurrency()} says. By default a message is
 * acknowledged when the listener returns; when it throws, the {@link FailureHandler}
 * decides. Never more than {@link PullContainerSettings#maxInFlight()} messages are
 * fetched and not settled. The listener runs on the executor, never on a thread of jnats.
 */
public final class JetStreamListenerContainer implements MessageListenerContainer {

	// Beyond the shutdown timeout: draining, flushing, and a lookup that is under way
	private static final long STOP_MARGIN_SECONDS = 10;

	// For event listeners to hear of the end before what they need ends, too
	private static final Duration EVENTS_TIMEOUT = Duration.ofSeconds(1);

	private final String id;

	private final ConnectionHolder connection;

	private final ConsumerSource source;

	private final Executor executor;

	private final PullContainerSettings settings;

	private final ListenerEvents events;

	private final ContainerState state;

	private final NatsMessageListener listener;

	private final @Nullable NatsBatchListener batchListener;

	private final FailureHandler failureHandler;

	private final ReentrantLock lifecycle = new ReentrantLock();

	private final SerialTasks tasks = new SerialTasks();

	private final PullStatistics statistics = new PullStatistics(() -> this.session);

	private final LagLookup lag;

	private volatile @Nullable PullSession session;

	private volatile boolean pauseRequested;

	// Under the lock of the lifecycle
	private CompletableFuture<Void> lastStop = CompletableFuture.completedFuture(null);

	/**
	 * Create a container.
	 * @param id the id of the listener
	 * @param connection the connection to pull over
	 * @param source finds the consumer at each start
	 * @param listener what to run for each message
	 * @param failureHandler decides on failed runs
	 * @param executor gives the threads that the listener runs on
	 * @param settings limits and timeouts
	 */
	public JetStreamListenerContainer(String id, ConnectionHolder connection, ConsumerSource source,
			NatsMessageListener listener, FailureHandler failureHandler, Executor executor,
			PullContainerSettings settings) {
		this(id, connection, source, listener, null, failureHandler, executor, settings);
	}

	/**
	 * Create a container that runs a listener for several messages at once.
	 * @param id the id of the listener
	 * @param connection the connection to pull over
	 * @param source finds the consumer at each start
	 * @param listener what to run for each batch
	 * @param failureHandler decides on failed runs
	 * @param executor gives the threads that the listener runs on
	 * @param settings limits and timeouts, and the size of a batch, above one
	 */
	public JetStreamListenerContainer(String id, ConnectionHolder connection, ConsumerSource source,
			NatsBatchListener listener, FailureHandler failureHandler, Executor executor,
			PullContainerSettings settings) {
		this(id, connection, source, (message, acknowledgment) -> listener.onMessages(List.of(message)), listener,
				failureHandler, executor, settings);
		Assert.isTrue(settings.batchSize() > 1, "'batchSize' must be more than one");
		Assert.isTrue(settings.ackMode() != AckMode.MANUAL, "A batch is settled by the container");
	}

	private JetStreamListenerContainer(String id, ConnectionHolder connection, ConsumerSource source,
			NatsMessageListener listener, @Nullable NatsBatchListener batchListener, FailureHandler failureHandler,
			Executor executor, PullContainerSettings settings) {
		this.batchListener = batchListener;
		this.id = id;
		this.connection = connection;
		this.source = source;
		this.listener = listener;
		this.failureHandler = failureHandler;
		this.executor = new PatientExecutor(id, executor, settings.stallTimeout(), settings.concurrency());
		this.settings = settings;
		this.events = new ListenerEvents(this, id, settings.events());
		this.state = new ContainerState(id, settings.stallTimeout(), this.events, this.statistics::stalled);
		this.lag = new LagLookup(connection, settings.jetStream(), this.statistics);
	}

	@Override
	public String getListenerId() {
		return this.id;
	}

	@Override
	public boolean isAutoStartup() {
		return this.settings.autoStartup();
	}

	@Override
	public ContainerStatus getStatus() {
		PullSession session = this.session;
		if (session == null) {
			return this.state.status(0, 0, null, null);
		}
		SessionView view = session.view();
		PullWindow.Level level = view.level();
		return this.state.status(level.inFlight(), level.limit(), view.lastHeard(), view.note());
	}

	@Override
	public ListenerStatistics getStatistics() {
		return this.statistics;
	}

	@Override
	public @Nullable ConsumerLag getLag() {
		PullSession session = this.session;
		return (session != null) ? this.lag.known(session.view().limits()) : null;
	}

	@Override
	public @Nullable ConsumerLag lookUpLag(Duration timeout) {
		PullSession session = this.session;
		return (session != null) ? this.lag.ask(session.view().limits(), timeout) : null;
	}

	/**
	 * Start. While the connection is still being made in the background, the container
	 * attaches when it is there.
	 * @throws io.github.natsspring.connection.NatsException if the consumer cannot be
	 * used
	 */
	@Override
	public void start() {
		this.lifecycle.lock();
		try {
			if (this.session != null) {
				return;
			}
			this.state.to(ContainerStatus.State.STARTING);
			ConsumerInfo consumer = open();
			PullSession session = new PullSession(this.id, this.connection, this.source, this.listener,
					this.batchListener, this.failureHandler, this.executor, this.settings, this.state, this.tasks,
					this.statistics);
			this.lag.forget();
			if (this.pauseRequested) {
				session.pause();
			}
			this.state.started();
			session.start(consumer);
			this.session = session;
		}
		catch (RuntimeException ex) {
			this.state.failed(String.valueOf(ex.getMessage()), ex);
			throw ex;
		}
		finally {
			this.lifecycle.unlock();
		}
	}

	private @Nullable ConsumerInfo open() {
		try {
			this.connection.get();
		}
		catch (NatsNotConnectedException ex) {
			// Still being made in the background
			return null;
		}
		return this.source.open();
	}

	/**
	 * Stop and wait for it, at the longest for the shutdown timeout and some seconds.
	 */
	@Override
	public void stop() {
		CountDownLatch stopped = new CountDownLatch(1);
		stop(stopped::countDown);
		try {
			stopped.await(this.settings.shutdownTimeout().toSeconds() + STOP_MARGIN_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void stop(Runnable callback) {
		PullSession session;
		CompletableFuture<Void> end;
		this.lifecycle.lock();
		try {
			session = this.session;
			this.session = null;
			if (session != null) {
				this.state.to(ContainerStatus.State.STOPPING);
				this.lastStop = new CompletableFuture<>();
			}
			end = this.lastStop;
		}
		finally {
			this.lifecycle.unlock();
		}
		boolean byEventListener = this.events.isPublishing();
		if (session == null && byEventListener) {
			// Which the stop under way may wait for
			callback.run();
			return;
		}
		// Also of a stop that is under way already
		end.thenRun(callback);
		if (session != null) {
			this.tasks.submit(() -> {
				try {
					session.stop();
				}
				finally {
					ContainerThreads.execute(() -> stopped(!byEventListener, end));
				}
			});
		}
	}

	private void stopped(boolean wait, CompletableFuture<Void> end) {
		if (wait) {
			this.events.await(EVENTS_TIMEOUT);
		}
		end.complete(null);
	}

	/**
	 * Start no more handlers until {@link #resume()}. Messages that have not started go
	 * back to the server, which delivers them again at once, to another instance if there
	 * is one; that is no failed attempt. With {@code singleActive}, another instance
	 * takes over when the handlers that run have ended.
	 */
	@Override
	public void pause() {
		this.lifecycle.lock();
		try {
			if (this.pauseRequested) {
				return;
			}
			this.pauseRequested = true;
			this.state.paused(true);
			PullSession session = this.session;
			if (session != null) {
				session.pause();
			}
		}
		finally {
			this.lifecycle.unlock();
		}
	}

	@Override
	public void resume() {
		this.lifecycle.lock();
		try {
			if (!this.pauseRequested) {
				return;
			}
			this.pauseRequested = false;
			this.state.paused(false);
			PullSession session = this.session;
			if (session != null) {
				session.resume();
			}
		}
		finally {
			this.lifecycle.unlock();
		}
	}

	@Override
	public boolean isPauseRequested() {
		return this.pauseRequested;
	}

	@Override
	public boolean isRunning() {
		return this.session != null;
	}

}
