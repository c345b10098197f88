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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.test.DeliveryVerdict;
import io.github.natsspring.test.PublishLedger;
import io.github.natsspring.test.SeenFile;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.PublishOptions;
import io.nats.client.api.PublishAck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What was published, and what handlers have seen: proves that nothing is lost. A message
 * holds its number.
 */
final class Account implements AutoCloseable {

	private static final int BATCH = 500;

	private final PublishLedger ledger = new PublishLedger();

	private final Set<String> ids = ConcurrentHashMap.newKeySet();

	private final AtomicInteger appended = new AtomicInteger();

	private final Path file;

	private final SeenFile seen;

	Account() {
		try {
			this.file = Files.createTempFile("seen", null);
			this.seen = SeenFile.appendTo(this.file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Publish the numbers, quickly.
	 */
	void publish(PullFixture fixture, int from, int to) throws Exception {
		for (int start = from; start < to; start += BATCH) {
			List<CompletableFuture<PublishAck>> acks = new ArrayList<>();
			int end = Math.min(to, start + BATCH);
			for (int number = start; number < end; number++) {
				this.ledger.sending(String.valueOf(number));
				acks.add(fixture.connection()
					.jetStream()
					.publishAsync(fixture.stream() + ".m", String.valueOf(number).getBytes(StandardCharsets.UTF_8)));
			}
			for (int number = start; number < end; number++) {
				acks.get(number - start).join();
				this.ledger.ok(String.valueOf(number));
			}
		}
	}

	/**
	 * Publish the numbers one by one, each until the server has it.
	 */
	void publishOverFaults(PullFixture fixture, int from, int to) {
		for (int i = from; i < to; i++) {
			String id = String.valueOf(i);
			await().atMost(Duration.ofSeconds(30)).until(() -> tryToPublish(fixture, id));
		}
	}

	private boolean tryToPublish(PullFixture fixture, String id) {
		this.ledger.sending(id);
		try {
			fixture.connection()
				.jetStream()
				.publish(fixture.stream() + ".m", id.getBytes(StandardCharsets.UTF_8),
						PublishOptions.builder().messageId(id).build());
			this.ledger.ok(id);
			return true;
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			this.ledger.unknown(id);
			return false;
		}
	}

	/**
	 * A handler has seen a message, of which the order does not matter.
	 */
	void see(Message message) {
		String id = String.valueOf(number(message));
		this.seen.append(id);
		this.ids.add(id);
		this.appended.incrementAndGet();
	}

	/**
	 * A handler has seen a message of which the order matters.
	 */
	void see(Message message, String key) {
		String id = String.valueOf(number(message));
		this.seen.append(id, key, message.metaData().streamSequence());
		this.ids.add(id);
		this.appended.incrementAndGet();
	}

	/**
	 * How many different messages were seen here.
	 */
	int different() {
		return this.ids.size();
	}

	/**
	 * How many times messages were seen here.
	 */
	int total() {
		return this.appended.get();
	}

	boolean hasSeen(int number) {
		return this.ids.contains(String.valueOf(number));
	}

	Path file() {
		return this.file;
	}

	DeliveryVerdict verdict() {
		return DeliveryVerdict.of(this.ledger, this.file);
	}

	/**
	 * Nothing is lost, and nothing came that was not published.
	 * @return the verdict
	 */
	DeliveryVerdict assertNothingLost() {
		DeliveryVerdict verdict = verdict();
		assertThat(verdict.lost()).as(verdict.toString()).isEmpty();
		assertThat(verdict.unexpected()).as(verdict.toString()).isEmpty();
		return verdict;
	}

	/**
	 * Nothing is lost, and nothing was seen more than once.
	 */
	void assertEachSeenOnce() {
		DeliveryVerdict verdict = assertNothingLost();
		assertThat(verdict.duplicates()).as(verdict.toString()).isEmpty();
	}

	static int number(Message message) {
		return Integer.parseInt(new String(message.getData(), StandardCharsets.UTF_8).strip());
	}

	@Override
	public void close() {
		this.seen.close();
		try {
			Files.deleteIfExists(this.file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
