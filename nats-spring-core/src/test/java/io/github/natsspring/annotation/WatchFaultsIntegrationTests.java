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

package io.github.natsspring.annotation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.listener.ContainerStatus.State;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsKeyValueListener} methods whose server or consumer is lost,
 * against a real server.
 */
class WatchFaultsIntegrationTests extends AbstractWatchFaultsTests {

	private static final int UPDATES = 5000;

	private static final int WRITERS = 4;

	@Test
	void leavesNoKeyStaleWhenTheServerIsRestartedThreeTimesDuringUpdates() throws Exception {
		KeyValue keyValue = create();
		Copy copy = start(Copy.class);
		AtomicInteger updates = new AtomicInteger();
		List<CompletableFuture<Void>> all = new ArrayList<>();
		for (int writer = 0; writer < WRITERS; writer++) {
			int first = writer;
			all.add(CompletableFuture.runAsync(() -> {
				for (int i = first; i < UPDATES; i += WRITERS) {
					update(keyValue, "k" + i % 100, (i % 17 == 0) ? null : String.valueOf(i));
					updates.incrementAndGet();
				}
			}, (task) -> new Thread(task, "writer").start()));
		}
		for (int from : new int[] { 1000, 2500, 4000 }) {
			await().atMost(LONG).pollInterval(Duration.ofMillis(1)).until(() -> updates.get() > from);
			restart(from == 2500);
		}
		for (CompletableFuture<Void> one : all) {
			one.get(30, TimeUnit.SECONDS);
		}
		Map<String, Long> expected = revisions();
		assertThat(expected.size()).isBetween(80, 100);
		awaitSame(copy);
		await().until(() -> container().getStatus().state() == State.RUNNING);
		keyValue.put("k0", "last");
		awaitSame(copy);
		assertThat(copy.events).containsExactly("NatsBucketStateReadEvent");
		// Where one revision is kept, it need not see those in between
		assertThat(copy.updates.get()).isGreaterThan(100);
	}

	private void restart(boolean kill) {
		if (kill) {
			this.server.kill();
		}
		this.server.restart();
	}

	@Test
	void goesOnWhenItsConsumerIsDeletedAgainAndAgain() throws Exception {
		KeyValue keyValue = create();
		Copy copy = start(Copy.class);
		JetStreamManagement management = this.client.jetStreamManagement();
		for (int round = 0; round < 4; round++) {
			for (int i = 0; i < 200; i++) {
				keyValue.put("k" + i % 50, String.valueOf(i));
			}
			for (String name : management.getConsumerNames("KV_" + this.bucket)) {
				management.deleteConsumer("KV_" + this.bucket, name);
			}
		}
		keyValue.put("last", "x");
		awaitSame(copy);
		assertThat(copy.events).containsExactly("NatsBucketStateReadEvent");
	}

	@Test
	void saysThatTheStateIsReadWhenTheConsumerIsLostWhileItIsRead() throws Exception {
		KeyValue keyValue = create();
		for (int i = 0; i < 200; i++) {
			keyValue.put("k" + i, "x");
		}
		this.context.factory((factory) -> factory.setMaxInFlight(20));
		Slow copy = start(Slow.class);
		JetStreamManagement management = this.client.jetStreamManagement();
		await().until(() -> copy.updates.get() > 50);
		String name = management.getConsumerNames("KV_" + this.bucket).get(0);
		management.deleteConsumer("KV_" + this.bucket, name);
		await().atMost(LONG).until(() -> copy.events.size() == 1);
		assertThat(copy.whenRead).isEqualTo(200);
		awaitSame(copy);
	}

	@Test
	void saysThatTheStateIsReadWhenTheRestOfItExpires() throws Exception {
		KeyValue keyValue = create((builder) -> builder.ttl(Duration.ofSeconds(2)));
		for (int i = 0; i < 10; i++) {
			keyValue.put("k" + i, "x");
		}
		this.context.factory((factory) -> factory.setMaxInFlight(1));
		Held copy = start(Held.class);
		await().until(() -> copy.updates.get() == 1);
		await().atMost(LONG).until(() -> keyValue.keys().isEmpty());
		assertThat(copy.events).isEmpty();
		copy.release.countDown();
		await().atMost(LONG).untilAsserted(() -> assertThat(copy.events).containsExactly("NatsBucketStateReadEvent"));
		assertThat(copy.updates.get()).isLessThan(10);
	}

	@Test
	void attachesWhenTheServerAppears() throws Exception {
		create().put("a", "1");
		this.server.stop();
		this.context.background();
		Copy copy = start(Copy.class);
		assertThat(container().isRunning()).isTrue();
		assertThat(container().getStatus().state()).isNotEqualTo(State.RUNNING);
		this.server.start();
		await().atMost(LONG).until(() -> copy.revisions.containsKey("a"));
		await().until(() -> container().getStatus().state() == State.RUNNING);
		assertThat(copy.events).containsExactly("NatsBucketStateReadEvent");
	}

	@Test
	void goesOnWhenTheServerIsSilentForLongerThanItsHeartbeats() throws Exception {
		KeyValue keyValue = create();
		keyValue.put("a", "1");
		Copy copy = start(Copy.class);
		await().until(() -> copy.events.size() == 1);
		this.server.pause();
		try {
			await().atMost(LONG).until(() -> container().getStatus().detail() != null);
		}
		finally {
			this.server.resume();
		}
		update(keyValue, "a", "2");
		update(keyValue, "b", "1");
		awaitSame(copy);
		await().atMost(LONG).until(() -> container().getStatus().state() == State.RUNNING);
		assertThat(copy.events).containsExactly("NatsBucketStateReadEvent");
	}

	static class Slow extends Copy {

		@Override
		void handled() throws Exception {
			TimeUnit.MILLISECONDS.sleep(2);
		}

	}

	static class Held extends Copy {

		final CountDownLatch release = new CountDownLatch(1);

		@Override
		void handled() throws Exception {
			this.release.await(30, TimeUnit.SECONDS);
		}

	}

}
