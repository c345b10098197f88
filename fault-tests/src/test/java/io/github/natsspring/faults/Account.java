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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.github.natsspring.test.DeliveryVerdict;
import io.github.natsspring.test.PublishLedger;
import io.github.natsspring.test.SeenFile;
import io.nats.client.Message;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a publisher knows of its messages, and what listeners have seen of them.
 */
final class Account implements Handler, AutoCloseable {

	private final PublishLedger ledger = new PublishLedger();

	private final Set<String> different = ConcurrentHashMap.newKeySet();

	private final AtomicInteger total = new AtomicInteger();

	private final AtomicLong last = new AtomicLong(System.nanoTime());

	private final AtomicLong longestGap = new AtomicLong();

	// From the first message on
	private final AtomicBoolean measuringGap = new AtomicBoolean();

	private final Queue<Long> times = new ConcurrentLinkedQueue<>();

	private final Path file;

	private final SeenFile seen;

	Account() {
		try {
			this.file = Files.createTempFile("seen", null);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.seen = SeenFile.appendTo(this.file);
	}

	@Override
	public void handle(Message message) {
		see(Payloads.id(message));
	}

	void see(String id) {
		this.seen.append(id);
		this.different.add(id);
		this.total.incrementAndGet();
		long now = System.nanoTime();
		this.times.add(now);
		long gap = now - this.last.getAndSet(now);
		if (this.measuringGap.getAndSet(true)) {
			this.longestGap.accumulateAndGet(gap, Math::max);
		}
	}

	PublishLedger ledger() {
		return this.ledger;
	}

	Path file() {
		return this.file;
	}

	/**
	 * How many different messages were handled in this JVM.
	 */
	int different() {
		return this.different.size();
	}

	/**
	 * How many times a message was handled in this JVM.
	 */
	int total() {
		return this.total.get();
	}

	boolean hasSeen(String id) {
		return this.different.contains(id);
	}

	boolean hasSeenAll(Set<String> ids) {
		return this.different.containsAll(ids);
	}

	/**
	 * When a message was handled last, as {@link System#nanoTime()} has it.
	 */
	long lastSeen() {
		return this.last.get();
	}

	/**
	 * When the first message after this time was handled.
	 */
	long firstAfter(long time) {
		return this.times.stream().mapToLong(Long::longValue).filter((one) -> one > time).min().orElse(time);
	}

	/**
	 * The longest time between two messages that were handled, from here on.
	 */
	void restartGap() {
		this.last.set(System.nanoTime());
		this.measuringGap.set(true);
		this.longestGap.set(0);
	}

	Duration longestGap() {
		return Duration.ofNanos(this.longestGap.get());
	}

	DeliveryVerdict verdict() {
		return DeliveryVerdict.of(this.ledger, this.file);
	}

	/**
	 * Record the result, and fail if a message is lost or came that was not published.
	 * @param scenario the number in the catalogue, and what was done
	 */
	DeliveryVerdict assertNothingLost(String scenario, String server) {
		return assertNothingLost(scenario, server, longestGap());
	}

	DeliveryVerdict assertNothingLost(String scenario, String server, Duration gap) {
		DeliveryVerdict verdict = verdict();
		FaultReport.add(scenario, server, verdict, gap);
		assertThat(verdict.lost()).as(verdict.toString()).isEmpty();
		assertThat(verdict.unexpected()).as(verdict.toString()).isEmpty();
		assertThat(verdict.ok()).as("confirmed messages").isPositive();
		return verdict;
	}

	@Override
	public void close() {
		this.seen.close();
		for (String name : new String[] { "", ".begun" }) {
			try {
				Files.deleteIfExists(this.file.resolveSibling(this.file.getFileName() + name));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

}
