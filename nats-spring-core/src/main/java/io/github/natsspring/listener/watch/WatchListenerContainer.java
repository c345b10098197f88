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

package io.github.natsspring.listener.watch;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.NatsException;
import io.github.natsspring.event.NatsBucketReplacedEvent;
import io.github.natsspring.event.NatsBucketStateReadEvent;
import io.github.natsspring.listener.ConsumerLag;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.ListenerStatistics;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.listener.pull.JetStreamListenerContainer;
import io.github.natsspring.listener.pull.PullContainerSettings;
import io.github.natsspring.topology.ConsumerProvisioner;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Runs a listener for the entries of a key-value or object-store bucket and for its
 * changes, one at a time and in their order, on the executor and never on a thread of
 * jnats. What the listener throws is logged and counted, and the watch goes on. Every
 * container gets everything. After a lost connection or consumer it goes on behind what
 * was handled; a bucket that was deleted and made again is read anew.
 */
public final class WatchListenerContainer implements MessageListenerContainer {

	private static final Log logger = LogFactory.getLog(WatchListenerContainer.class);

	private static final long INSPECTION_PERIOD_SECONDS = 1;

	private final String id;

	private final BucketWatch watch;

	private final Executor executor;

	private final @Nullable ApplicationEventPublisher events;

	private final WatchProgress progress = new WatchProgress();

	private final WatchRunner runner;

	private final BucketConsumerSource source;

	private final JetStreamListenerContainer container;

	private final ListenerStatistics statistics;

	// Counts what was begun, so that inspections of what was begun before end
	private final AtomicLong generation = new AtomicLong();

	/**
	 * Create a container.
	 * @param id the id of the listener
	 * @param description the listener in messages, as {@code class#method}
	 * @param watch what is watched
	 * @param connection the connection to watch over
	 * @param settings what else it needs
	 * @param listener what to run for each entry and change, with nothing to settle
	 */
	public WatchListenerContainer(String id, String description, BucketWatch watch, ConnectionHolder connection,
			Settings settings, NatsMessageListener listener) {
		this.id = id;
		this.watch = watch;
		this.executor = settings.executor();
		this.events = settings.events();
		this.runner = new WatchRunner(id, watch, listener, settings.errorHandler(), this.progress, this::publish);
		this.source = new BucketConsumerSource(id, description, watch, settings.declared(), settings.provisioner(),
				this.progress, this::begun);
		this.container = new JetStreamListenerContainer(id, connection, this.source, this.runner,
				(failure) -> new Decision.Discard(), settings.executor(), settings.pull());
		this.statistics = new WatchStatistics(this.container.getStatistics(), this.runner::failures);
	}

	private void begun() {
		long begun = this.generation.incrementAndGet();
		execute(this.runner::announce);
		if (this.progress.isReading()) {
			inspectLater(begun, this.progress.runs());
		}
	}

	/**
	 * What is still to come may have expired, which nobody says.
	 */
	private void inspectLater(long begun, long runs) {
		CompletableFuture.delayedExecutor(INSPECTION_PERIOD_SECONDS, TimeUnit.SECONDS, (task) -> {
			if (isDue(begun)) {
				execute(task);
			}
		}).execute(() -> inspect(begun, runs));
	}

	private boolean isDue(long begun) {
		return begun == this.generation.get() && this.progress.isReading() && isRunning();
	}

	private void inspect(long begun, long runs) {
		if (!isDue(begun)) {
			return;
		}
		long now = this.progress.runs();
		try {
			if (now == runs) {
				this.source.inspect();
			}
		}
		catch (NatsException | IllegalStateException ex) {
			logger.debug("Listener '%s' could not look its consumer up: %s".formatted(this.id, ex.getMessage()));
		}
		this.runner.announce();
		inspectLater(begun, now);
	}

	private void execute(Runnable task) {
		try {
			this.executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// The next message does the same
			logger.debug("The executor of listener '%s' takes no task: %s".formatted(this.id, ex.getMessage()));
		}
	}

	private void publish(WatchProgress.News news) {
		if (this.events != null) {
			this.events.publishEvent(switch (news) {
				case READ -> new NatsBucketStateReadEvent(this, this.id, this.watch.bucket());
				case REPLACED -> new NatsBucketReplacedEvent(this, this.id, this.watch.bucket());
			});
		}
	}

	@Override
	public String getListenerId() {
		return this.id;
	}

	@Override
	public boolean isAutoStartup() {
		return this.container.isAutoStartup();
	}

	/**
	 * Start. While the connection is still being made in the background, the container
	 * attaches when it is there.
	 * @throws NatsException if there is no such bucket, or the server refuses
	 */
	@Override
	public void start() {
		this.container.start();
	}

	@Override
	public void stop() {
		this.container.stop();
		this.generation.incrementAndGet();
	}

	@Override
	public void stop(Runnable callback) {
		this.generation.incrementAndGet();
		this.container.stop(callback);
	}

	/**
	 * Run the listener no more until {@link #resume()}, which goes on behind what was
	 * handled.
	 */
	@Override
	public void pause() {
		this.container.pause();
	}

	@Override
	public void resume() {
		this.container.resume();
	}

	@Override
	public boolean isPauseRequested() {
		return this.container.isPauseRequested();
	}

	@Override
	public boolean isRunning() {
		return this.container.isRunning();
	}

	@Override
	public ContainerStatus getStatus() {
		ContainerStatus status = this.container.getStatus();
		long failures = this.runner.failures();
		if (status.detail() != null || failures == 0) {
			return status;
		}
		return new ContainerStatus(
				status.state(), "%d %s failed and %s passed over".formatted(failures,
						(failures == 1) ? "update" : "updates", (failures == 1) ? "was" : "were"),
				status.inFlight(), status.lastActivity(), status.window());
	}

	@Override
	public ListenerStatistics getStatistics() {
		return this.statistics;
	}

	@Override
	public @Nullable ConsumerLag getLag() {
		return this.container.getLag();
	}

	@Override
	public @Nullable ConsumerLag lookUpLag(Duration timeout) {
		return this.container.lookUpLag(timeout);
	}

	/**
	 * How many updates the listener failed on, since the container was made.
	 * @return the number
	 */
	public long getFailureCount() {
		return this.runner.failures();
	}

	/**
	 * What a container needs beside its watch.
	 *
	 * @param pull limits and timeouts
	 * @param executor gives the threads that the listener runs on
	 * @param provisioner finds the bucket and makes consumers
	 * @param declared the buckets of this kind that the application declares, to suggest
	 * one
	 * @param errorHandler told of failures; its decisions are ignored. May be
	 * {@code null}
	 * @param events where events are published, or {@code null}
	 */
	public record Settings(PullContainerSettings pull, Executor executor, ConsumerProvisioner provisioner,
			Collection<String> declared, @Nullable NatsErrorHandler errorHandler,
			@Nullable ApplicationEventPublisher events) {
	}

}
