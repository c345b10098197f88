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

package io.github.natsspring.sample;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.annotation.NatsKeyValueListener;
import io.github.natsspring.event.NatsBucketReplacedEvent;
import io.github.natsspring.event.NatsBucketStateReadEvent;
import io.nats.client.api.KeyValueEntry;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * What the page shows: a bounded copy of the latest, which followers read at their own
 * pace. One who is slow misses what was replaced meanwhile, and holds up nobody.
 */
@Component
class LiveState {

	static final int ORDERS = 100;

	private static final int HOLDS = 50;

	private static final String BUCKET = "order-status";

	private static final Duration PACE = Duration.ofMillis(100);

	private static final Duration HEARTBEAT = Duration.ofSeconds(5);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Condition ended = this.lock.newCondition();

	/** The one that was changed last comes last. */
	private final Map<UUID, Versioned> orders = new LinkedHashMap<>();

	private final TreeSet<String> holds = new TreeSet<>();

	private Panel.@Nullable Figures figures;

	private long version;

	private long emptied;

	private long settled;

	private boolean current;

	private int followers;

	private boolean closed;

	@NatsKeyValueListener(bucket = BUCKET, id = "live-orders")
	void order(Order order, KeyValueEntry entry) {
		change(() -> {
			Change change = new Change(order, entry.getCreated().toInstant());
			// Behind the others
			this.orders.remove(order.id());
			this.orders.put(order.id(), new Versioned(change, this.version));
			if (this.orders.size() > ORDERS) {
				Iterator<UUID> oldest = this.orders.keySet().iterator();
				oldest.next();
				oldest.remove();
			}
			if (this.current && order.status() != Order.Status.NEW) {
				this.settled++;
			}
		});
	}

	@NatsKeyValueListener(bucket = Holds.BUCKET, id = "live-holds", includeDeletes = true)
	void hold(KeyValueEntry entry, Holds.@Nullable Hold hold) {
		change(() -> {
			if (hold != null) {
				this.holds.add(entry.getKey());
			}
			else {
				this.holds.remove(entry.getKey());
			}
		});
	}

	@EventListener
	void read(NatsBucketStateReadEvent event) {
		if (event.getBucket().equals(BUCKET)) {
			change(() -> this.current = true);
		}
	}

	@EventListener
	void replaced(NatsBucketReplacedEvent event) {
		change(() -> {
			if (event.getBucket().equals(BUCKET)) {
				this.orders.clear();
				this.emptied = this.version;
				this.current = false;
			}
			else {
				this.holds.clear();
			}
		});
	}

	/** Null for unknown. */
	void show(Panel.@Nullable Figures figures) {
		this.lock.lock();
		try {
			if (!Objects.equals(figures, this.figures)) {
				change(() -> this.figures = figures);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many orders were billed or failed, wherever, since this instance follows them.
	 */
	long settled() {
		this.lock.lock();
		try {
			return this.settled;
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isFollowed() {
		this.lock.lock();
		try {
			return this.followers > 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns when the application ends; a heartbeat is an update without anything. */
	void follow(Follower follower) throws IOException, InterruptedException {
		count(1);
		try {
			Update update = after(-1);
			while (update != null) {
				follower.accept(update);
				update = after(update.version());
			}
		}
		finally {
			count(-1);
		}
	}

	/** Before the web server waits for the requests that are left. */
	@EventListener(ContextClosedEvent.class)
	void close() {
		change(() -> {
			this.closed = true;
			this.ended.signalAll();
		});
	}

	private @Nullable Update after(long seen) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			long nanos = PACE.toNanos();
			while (!this.closed && nanos > 0) {
				nanos = this.ended.awaitNanos(nanos);
			}
			nanos = HEARTBEAT.toNanos();
			while (!this.closed && this.version == seen && nanos > 0) {
				nanos = this.changed.awaitNanos(nanos);
			}
			if (this.closed) {
				return null;
			}
			List<Change> news = new ArrayList<>();
			for (Versioned order : this.orders.values()) {
				if (order.version() > seen) {
					news.add(order.change());
				}
			}
			return new Update(this.version, seen < this.emptied, news, this.holds.stream().limit(HOLDS).toList(),
					this.figures);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void change(Runnable change) {
		this.lock.lock();
		try {
			this.version++;
			change.run();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void count(int more) {
		this.lock.lock();
		try {
			this.followers += more;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Reads updates, on the thread of the caller. */
	interface Follower {

		void accept(Update update) throws IOException;

	}

	/**
	 * What is new for a follower.
	 *
	 * @param afresh whether the orders that it knows are to be forgotten
	 */
	record Update(long version, boolean afresh, List<Change> orders, List<String> holds,
			Panel.@Nullable Figures figures) {
	}

	record Change(Order order, Instant at) {
	}

	private record Versioned(Change change, long version) {
	}

}
