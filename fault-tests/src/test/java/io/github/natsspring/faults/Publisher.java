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

package io.github.natsspring.faults;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.connection.NatsNotConnectedException;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsPublishRejectedException;
import io.github.natsspring.test.PublishLedger;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Publishes numbered messages at a steady pace, whatever becomes of them, and records
 * what it is told. None is tried twice: what is not confirmed stays unknown.
 */
final class Publisher implements AutoCloseable {

	private final AtomicInteger ok = new AtomicInteger();

	private final AtomicInteger answered = new AtomicInteger();

	private final AtomicInteger sent = new AtomicInteger();

	private final AtomicBoolean running = new AtomicBoolean(true);

	private final AtomicBoolean paused = new AtomicBoolean();

	private final JetStreamTemplate template;

	private final String subject;

	private final PublishLedger ledger;

	private final int perSecond;

	private final Thread thread;

	private volatile @Nullable Throwable failure;

	Publisher(JetStreamTemplate template, String subject, PublishLedger ledger, int perSecond) {
		this.template = template;
		this.subject = subject;
		this.ledger = ledger;
		this.perSecond = perSecond;
		this.thread = new Thread(this::run, "publisher");
		this.thread.start();
	}

	private void run() {
		try {
			long due = System.nanoTime();
			for (int number = 0; this.running.get(); number++) {
				while (this.paused.get() && this.running.get()) {
					LockSupport.parkNanos(1_000_000);
				}
				publish(String.valueOf(number));
				// What could not be sent in time is not made up for in a burst
				due = Math.max(due + 1_000_000_000L / this.perSecond, System.nanoTime() - 100_000_000L);
				for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
					LockSupport.parkNanos(left);
				}
			}
		}
		catch (Throwable ex) {
			this.failure = ex;
		}
	}

	private void publish(String id) {
		this.ledger.sending(id);
		this.sent.incrementAndGet();
		this.template.publishAsync(this.subject, Payloads.of(id), (options) -> options.messageId(id))
			.whenComplete((ack, ex) -> {
				if (ack != null) {
					this.ledger.ok(id);
					this.ok.incrementAndGet();
				}
				else if (ex instanceof NatsNotConnectedException || ex instanceof NatsPublishRejectedException) {
					this.ledger.failed(id);
				}
				else {
					this.ledger.unknown(id);
				}
				this.answered.incrementAndGet();
			});
	}

	/**
	 * Publish nothing until {@link #resume()}.
	 */
	void pause() {
		this.paused.set(true);
	}

	void resume() {
		this.paused.set(false);
	}

	/**
	 * How many messages were confirmed.
	 */
	int ok() {
		return this.ok.get();
	}

	void awaitOk(int messages) {
		await().atMost(Duration.ofMinutes(5)).until(() -> this.ok.get() >= messages || this.failure != null);
		assertThat(this.failure).isNull();
	}

	/**
	 * Publish no more, and wait for the outcome of all.
	 */
	void stop() throws InterruptedException {
		this.running.set(false);
		this.thread.join(30_000);
		assertThat(this.thread.isAlive()).isFalse();
		assertThat(this.failure).isNull();
		await().atMost(Duration.ofSeconds(30)).until(() -> this.answered.get() == this.sent.get());
	}

	@Override
	public void close() {
		this.running.set(false);
	}

}
