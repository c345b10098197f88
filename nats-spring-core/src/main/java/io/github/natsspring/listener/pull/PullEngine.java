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

import java.util.concurrent.locks.ReentrantLock;

import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Feeds events to the {@link PullWindow} and sends the pulls that it wants.
 */
final class PullEngine {

	private static final Log logger = LogFactory.getLog(PullEngine.class);

	private final JetStreamOptions options;

	private final int ceiling;

	private final int concurrency;

	private final ReentrantLock lock = new ReentrantLock();

	private final PullWindow window;

	private WindowSizer sizer;

	private @Nullable Inbox inbox;

	private @Nullable PullLimits limits;

	private String subject = "";

	private long lastPull;

	// The next pull asks for one message without a byte limit
	private boolean oversized;

	// What the server knows us by, if we are the one client that it serves
	private @Nullable String pin;

	private boolean paused;

	private volatile long lastHeard = System.nanoTime();

	PullEngine(JetStreamOptions options, int ceiling, int concurrency) {
		this.options = options;
		this.ceiling = ceiling;
		this.concurrency = concurrency;
		this.sizer = new WindowSizer(ceiling, concurrency, Long.MAX_VALUE);
		this.window = new PullWindow(this.sizer.window());
	}

	/**
	 * Pull through an inbox from now on. The server has no pulls of ours any more.
	 */
	void attach(Inbox inbox, PullLimits limits) {
		this.lock.lock();
		try {
			if (!limits.equals(this.limits)) {
				this.sizer = new WindowSizer(this.ceiling, this.concurrency, limits.ackWaitNanos(1));
				this.window.limit(this.sizer.window());
			}
			this.limits = limits;
			this.window.maxPulls(limits.maxPulls());
			this.subject = PullProtocol.subject(this.options, limits);
			this.inbox = inbox;
			this.oversized = false;
			this.paused = false;
			this.lastHeard = System.nanoTime();
			this.window.forget();
			sendPulls(false);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Pull no more.
	 * @return the inbox that was used last; messages may still arrive at it
	 */
	@Nullable Inbox detach() {
		this.lock.lock();
		try {
			Inbox last = this.inbox;
			this.inbox = null;
			this.window.forget();
			return last;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Send no pull until {@link #resume()}.
	 */
	void pause() {
		this.lock.lock();
		try {
			this.paused = true;
		}
		finally {
			this.lock.unlock();
		}
	}

	void resume() {
		this.lock.lock();
		try {
			this.paused = false;
			sendPulls(false);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A message arrived.
	 */
	void received(Inbox inbox, Message message, long now) {
		this.lastHeard = now;
		this.lock.lock();
		try {
			if (inbox == this.inbox) {
				this.window.received();
				if (this.limits != null && this.limits.pinned()) {
					this.pin = PullProtocol.pin(message);
				}
			}
			else {
				this.window.receivedLate();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A status arrived.
	 * @return what it means, or {@code null} if it is of no interest any more
	 */
	@Nullable PullEvent status(Inbox inbox, Message message, long now) {
		this.lastHeard = now;
		PullEvent event = PullProtocol.decode(message);
		this.lock.lock();
		try {
			if (inbox != this.inbox) {
				return null;
			}
			this.window.apply(event);
			if (event instanceof PullEvent.Ended) {
				sendPulls(true);
			}
			else if (event instanceof PullEvent.TooLarge) {
				this.oversized = true;
				sendPulls(false);
			}
			else if (event instanceof PullEvent.Unpinned) {
				this.pin = null;
				sendPulls(false);
			}
			else if (event instanceof PullEvent.Lost) {
				// Said once for each pull: one that is sent in between would be
				// forgotten, and
				// served nevertheless
				this.paused = true;
			}
			return event;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A delivery ended, its permit is free.
	 */
	void settled() {
		this.lock.lock();
		try {
			this.window.settled();
			sendPulls(true);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A handler ran for so long.
	 */
	void handled(long nanos) {
		this.lock.lock();
		try {
			this.window.limit(this.sizer.handled(nanos));
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Called from time to time: messages that stay unsettled for long must not keep the
	 * rest of the window from being used.
	 * @return whether the server has not been heard of although a pull waits there
	 */
	boolean check(long now) {
		this.lock.lock();
		try {
			if (this.inbox == null || this.limits == null || this.paused) {
				return false;
			}
			if (this.window.outstanding() == 0) {
				this.lastHeard = now;
				sendPulls(false);
				return false;
			}
			long patience = this.limits.heartbeat().toNanos() * 5 / 2;
			return now - this.lastHeard > patience && this.inbox.isConnected();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether it could pull and does not, because its window is full.
	 */
	boolean isFull() {
		this.lock.lock();
		try {
			return this.inbox != null && !this.paused && this.window.outstanding() == 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	int inFlight() {
		this.lock.lock();
		try {
			return this.window.inFlight();
		}
		finally {
			this.lock.unlock();
		}
	}

	long lastHeard() {
		return this.lastHeard;
	}

	private void sendPulls(boolean patient) {
		Inbox inbox = this.inbox;
		PullLimits limits = this.limits;
		if (inbox == null || limits == null || this.paused || !inbox.isConnected()) {
			return;
		}
		int batch = this.window.demand(this.oversized ? 1 : limits.maxBatch(), patient);
		if (batch == 0) {
			return;
		}
		long id = ++this.lastPull;
		long maxBytes = this.oversized ? 0 : limits.maxBytes();
		try {
			inbox.pull(this.subject, id, PullProtocol.request(limits, batch, maxBytes, this.pin));
			this.window.requested(id, batch);
			this.oversized = false;
		}
		catch (IllegalStateException ex) {
			// Lost or closed this very moment: the next epoch pulls again
			logger.debug("A pull could not be sent: " + ex.getMessage());
		}
	}

}
