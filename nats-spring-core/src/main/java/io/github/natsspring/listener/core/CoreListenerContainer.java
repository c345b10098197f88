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

package io.github.natsspring.listener.core;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionObserver;
import io.github.natsspring.connection.NatsNotConnectedException;
import io.github.natsspring.event.ListenerEvents;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.ListenerCounters;
import io.github.natsspring.listener.ListenerStatistics;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsMessageListener;
import io.nats.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs a listener for the messages of core NATS subjects, one at a time and on an
 * executor. Messages wait in a bounded queue; what finds it full is dropped, counted, and
 * logged at most once a second. What the listener throws is logged, and never tried
 * again. A listener whose work goes on after it returned is called for the next message
 * meanwhile; what is under way counts against the same bound as what waits.
 */
public final class CoreListenerContainer implements MessageListenerContainer {

	private static final Log logger = LogFactory.getLog(CoreListenerContainer.class);

	// For event listeners to hear of the end before what they need ends, too
	private static final Duration EVENTS_TIMEOUT = Duration.ofSeconds(1);

	private final String id;

	private final ConnectionHolder connection;

	private final NatsMessageListener listener;

	private final Executor executor;

	private final CoreContainerSettings settings;

	// Held through a start or a stop, which are both bounded
	private final ReentrantLock lifecycle = new ReentrantLock();

	private final ListenerEvents events;

	private final CoreState state;

	private final ListenerCounters counters = new Counters();

	private volatile @Nullable Subscriber subscriber;

	private @Nullable ConnectionObserver observer;

	private volatile boolean stopping;

	private volatile boolean pauseRequested;

	private volatile long dropped;

	/**
	 * Create a container.
	 * @param id the id of the listener
	 * @param connection where to subscribe
	 * @param listener handles the messages
	 * @param executor runs the listener; must not run tasks on the calling thread, which
	 * is one of jnats
	 * @param settings what to subscribe to, and how
	 */
	public CoreListenerContainer(String id, ConnectionHolder connection, NatsMessageListener listener,
			Executor executor, CoreContainerSettings settings) {
		this.id = id;
		this.connection = connection;
		this.listener = listener;
		this.executor = executor;
		this.settings = settings;
		this.events = new ListenerEvents(this, id, settings.events());
		this.state = new CoreState(this.events, this.counters::stalled);
	}

	@Override
	public String getListenerId() {
		return this.id;
	}

	@Override
	public boolean isAutoStartup() {
		return this.settings.autoStartup();
	}

	/**
	 * Subscribe. Without a connection in the background mode the subscription is made
	 * when there is one.
	 * @throws io.github.natsspring.connection.NatsException if no connection could be
	 * made
	 */
	@Override
	public void start() {
		this.lifecycle.lock();
		try {
			if (this.subscriber != null) {
				return;
			}
			Subscriber started = new Subscriber(this.id, this.settings, this.listener, this.executor, this.counters);
			if (this.pauseRequested) {
				started.pause();
			}
			RefusedSubscriptions refused = new RefusedSubscriptions(this.id, this.settings, started,
					this.state::refused);
			ConnectionObserver observer = new SessionObserver(started, refused);
			// Before it is subscribed, to hear of it when that is refused
			this.connection.addObserver(observer);
			this.observer = observer;
			try {
				attachNow(started);
			}
			catch (RuntimeException ex) {
				this.connection.removeObserver(observer);
				started.stop(Duration.ZERO);
				throw ex;
			}
			this.subscriber = started;
			this.state.started(started, refused);
		}
		catch (RuntimeException ex) {
			this.state.failed(ex);
			throw ex;
		}
		finally {
			this.lifecycle.unlock();
		}
	}

	private void attachNow(Subscriber started) {
		try {
			Connection current = this.connection.get();
			started.attach(current);
			if (current.getStatus() != Connection.Status.CONNECTED) {
				this.state.connected(false);
			}
			if (current.getStatus() == Connection.Status.CONNECTED) {
				// The observer may have been told before
				this.state.connected(true);
			}
			started.awaitServer();
		}
		catch (NatsNotConnectedException ex) {
			this.state.connected(true);
			logger
				.info("The listener '%s' waits for the connection '%s'".formatted(this.id, this.connection.getName()));
		}
	}

