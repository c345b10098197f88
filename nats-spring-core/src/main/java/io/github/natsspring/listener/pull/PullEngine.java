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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

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

	private static final long FAILED = Duration.ofMillis(1).toNanos();

	private final JetStreamOptions options;

	private final int ceiling;

	private final int quickCeiling;

	private final int concurrency;

	private final int batchSize;

	private final ReentrantLock lock = new ReentrantLock();

	private final PullWindow window;

	private WindowSizer sizer;

	// Written under the lock
	private volatile @Nullable Inbox inbox;

	private @Nullable PullLimits limits;

	private String subject = "";

	private long lastPull;

	// What the server knows us by, if we are the one client that it serves
	private @Nullable String pin;

	private boolean paused;

	private volatile long lastHeard = System.nanoTime();

	private volatile long lastMessage = this.lastHeard;

	/**
	 * Create an engine.
	 * @param ceiling how many messages may be fetched and not settled
	 * @param quickCeiling how many of a listener that is quick
	 * @param concurrency how many handlers may run at once
	 * @param batchSize how many messages each of them may have
	 * @param maxBytes how many bytes may be fetched and not settled, or zero for any
	 * number
	 */
	PullEngine(JetStreamOptions options, int ceiling, int quickCeiling, int concurrency, int batchSize, long maxBytes) {
		this.options = options;
		this.ceiling = ceiling;
		this.quickCeiling = quickCeiling;
		this.concurrency = concurrency;
		this.batchSize = batchSize;
		this.sizer = new WindowSizer(ceiling, ceiling, concurrency, batchSize, Long.MAX_VALUE);
		this.window = new PullWindow(this.sizer.window(), maxBytes);
	}

	/**
	 * Pull through an inbox from now on. The server has no pulls of ours any more.
	 */
	void attach(Inbox inbox, PullLimits limits) {
		change(() -> {
			if (!limits.equals(this.limits)) {
				this.sizer = new WindowSizer(this.ceiling, quickCeiling(limits), this.concurrency, this.batchSize,
						limits.ackWaitNanos(1));
				this.window.limit(this.sizer.window());
			}
			this.limits = limits;
			this.window.maxPulls(limits.maxPulls());
			this.subject = PullProtocol.subject(this.options, limits);
			this.inbox = inbox;
			this.paused = false;
			this.lastHeard = System.nanoTime();
			this.window.forget();
			return next(false);
		}, true);
	}

	/**
	 * What nobody has asked for must not take what the server delivers from other
	 * instances, whose handlers go on when ours get stuck.
	 */
	private int quickCeiling(PullLimits limits) {
		long most = (limits.maxAckPending() > 0) ? limits.maxAckPending() / 2 : Long.MAX_VALUE;
		return (int) Math.max(this.ceiling, Math.min(this.quickCeiling, most));
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
	 * Whether a message may be on its way for a pull that waits.
	 * @param quiet without one for so long, the server has none, in nanoseconds
	 */
	boolean isServed(long quiet) {
		this.lock.lock();
		try {
			Inbox inbox = this.inbox;
			return inbox != null && inbox.isConnected() && this.window.outstanding() > 0
					&& System.nanoTime() - this.lastMessage < quiet;
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
		change(() -> {
			this.paused = false;
			return next(false);
		}, true);
	}

	/**
	 * A message arrived.
	 * @param slot the slot of the pull that it is for
	 * @param size how many bytes it has
	 * @return the time of its arrival, for {@link #settled}
	 */
	int received(Inbox inbox, int slot, Message message, long size, long now) {
		this.lastHeard = now;
		this.lastMessage = now;
		this.lock.lock();
		try {
			boolean current = inbox == this.inbox;
			this.window.received(current ? slot : -1, size);
			if (current && this.limits != null && this.limits.pinned()) {
				this.pin = PullProtocol.pin(message);
			}
			return this.window.time();
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
		AtomicBoolean current = new AtomicBoolean();
		change(() -> {
			if (inbox != this.inbox) {
				return null;
			}
			current.set(true);
			this.window.apply(event);
			if (event instanceof PullEvent.Lost) {
				// Said once for each pull: one that is sent in between would be
				// forgotten, and served nevertheless
				this.paused = true;
			}
			else if (event instanceof PullEvent.Unpinned) {
				this.pin = null;
			}
			else if (!(event instanceof PullEvent.Ended || event instanceof PullEvent.TooLarge)) {
				return null;
			}
			return next(event instanceof PullEvent.Ended);
		}, false);
		return current.get() ? event : null;
	}

	/**
	 * A delivery ended, its permit is free.
	 * @param arrived the time of its arrival, from {@link #received}
	 * @param size how many bytes it has
	 * @param mayBlock whether the calling thread may be made to wait
	 */
	void settled(int arrived, long size, boolean mayBlock) {
		// Without a lambda: this is done for each message
		Pull pull;
		this.lock.lock();
		try {
			this.window.settled(arrived, size);
			pull = next(true);
		}
		finally {
			this.lock.unlock();
		}
		send(pull, mayBlock);
	}

	/**
	 * Deliveries ended, on a thread that may be made to wait.
	 * @param nanos how long their handlers ran together
	 */
	void settled(List<Delivery> deliveries, long nanos) {
		Pull pull;
		Pull another;
		this.lock.lock();
		try {
			for (Delivery delivery : deliveries) {
				this.window.settled(delivery.arrived(), delivery.size());
			}
			if (!deliveries.isEmpty()) {
				this.window.limit(this.sizer.handled(deliveries.size(), nanos));
			}
			pull = next(true);
			another = (pull != null) ? next(true) : null;
		}
		finally {
			this.lock.unlock();
		}
		send(pull, true);
		send(another, true);
	}

	/**
	 * A handler failed after so long. Its message may stay for long, so it does not count
	 * as quick.
	 */
	void failed(long nanos) {
		handled(Math.max(nanos, FAILED));
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
	 * Called about once a second: messages that stay unsettled for long must not keep the
	 * rest of the window from being used.
	 * @return whether the server has not been heard of although a pull waits there
	 */
	boolean check(long now) {
		AtomicBoolean silent = new AtomicBoolean();
		change(() -> {
			this.window.tick();
			Inbox inbox = this.inbox;
			PullLimits limits = this.limits;
			if (inbox == null || limits == null || this.paused) {
				return null;
			}
			if (this.window.outstanding() == 0) {
				this.lastHeard = now;
				return next(false);
			}
			long patience = limits.heartbeat().toNanos() * 5 / 2;
			silent.set(now - this.lastHeard > patience && inbox.isConnected());
			return null;
		}, false);
		return silent.get();
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

	/**
	 * Whether no pull of ours can be waiting on the server.
	 */
	boolean isIdle() {
		this.lock.lock();
		try {
			return this.inbox == null || this.window.outstanding() == 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether an error that the server reports is about our pulls or where their answers
	 * arrive.
	 */
	boolean isMeant(String error) {
		this.lock.lock();
		try {
			Inbox inbox = this.inbox;
			return inbox != null && (error.contains('"' + this.subject + '"') || inbox.isMeant(error));
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What the window holds and may hold at present.
	 */
	PullWindow.Level level() {
		this.lock.lock();
		try {
			return this.window.level();
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

	/**
	 * What the server knows us by, if we are the one client that it serves.
	 */
	@Nullable String pin() {
		this.lock.lock();
		try {
			return this.pin;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Forget what the server knows us by.
	 */
	@Nullable String releasePin() {
		this.lock.lock();
		try {
			String last = this.pin;
			this.pin = null;
			return last;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * When the last message arrived.
	 */
	long lastMessage() {
		return this.lastMessage;
	}

	long lastHeard() {
		return this.lastHeard;
	}

	/**
	 * Change something under the lock, and send the pull that comes of it without: jnats
	 * makes its callers wait for seconds when too much is to be written.
	 */
	private void change(Supplier<@Nullable Pull> change, boolean mayBlock) {
		Pull pull;
		this.lock.lock();
		try {
			pull = change.get();
		}
		finally {
			this.lock.unlock();
		}
		send(pull, mayBlock);
	}

	private void send(@Nullable Pull pull, boolean mayBlock) {
		if (pull == null) {
			return;
		}
		if (mayBlock) {
			send(pull);
		}
		else {
			ContainerThreads.execute(() -> send(pull));
		}
	}

	/**
	 * Reserve the permits of the next pull, under the lock, so that they can be given
	 * away only once although it is sent later.
	 */
	private @Nullable Pull next(boolean patient) {
		Inbox inbox = this.inbox;
		PullLimits limits = this.limits;
		if (inbox == null || limits == null || this.paused || !inbox.isConnected()) {
			return null;
		}
		PullWindow.Demand demand = this.window.demand(limits.maxBatch(), limits.maxBytes(), patient);
		if (demand == null) {
			return null;
		}
		long id = ++this.lastPull;
		this.window.requested(id, demand);
		return new Pull(inbox, this.subject, demand.slot(), id,
				PullProtocol.request(limits, demand.batch(), demand.bytes(), this.pin));
	}

	private void send(Pull pull) {
		try {
			// Another inbox means that the permits have been taken back
			if (pull.inbox() == this.inbox) {
				pull.inbox().pull(pull.subject(), pull.slot(), pull.id(), pull.request());
			}
		}
		catch (IllegalStateException ex) {
			// Lost or closed this very moment: the next epoch pulls again
			logger.debug("A pull could not be sent: " + ex.getMessage());
			this.lock.lock();
			try {
				if (pull.inbox() == this.inbox) {
					this.window.rejected(pull.id());
				}
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * A pull whose permits are taken.
	 */
	private record Pull(Inbox inbox, String subject, int slot, long id, byte[] request) {
	}

}
