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

package io.github.natsspring.event;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes the events of one container, for containers. No method runs code of the
 * application or waits, but for {@link #await}; all may be called on any thread and under
 * any lock.
 */
public final class ListenerEvents {

	private static final Log logger = LogFactory.getLog(ListenerEvents.class);

	private final Object container;

	private final String id;

	private final @Nullable ApplicationEventPublisher publisher;

	private final @Nullable Duration idleInterval;

	private final EventQueue queue;

	// On the monotonic clock; since when there is no message, and the last event of that
	private long idleSince;

	private long idleReported;

	/**
	 * Create the events of a container.
	 * @param container the source of the events
	 * @param id the id of the listener
	 * @param settings what to publish, and where
	 */
	public ListenerEvents(Object container, String id, ListenerEventSettings settings) {
		this.container = container;
		this.id = id;
		this.publisher = settings.publisher();
		this.idleInterval = settings.idleInterval();
		this.queue = new EventQueue(id);
	}

	public void started() {
		publish(new NatsListenerStartedEvent(this.container, this.id));
	}

	public void stopped(NatsListenerStoppedEvent.Reason reason) {
		publish(new NatsListenerStoppedEvent(this.container, this.id, reason));
	}

	public void failed(String reason, @Nullable Throwable cause) {
		publish(new NatsListenerFailedEvent(this.container, this.id, reason, cause));
	}

	public void paused(boolean onServer, String reason) {
		publish(new NatsListenerPausedEvent(this.container, this.id, onServer, reason));
	}

	public void resumed(boolean onServer) {
		publish(new NatsListenerResumedEvent(this.container, this.id, onServer));
	}

	public void stalled(String reason) {
		publish(new NatsListenerStalledEvent(this.container, this.id, reason));
	}

	public void recovered(Duration stalledTime) {
		publish(new NatsListenerRecoveredEvent(this.container, this.id, stalledTime));
	}

	/**
	 * Publish that the container is idle, if it is time for that. Called again and again,
	 * by one thread at a time.
	 * @param now the monotonic clock
	 * @param lastMessage when the last message arrived, or when the container was started
	 * @param busy whether a message is being handled, or the container could not know of
	 * one
	 * @param paused whether the container is paused
	 */
	public void checkIdle(long now, long lastMessage, boolean busy, boolean paused) {
		Duration interval = this.idleInterval;
		if (interval == null || this.publisher == null) {
			return;
		}
		if (busy) {
			this.idleSince = now;
			this.idleReported = now;
			return;
		}
		if (this.idleSince == 0 || lastMessage - this.idleSince > 0) {
			this.idleSince = lastMessage;
			this.idleReported = lastMessage;
		}
		if (now - this.idleReported >= interval.toNanos()) {
			this.idleReported = now;
			publish(new NatsListenerIdleEvent(this.container, this.id, Duration.ofNanos(now - this.idleSince), paused));
		}
	}

	/**
	 * Forget when the last message was handled, at a start.
	 */
	public void restartIdle() {
		this.idleSince = 0;
	}

	/**
	 * Wait until event listeners know what was published so far.
	 * @param timeout how long at the most
	 */
	public void await(Duration timeout) {
		if (this.publisher != null && !this.queue.await(timeout)) {
			logger.debug("Event listeners did not end within %s for listener '%s'".formatted(timeout, this.id));
		}
	}

	/**
	 * Whether an event listener of this container calls, which must not be waited for.
	 * @return whether this is the thread that publishes
	 */
	public boolean isPublishing() {
		return this.queue.isCurrentThread();
	}

	private void publish(NatsListenerEvent event) {
		ApplicationEventPublisher publisher = this.publisher;
		if (publisher != null) {
			this.queue.add(() -> publish(publisher, event));
		}
	}

	private void publish(ApplicationEventPublisher publisher, NatsListenerEvent event) {
		try {
			publisher.publishEvent(event);
		}
		catch (Throwable ex) {
			// Of an application that has ended, too
			logger.error("An event listener failed with %s".formatted(event), ex);
		}
	}

}
