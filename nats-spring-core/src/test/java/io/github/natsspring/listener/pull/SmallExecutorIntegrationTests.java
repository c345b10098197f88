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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.github.natsspring.listener.ContainerStatus.State;
import io.nats.client.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for containers whose executor has too few threads, against a real server.
 */
class SmallExecutorIntegrationTests extends AbstractPullContainerTests {

	private final CountDownLatch release = new CountDownLatch(1);

	private final ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();

	@AfterEach
	void shutDown() {
		this.release.countDown();
		this.pool.shutdown();
	}

	@Test
	void saysThatNoThreadIsFreeAndKeepsNothingFromOthers() throws Exception {
		this.pool.setCorePoolSize(1);
		this.pool.initialize();
		this.pool.execute(this::occupy);
		try (PullFixture fixture = new PullFixture(server.url()).executor(this.pool)
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(2)))) {
			JetStreamListenerContainer starving = fixture.start(10, this::handle);
			fixture.publish(0, 3);
			await().until(() -> starving.getStatus().state() == State.STALLED);
			assertThat(starving.getStatus().detail())
				.contains("the executor takes no more tasks: it had no free thread");
			assertOthersGet(fixture, 3);
			this.release.countDown();
			await().until(() -> starving.getStatus().state() == State.RUNNING);
			assertThat(starving.getStatus().detail()).isNull();
			fixture.publish(3, 5);
			await().untilAsserted(() -> assertThat(this.handled).contains(3, 4));
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void saysTheSameOfAnExecutorThatBlocks() throws Exception {
		SimpleAsyncTaskExecutor limited = new SimpleAsyncTaskExecutor("limited-");
		limited.setConcurrencyLimit(1);
		limited.execute(this::occupy);
		try (PullFixture fixture = new PullFixture(server.url()).executor(limited)
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(2)))) {
			JetStreamListenerContainer starving = fixture.start(10, this::handle);
			fixture.publish(0, 3);
			await().until(() -> starving.getStatus().state() == State.STALLED);
			assertOthersGet(fixture, 3);
			this.release.countDown();
			await().until(() -> starving.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void goesOnWithTheThreadsThatThereAre() throws Exception {
		this.pool.setCorePoolSize(2);
		this.pool.initialize();
		try (PullFixture fixture = new PullFixture(server.url()).executor(this.pool).create()) {
			JetStreamListenerContainer container = fixture.start((settings) -> settings.concurrency(4), (message) -> {
				LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
				handle(message);
			});
			fixture.publish(0, 60);
			await().untilAsserted(() -> assertThat(this.handled).hasSize(60));
			assertThat(container.getStatus().state()).isEqualTo(State.RUNNING);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(60);
		}
	}

	@Test
	void stopsAlthoughNoThreadIsFree() throws Exception {
		this.pool.setCorePoolSize(1);
		this.pool.initialize();
		this.pool.execute(this::occupy);
		try (PullFixture fixture = new PullFixture(server.url()).executor(this.pool).create()) {
			JetStreamListenerContainer starving = fixture.start(10, this::handle);
			fixture.publish(0, 3);
			await().until(() -> starving.getStatus().inFlight() == 3);
			long started = System.nanoTime();
			starving.stop();
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(8));
			assertOthersGet(fixture, 3);
		}
	}

	/**
	 * Within their ack-wait, though somebody holds them.
	 */
	private void assertOthersGet(PullFixture fixture, int messages) {
		try (PullFixture other = PullFixture.of(fixture.stream(), (options) -> options.server(server.url()))) {
			assertThat(other.connection().getStatus()).isEqualTo(Connection.Status.CONNECTED);
			other.start(10, this::handle);
			await().atMost(Duration.ofSeconds(10))
				.untilAsserted(
						() -> assertThat(this.handled).containsAll(IntStream.range(0, messages).boxed().toList()));
		}
	}

	private void occupy() {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