	/**
	 * Unsubscribe and wait until what has arrived is handled, at most for the shutdown
	 * timeout.
	 */
	@Override
	public void stop() {
		if (stopNow() && !this.events.isPublishing()) {
			this.events.await(EVENTS_TIMEOUT);
		}
	}

	private boolean stopNow() {
		this.lifecycle.lock();
		try {
			Subscriber current = this.subscriber;
			if (current == null) {
				return false;
			}
			this.stopping = true;
			if (this.observer != null) {
				this.connection.removeObserver(this.observer);
			}
			boolean ended = false;
			try {
				ended = current.stop(this.settings.shutdownTimeout());
			}
			finally {
				this.dropped += current.getDropped();
				this.subscriber = null;
				this.state.stopped(ended);
			}
			return true;
		}
		finally {
			this.stopping = false;
			this.lifecycle.unlock();
		}
	}

	/**
	 * Unsubscribe, and start no more handlers until {@link #resume()}. What has arrived
	 * is kept and handled then. What is published meanwhile goes to the other members of
	 * the queue group; without any it never reaches this listener, as is the way of core
	 * NATS.
	 */
	@Override
	public void pause() {
		this.lifecycle.lock();
		try {
			Subscriber current = this.subscriber;
			if (!this.pauseRequested && current != null) {
				current.pause();
			}
			this.pauseRequested = true;
			this.state.paused(true);
		}
		finally {
			this.lifecycle.unlock();
		}
	}

	/**
	 * Subscribe again, and handle what has waited.
	 */
	@Override
	public void resume() {
		this.lifecycle.lock();
		try {
			Subscriber current = this.subscriber;
			if (this.pauseRequested && current != null) {
				current.resume();
				attachNow(current);
			}
			this.pauseRequested = false;
			this.state.paused(false);
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
		return this.subscriber != null;
	}

	/**
	 * How many messages were dropped because too many were waiting.
	 * @return the number of messages, since the container was made
	 */
	public long getDroppedCount() {
		Subscriber current = this.subscriber;
		return this.dropped + ((current != null) ? current.getDropped() : 0);
	}

	@Override
	public ContainerStatus getStatus() {
		Subscriber current = this.subscriber;
		if (current == null) {
			return this.state.stopped();
		}
		return this.state.status(current, this.stopping, this.settings.maxQueued());
	}

	@Override
	public ListenerStatistics getStatistics() {
		return this.counters;
	}

	private final class Counters extends ListenerCounters {

		@Override
		public long getRunCount() {
			// Each ends in one of these ways
			return getCount(ListenerStatistics.Outcome.SUCCESS) + getCount(ListenerStatistics.Outcome.FAILURE);
		}

		@Override
		public long getDroppedCount() {
			return CoreListenerContainer.this.getDroppedCount();
		}

		@Override
		public int getBuffered() {
			Subscriber current = CoreListenerContainer.this.subscriber;
			return (current != null) ? current.getWaiting() : 0;
		}

		@Override
		public int getInFlight() {
			Subscriber current = CoreListenerContainer.this.subscriber;
			return (current != null) ? current.getInFlight() : 0;
		}

	}

	/**
	 * Observes the connection for a subscriber.
	 */
	private final class SessionObserver implements ConnectionObserver {

		private final Subscriber subscriber;

		private final RefusedSubscriptions refused;

		SessionObserver(Subscriber subscriber, RefusedSubscriptions refused) {
			this.subscriber = subscriber;
			this.refused = refused;
		}

		@Override
		public void connected(Connection connection, long epoch) {
			CoreListenerContainer.this.state.connected(true);
			// Does nothing when jnats itself has restored the subscription
			this.subscriber.attach(connection);
		}

		@Override
		public void disconnected() {
			CoreListenerContainer.this.state.connected(false);
		}

		@Override
		public void serverError(Connection connection, String error) {
			this.refused.serverError(error);
		}

	}

}
