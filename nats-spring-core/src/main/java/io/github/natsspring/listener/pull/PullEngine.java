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
import org.jspecify.annotations.Nullable;

/**
 * Feeds events to the {@link PullWindow} and sends the pulls that it wants.
 */
final class PullEngine {

	private static final long FAILED = Duration.ofMillis(1).toNanos();

	private final ReentrantLock lock = new ReentrantLock();

	private final WindowBounds bounds;

	private final PullWindow window;

	private final PullSender sender;

	private WindowSizer sizer;

	private boolean paused;

	private volatile long lastHeard = System.nanoTime();

	private volatile long lastMessage = this.lastHeard;

	/**
	 * Create an engine.
	 * @param bounds how many messages may be fetched and not settled
	 * @param maxBytes how many bytes may be, or zero for any number
	 */
	PullEngine(JetStreamOptions options, WindowBounds bounds, long maxBytes) {
		this.bounds = bounds;
		this.sizer = bounds.sizer();
		this.window = new PullWindow(this.sizer.window(), maxBytes);
		this.sender = new PullSender(options);
	}

	/**
	 * Pull through an inbox from now on. The server has no pulls of ours any more.
	 */
	void attach(Inbox inbox, PullLimits limits) {
		change(() -> {
			if (!limits.equals(this.sender.limits())) {
				this.sizer = this.bounds.sizer(limits);
				this.window.limit(this.sizer.window());
			}
			this.sender.attach(inbox, limits);
			this.window.maxPulls(limits.maxPulls());
			this.window.forget();
			this.paused = false;
			this.lastHeard = System.nanoTime();
			return next(false);
		}, true);
	}

	/**
	 * Pull no more.
	 * @return the inbox that was used last; messages may still arrive at it
	 */
	@Nullable Inbox detach() {
		return locked(() -> {
			Inbox last = this.sender.detach();
			this.window.forget();
			return last;
		});
	}

	/**
	 * Whether a message may be on its way for a pull that waits.
	 * @param quiet without one for so long, the server has none, in nanoseconds
	 */
	boolean isServed(long quiet) {
		return locked(() -> this.sender.isConnected() && this.window.outstanding() > 0
				&& System.nanoTime() - this.lastMessage < quiet);
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
			boolean current = this.sender.isCurrent(inbox);
			this.window.received(current ? slot : -1, size);
			if (current) {
				this.sender.learnPin(message);
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
			if (!this.sender.isCurrent(inbox)) {
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
				this.sender.releasePin();
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
		PullSender.Pull pull;
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
		PullSender.Pull pull;
		PullSender.Pull another;
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
			PullLimits limits = this.sender.limits();
			if (!this.sender.isAttached() || limits == null || this.paused) {
				return null;
			}
			if (this.window.outstanding() == 0) {
				this.lastHeard = now;
				return next(false);
			}
			long patience = limits.heartbeat().toNanos() * 5 / 2;
			silent.set(now - this.lastHeard > patience && this.sender.isConnected());
			return null;
		}, false);
		return silent.get();
	}

	/**
	 * Whether it could pull and does not, because its window is full.
	 */
	boolean isFull() {
		return locked(() -> this.sender.isAttached() && !this.paused && this.window.outstanding() == 0);
	}

	/**
	 * Whether no pull of ours can be waiting on the server.
	 */
	boolean isIdle() {
		return locked(() -> !this.sender.isAttached() || this.window.outstanding() == 0);
	}

	/**
	 * Whether an error that the server reports is about our pulls or where their answers
	 * arrive.
	 */
	boolean isMeant(String error) {
		return locked(() -> this.sender.isMeant(error));
	}

	/**
	 * What the window holds and may hold at present.
	 */
	PullWindow.Level level() {
		return locked(this.window::level);
	}

	int inFlight() {
		return locked(this.window::inFlight);
	}

	/**
	 * What the server knows us by, if we are the one client that it serves.
	 */
	@Nullable String pin() {
		return locked(this.sender::pin);
	}

	/**
	 * Forget what the server knows us by.
	 */
	@Nullable String releasePin() {
		return locked(this.sender::releasePin);
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

	private <T extends @Nullable Object> T locked(Supplier<T> action) {
		this.lock.lock();
		try {
			return action.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Change something under the lock, and send the pull that comes of it without: jnats
	 * makes its callers wait for seconds when too much is to be written.
	 */
	private void change(Supplier<PullSender.@Nullable Pull> change, boolean mayBlock) {
		send(locked(change), mayBlock);
	}

	/**
	 * The next pull, whose permits are taken, if there is to be one.
	 */
	private PullSender.@Nullable Pull next(boolean patient) {
		return this.paused ? null : this.sender.next(this.window, patient);
	}

	private void send(PullSender.@Nullable Pull pull, boolean mayBlock) {
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

	private void send(PullSender.Pull pull) {
		if (this.sender.send(pull)) {
			return;
		}
		this.lock.lock();
		try {
			if (this.sender.isCurrent(pull.inbox())) {
				this.window.rejected(pull.id());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
