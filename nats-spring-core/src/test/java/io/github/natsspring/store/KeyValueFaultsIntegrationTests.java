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

package io.github.natsspring.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.test.TcpProxy;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link KeyValueTemplate} with many threads, server restarts and silence.
 */
class KeyValueFaultsIntegrationTests extends AbstractStoreTests {

	private static final int THREADS = 8;

	private static final int INCREMENTS = 200;

	private final JetStreamTemplateSettings patient = JetStreamTemplateSettings.defaults()
		.with(Duration.ofSeconds(30), 1000);

	@Test
	void losesNoIncrementOfManyThreads() throws Exception {
		createKeyValue(KeyValueConfiguration.builder());
		KeyValueTemplate<Integer> counters = keyValues().of(this.bucket, Integer.class);
		assertThat(increment(counters, () -> {
		})).isZero();
		assertThat(counters.get("c")).isEqualTo(THREADS * INCREMENTS);
	}

	/**
	 * What was confirmed is stored once. Of an increment whose outcome is unknown it is
	 * not known, so each of these, at most one per thread and restart, may be stored.
	 */
	@Test
	void neitherLosesNorDoublesAnIncrementWhileTheServerRestarts() throws Exception {
		int restarts = 2;
		createKeyValue(KeyValueConfiguration.builder());
		KeyValueTemplate<Integer> counters = keyValues(this.patient).of(this.bucket, Integer.class);
		int unknown = increment(counters, () -> {
			for (int i = 1; i <= restarts; i++) {
				int reached = i * THREADS * INCREMENTS / 4;
				Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
					Integer value = counters.get("c");
					return value != null && value >= reached;
				});
				server.restart();
			}
		});
		assertThat(unknown).isLessThanOrEqualTo(restarts * THREADS);
		int confirmed = THREADS * INCREMENTS - unknown;
		assertThat(counters.get("c")).isBetween(confirmed, confirmed + unknown);
	}

	/**
	 * Whether somebody else changed the key on the same revision, or after whatever, is
	 * the difference between a lost race and an unknown outcome.
	 */
	@Test
	void knowsThatAChangeIsNotStoredWhenAnotherOneIsOnTheSameRevision() throws Exception {
		createKeyValue(KeyValueConfiguration.builder());
		KeyValueTemplate<String> others = keyValues().of(this.bucket, String.class);
		try (Detour detour = new Detour()) {
			long first = others.put("k", "1");
			CompletableFuture<Long> update = detour.lose("k", "mine", first);
			long second = others.update("k", "2", first);
			detour.proxy.pass();
			assertThat(update).failsWithin(Duration.ofSeconds(30))
				.withThrowableOfType(ExecutionException.class)
				.havingCause()
				.isInstanceOfSatisfying(KeyValueRevisionException.class, (ex) -> {
					assertThat(ex.getExpectedRevision()).isEqualTo(first);
					assertThat(ex.getActualRevision()).isEqualTo(second);
				});
			CompletableFuture<String> function = detour.lose("k", (value) -> value + " mine");
			others.update("k", "3", second);
			detour.proxy.pass();
			assertThat(function.get(30, TimeUnit.SECONDS)).isEqualTo("3 mine");
			assertThat(others.get("k")).isEqualTo("3 mine");
		}
	}

	@Test
	void knowsItFromTheHistoryToo() throws Exception {
		createKeyValue(KeyValueConfiguration.builder().maxHistoryPerKey(5));
		KeyValueTemplate<String> others = keyValues().of(this.bucket, String.class);
		try (Detour detour = new Detour()) {
			long first = others.put("k", "1");
			CompletableFuture<String> update = detour.lose("k", (value) -> value + " mine");
			others.update("k", "2", first);
			others.put("k", "3");
			detour.proxy.pass();
			assertThat(update.get(30, TimeUnit.SECONDS)).isEqualTo("3 mine");
		}
	}

	@Test
	void doesNotKnowItWhenTheOtherChangeExpectedNothing() throws Exception {
		createKeyValue(KeyValueConfiguration.builder());
		KeyValueTemplate<String> others = keyValues().of(this.bucket, String.class);
		try (Detour detour = new Detour()) {
			long first = others.put("k", "1");
			CompletableFuture<Long> update = detour.lose("k", "mine", first);
			others.put("k", "2");
			detour.proxy.pass();
			assertThat(update).failsWithin(Duration.ofSeconds(30))
				.withThrowableOfType(ExecutionException.class)
				.havingCause()
				.isInstanceOf(KeyValueOutcomeUnknownException.class);
		}
	}

	@Test
	void recognizesItsOwnChangeWhenTheConfirmationIsLostAndTheIdForgotten() throws Exception {
		createKeyValue(KeyValueConfiguration.builder());
		JetStreamManagement management = this.holder.get().jetStreamManagement();
		String stream = "KV_" + this.bucket;
		management.updateStream(StreamConfiguration.builder(management.getStreamInfo(stream).getConfiguration())
			.duplicateWindow(Duration.ofMillis(100))
			.build());
		try (Detour detour = new Detour()) {
			long first = detour.texts.put("k", "1");
			detour.proxy.stall(TcpProxy.Direction.TO_CLIENT);
			CompletableFuture<Long> update = CompletableFuture.supplyAsync(() -> detour.texts.update("k", "2", first));
			Awaitility.await().until(() -> management.getStreamInfo(stream).getStreamState().getLastSequence() > first);
			detour.proxy.cut();
			Awaitility.await().during(Duration.ofMillis(300)).until(() -> !update.isDone());
			detour.proxy.pass();
			assertThat(update.get(30, TimeUnit.SECONDS)).isEqualTo(first + 1);
		}
	}

	@Test
	void storesOnceWhatTheServerConfirmsLate() throws Exception {
		createKeyValue(KeyValueConfiguration.builder().maxHistoryPerKey(20));
		KeyValueTemplate<String> texts = keyValues(new JetStreamTemplateSettings(Duration.ofSeconds(20), 10,
				Duration.ofMillis(200), Duration.ofMillis(50), 2, null))
			.of(this.bucket, String.class);
		long first = texts.put("k", "1");
		server.pause();
		CompletableFuture<Long> update = CompletableFuture.supplyAsync(() -> texts.update("k", "2", first));
		CompletableFuture<Long> create = CompletableFuture.supplyAsync(() -> texts.create("new", "3"));
		CompletableFuture<Long> put = CompletableFuture.supplyAsync(() -> texts.put("put", "4"));
		// Several tries of each
		Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
		assertThat(update).isNotDone();
		server.resume();
		assertThat(update.get(20, TimeUnit.SECONDS)).isGreaterThan(first);
		assertThat(create.get(20, TimeUnit.SECONDS)).isPositive();
		assertThat(put.get(20, TimeUnit.SECONDS)).isPositive();
		assertThat(texts.history("k")).hasSize(2);
		assertThat(texts.history("new")).hasSize(1);
		assertThat(texts.history("put")).hasSize(1);
	}

	@Test
	void saysThatTheOutcomeIsUnknownAndTheSameUpdateCannotStoreItTwice() throws Exception {
		createKeyValue(KeyValueConfiguration.builder().maxHistoryPerKey(20));
		KeyValueTemplate<String> texts = keyValues(new JetStreamTemplateSettings(Duration.ofMillis(600), 10,
				Duration.ofMillis(200), Duration.ofMillis(50), 2, null))
			.of(this.bucket, String.class);
		long first = texts.put("k", "1");
		server.pause();
		assertThatExceptionOfType(KeyValueOutcomeUnknownException.class).isThrownBy(() -> texts.update("k", "2", first))
			.withMessageContainingAll("'k'", this.bucket, "not known");
		server.resume();
		Awaitility.await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> "2".equals(texts.get("k")));
		assertThatExceptionOfType(KeyValueRevisionException.class).isThrownBy(() -> texts.update("k", "2", first));
		assertThat(texts.history("k")).hasSize(2);
	}

	@Test
	void aReadEndsWithTheRequestTimeoutWhenNobodyAnswers() throws Exception {
		createKeyValue();
		KeyValueTemplate<String> texts = keyValues().of(this.bucket, String.class);
		texts.put("k", "1");
		server.pause();
		long start = System.nanoTime();
		assertThatExceptionOfType(KeyValueException.class).isThrownBy(() -> texts.get("k"))
			.withMessageContainingAll("'k'", this.bucket);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(1),
				Duration.ofSeconds(15));
	}

	@Test
	void readsAfterARestart() throws Exception {
		createKeyValue();
		KeyValueTemplate<Profile> profiles = keyValues(this.patient).of(this.bucket, Profile.class);
		profiles.put("ada", new Profile("Ada", 36));
		server.restart();
		profiles.put("bob", new Profile("Bob", 5));
		assertThat(profiles.get("ada").age()).isEqualTo(36);
		assertThat(profiles.keys()).containsExactly("ada", "bob");
		assertThat(profiles.history("ada")).hasSize(1);
	}

	@Test
	void listsAllKeysAlthoughTheServerRestartsMeanwhile() throws Exception {
		createKeyValue(KeyValueConfiguration.builder());
		KeyValueTemplate<Integer> numbers = keyValues(this.patient).of(this.bucket, Integer.class);
		for (int i = 0; i < 1500; i++) {
			this.holder.get().publish("$KV." + this.bucket + ".k" + i, new byte[] { '1' });
		}
		Awaitility.await().until(() -> numbers.get("k1499") != null);
		List<String> seen = new ArrayList<>();
		try (java.util.stream.Stream<String> keys = numbers.streamKeys()) {
			keys.forEach((key) -> {
				seen.add(key);
				if (seen.size() == 600) {
					server.restart();
				}
			});
		}
		assertThat(seen).hasSize(1500).doesNotHaveDuplicates();
	}

	/**
	 * Increment with many threads.
	 * @return of how many increments it is not known whether they are stored
	 */
	private static int increment(KeyValueTemplate<Integer> counters, Runnable meanwhile) throws Exception {
		AtomicInteger unknown = new AtomicInteger();
		ExecutorService executor = Executors.newFixedThreadPool(THREADS);
		try {
			List<Future<?>> futures = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				futures.add(executor.submit(() -> {
					for (int j = 0; j < INCREMENTS; j++) {
						increment(counters, unknown);
					}
				}));
			}
			meanwhile.run();
			for (Future<?> future : futures) {
				future.get(50, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
		return unknown.get();
	}

	/**
	 * A failed read or a lost race changes nothing, so both may be tried again; an
	 * unknown outcome may not.
	 */
	private static void increment(KeyValueTemplate<Integer> counters, AtomicInteger unknown) {
		while (true) {
			try {
				counters.update("c", (value) -> (value != null) ? value + 1 : 1);
				return;
			}
			catch (KeyValueOutcomeUnknownException ex) {
				unknown.incrementAndGet();
				return;
			}
			catch (KeyValueContentionException ex) {
				throw ex;
			}
			catch (KeyValueException ex) {
				if (!ex.getMessage().contains("could not be read")) {
					throw ex;
				}
			}
		}
	}

	/**
	 * A client whose way to the server can be disturbed.
	 */
	private final class Detour implements AutoCloseable {

		private final TcpProxy proxy = TcpProxy.to(server.url());

		private final ConnectionHolder other = holder(this.proxy.url());

		private final KeyValueTemplate<String> texts = new KeyValueTemplates(this.other,
				JetStreamOptions.defaultOptions(), CONVERTER, new JetStreamTemplateSettings(Duration.ofSeconds(20), 10,
						Duration.ofMillis(500), Duration.ofMillis(50), Integer.MAX_VALUE, null))
			.of(KeyValueFaultsIntegrationTests.this.bucket, String.class);

		private volatile long sent = Long.MAX_VALUE;

		/**
		 * Do an update that is sent once and reaches nobody.
		 */
		CompletableFuture<Long> lose(String key, String value, long expectedRevision) {
			assertThat(this.texts.get(key)).isNotNull();
			stall();
			return lost(CompletableFuture.supplyAsync(() -> this.texts.update(key, value, expectedRevision)));
		}

		/**
		 * Do an update, of which the first change is sent once and reaches nobody.
		 */
		CompletableFuture<String> lose(String key, UnaryOperator<String> change) {
			AtomicBoolean first = new AtomicBoolean(true);
			return lost(CompletableFuture.supplyAsync(() -> this.texts.update(key, (value) -> {
				if (first.getAndSet(false)) {
					stall();
				}
				return change.apply(value);
			})));
		}

		private void stall() {
			this.proxy.stall(TcpProxy.Direction.TO_SERVER);
			this.sent = this.other.get().getStatistics().getOutMsgs();
		}

		private <R> CompletableFuture<R> lost(CompletableFuture<R> outcome) {
			Awaitility.await().until(() -> this.other.get().getStatistics().getOutMsgs() > this.sent);
			this.sent = Long.MAX_VALUE;
			this.proxy.cut();
			return outcome;
		}

		@Override
		public void close() {
			this.proxy.close();
			this.other.destroy();
		}

	}

}
