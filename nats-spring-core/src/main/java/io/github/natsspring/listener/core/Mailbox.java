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

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages from the threads of jnats to the one that handles them, which takes all
 * that wait at once.
 */
final class Mailbox {

	/**
	 * What holds more than that once is not kept.
	 */
	private static final int LARGEST_KEPT = 1024;

	private final int capacity;

	// Counts against the capacity as well
	private final AtomicInteger pending;

	// Held for a few instructions only
	private final ReentrantLock lock = new ReentrantLock();

	// Under the lock
	private ArrayDeque<Message> arriving = new ArrayDeque<>();

	// Under the lock: as far as begun was looked at
	private long begunBefore;

	// Of the thread that handles messages
	private ArrayDeque<Message> taken = new ArrayDeque<>();

	private boolean takenLarge;

	// Written under the lock
	private final AtomicLong added = new AtomicLong();

	// Each written by the thread that handles messages
	private final AtomicLong begun = new AtomicLong();

	private final AtomicLong ended = new AtomicLong();

	private volatile boolean closed;

	Mailbox(int capacity, AtomicInteger pending) {
		this.capacity = capacity;
		this.pending = pending;
	}

	/**
	 * Add a message.
	 * @return {@code false} if this is full or closed
	 */
	boolean add(Message message) {
		this.lock.lock();
		try {
			if (this.closed || !hasRoom()) {
				return false;
			}
			this.arriving.add(message);
			this.added.lazySet(this.added.get() + 1);
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean hasRoom() {
		long most = this.added.get() + this.pending.get() - this.capacity;
		if (most < this.begunBefore) {
			return true;
		}
		this.begunBefore = this.begun.get();
		return most < this.begunBefore;
	}

	/**
	 * Begin the next message. The one before has ended.
	 * @return the message, or {@code null} if none waits
	 */
	@Nullable Message begin() {
		if (this.closed) {
			this.taken.clear();
			return null;
		}
		Message message = this.taken.poll();
		if (message == null) {
			message = takeAll();
		}
		if (message != null) {
			this.begun.lazySet(this.begun.get() + 1);
		}
		return message;
	}

	private @Nullable Message takeAll() {
		ArrayDeque<Message> empty = this.takenLarge ? new ArrayDeque<>() : this.taken;
		this.lock.lock();
		try {
			this.taken = this.arriving;
			this.arriving = empty;
			if (this.taken.isEmpty()) {
				// Nothing waits, even if memory ran out while something was added
				this.begun.set(this.added.get());
			}
		}
		finally {
			this.lock.unlock();
		}
		this.takenLarge = this.taken.size() > LARGEST_KEPT;
		return this.taken.poll();
	}

	/**
	 * What was begun has ended.
	 */
	void end() {
		this.ended.lazySet(this.begun.get());
	}

	/**
	 * Whether no message waits. Who adds one after that finds everything done that the
	 * caller did before.
	 */
	boolean isEmpty() {
		this.lock.lock();
		try {
			return this.closed || this.added.get() == this.begun.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many messages wait.
	 */
	int waiting() {
		// In this order, not to become negative
		long begun = this.begun.get();
		return this.closed ? 0 : (int) (this.added.get() - begun);
	}

	/**
	 * How many messages are begun and have not ended.
	 */
	int running() {
		long ended = this.ended.get();
		return (int) Math.min(1, this.begun.get() - ended);
	}

	boolean isClosed() {
		return this.closed;
	}

	/**
	 * Take no message any more, and give none.
	 * @return how many waited
	 */
	int close() {
		this.lock.lock();
		try {
			if (this.closed) {
				return 0;
			}
			this.closed = true;
			this.arriving.clear();
			return (int) (this.added.get() - this.begun.get());
		}
		finally {
			this.lock.unlock();
		}
	}

}
