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

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * How far a watch has come, and what is to be said of it. Without I/O; thread-safe.
 */
final class WatchProgress {

	// Those before have long been drained
	private static final int MOST_CONSUMERS = 256;

	private final ReentrantLock lock = new ReentrantLock();

	// Those of the present bucket
	private final Deque<String> consumers = new ArrayDeque<>();

	private boolean reading;

	private long target;

	private long handled;

	private long runs;

	private boolean replaced;

	private boolean read;

	/**
	 * The container was started.
	 * @param reads whether it reads what is there
	 * @param last the last sequence of the stream before the consumer was made
	 * @param pending what the consumer has to deliver
	 */
	void started(String consumer, boolean reads, long last, long pending) {
		this.lock.lock();
		try {
			this.replaced = false;
			begin(consumer, reads, last, pending);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The bucket is another one, which is read.
	 */
	void replaced(String consumer, long last, long pending) {
		this.lock.lock();
		try {
			this.replaced = true;
			begin(consumer, true, last, pending);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void begin(String consumer, boolean reads, long last, long pending) {
		this.consumers.clear();
		this.consumers.add(consumer);
		this.reading = reads;
		this.read = false;
		this.target = last;
		this.handled = 0;
		readIf(pending == 0);
	}

	/**
	 * Another consumer goes on behind what was handled.
	 */
	void continued(String consumer, long pending) {
		this.lock.lock();
		try {
			this.consumers.add(consumer);
			if (this.consumers.size() > MOST_CONSUMERS) {
				this.consumers.removeFirst();
			}
			readIf(pending == 0);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether what a consumer delivers is of the present bucket.
	 */
	boolean isCurrent(String consumer) {
		this.lock.lock();
		try {
			return this.consumers.contains(consumer);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A message was handled, or passed over.
	 * @param sequence its sequence
	 * @param pending what the consumer had to deliver behind it
	 */
	void handled(long sequence, long pending) {
		this.lock.lock();
		try {
			this.runs++;
			this.handled = Math.max(this.handled, sequence);
			readIf(pending == 0 || sequence >= this.target);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The server was asked for the consumer: what was to come may have expired.
	 * @param delivered the sequence of what it delivered last, or zero for nothing
	 * @param pending what it has to deliver
	 */
	void seen(String consumer, long delivered, long pending) {
		this.lock.lock();
		try {
			readIf(pending == 0 && this.handled >= delivered && consumer.equals(this.consumers.peekLast()));
		}
		finally {
			this.lock.unlock();
		}
	}

	private void readIf(boolean all) {
		if (this.reading && all) {
			this.reading = false;
			this.read = true;
		}
	}

	boolean isReading() {
		this.lock.lock();
		try {
			return this.reading;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A number that grows with what is handled.
	 */
	long runs() {
		this.lock.lock();
		try {
			return this.runs;
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isNewsDue() {
		this.lock.lock();
		try {
			return this.replaced || this.read;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What is to be said next.
	 * @return the news, given once, or {@code null}
	 */
	@Nullable News takeNews() {
		this.lock.lock();
		try {
			if (this.replaced) {
				this.replaced = false;
				return News.REPLACED;
			}
			if (this.read) {
				this.read = false;
				return News.READ;
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What may be said.
	 */
	enum News {

		/**
		 * The bucket is another one.
		 */
		REPLACED,

		/**
		 * What was there has been handled.
		 */
		READ

	}

}
