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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.TcpProxy;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.impl.NatsMessage;
import io.nats.client.support.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link PullEngine}, with a server for its pulls.
 */
@Timeout(60)
class PullEngineIntegrationTests {

	@Test
	void sendsNoPullBetweenTheStatusesThatEndAllPullsAndTheNextInbox() throws Exception {
		try (NatsServer server = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(server.url()).create()) {
			PullEngine engine = new PullEngine(JetStreamOptions.DEFAULT_JS_OPTIONS, new WindowBounds(10, 10, 1, 1), 0);
			Inbox inbox = new Inbox(fixture.connection(), (source, slot, message) -> {
			});
			PullLimits limits = PullLimits.of(fixture.consumer());
			engine.attach(inbox, limits);
			engine.received(inbox, 0, new Deleted(), 10, System.nanoTime());
			engine.received(inbox, 0, new Deleted(), 10, System.nanoTime());
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			assertThat(engine.status(inbox, new Deleted(), System.nanoTime())).isInstanceOf(PullEvent.Lost.class);
			engine.settled(0, 10, true);
			engine.check(System.nanoTime());
			await().during(Duration.ofMillis(300)).until(() -> fixture.consumer().getNumWaiting() == 1);
			assertThat(engine.inFlight()).isOne();
			engine.attach(new Inbox(fixture.connection(), (source, slot, message) -> {
			}), limits);
			await().until(() -> fixture.consumer().getNumWaiting() == 2);
		}
	}

	@Test
	void makesNobodyWaitForAPullThatCannotBeWritten() throws Exception {
		try (NatsServer server = NatsServer.builder().start();
				TcpProxy proxy = TcpProxy.to(server.url());
				PullFixture direct = new PullFixture(server.url()).create();
				PullFixture fixture = PullFixture.of(direct.stream(),
						(options) -> options.server(proxy.url()).maxMessagesInOutgoingQueue(20))) {
			PullEngine engine = new PullEngine(JetStreamOptions.DEFAULT_JS_OPTIONS, new WindowBounds(10, 10, 1, 1), 0);
			Inbox inbox = new Inbox(fixture.connection(), (source, slot, message) -> {
			});
			engine.attach(inbox, PullLimits.of(fixture.consumer()));
			await().until(() -> direct.consumer().getNumWaiting() == 1);
			proxy.stall();
			AtomicBoolean stopped = new AtomicBoolean();
			try {
				fill(fixture.connection(), stopped);
				Thread worker = new Thread(() -> {
					for (int i = 0; i < 10; i++) {
						engine.settled(engine.received(inbox, 0, new Deleted(), 10, System.nanoTime()), 10, true);
					}
				});
				worker.start();
				await().until(() -> worker.getState() == Thread.State.TIMED_WAITING);
				long start = System.nanoTime();
				int arrived = engine.received(inbox, 0, new Deleted(), 10, System.nanoTime());
				engine.settled(arrived, 10, false);
				engine.check(System.nanoTime());
				engine.inFlight();
				// jnats waits for two seconds
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
			}
			finally {
				stopped.set(true);
			}
			proxy.pass();
			await().until(() -> {
				engine.check(System.nanoTime());
				return direct.consumer().getNumWaiting() > 1;
			});
		}
	}

	@ParameterizedTest
	@CsvSource({ "1500, 750", "9000, 4000", "1000, 500", "100, 500" })
	void asksForMoreOfAQuickListenerAsFarAsTheConsumerAllows(long maxAckPending, int window) throws Exception {
		try (NatsServer server = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(server.url())
					.create((consumer) -> consumer.maxAckPending(maxAckPending))) {
			PullEngine engine = new PullEngine(JetStreamOptions.DEFAULT_JS_OPTIONS, new WindowBounds(500, 4000, 1, 1),
					0);
			engine.attach(new Inbox(fixture.connection(), (source, slot, message) -> {
			}), PullLimits.of(fixture.consumer()));
			for (int i = 0; i < 20_000; i++) {
				engine.handled(1000);
			}
			assertThat(engine.level().limit()).isEqualTo(window);
			engine.handled(Duration.ofSeconds(1).toNanos());
			assertThat(engine.level().limit()).isLessThan(500);
		}
	}

	/**
	 * Write until nothing more can be written.
	 */
	private static void fill(Connection connection, AtomicBoolean stopped) {
		AtomicInteger written = new AtomicInteger();
		byte[] large = new byte[500_000];
		Thread writer = new Thread(() -> {
			while (!stopped.get()) {
				try {
					connection.publish("nobody", large);
					written.incrementAndGet();
				}
				catch (IllegalStateException ex) {
					// Full, as is the aim
				}
			}
		});
		writer.setDaemon(true);
		writer.start();
		AtomicInteger last = new AtomicInteger(-1);
		await().pollInterval(Duration.ofMillis(500)).until(() -> last.getAndSet(written.get()) == written.get());
	}

	private static final class Deleted extends NatsMessage {

		Deleted() {
			super("inbox.1", null, new byte[0]);
		}

		@Override
		public Status getStatus() {
			return new Status(409, Status.CONSUMER_DELETED);
		}

	}

}
