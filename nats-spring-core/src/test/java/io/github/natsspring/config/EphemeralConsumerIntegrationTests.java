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

package io.github.natsspring.config;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.TcpProxy;
import io.github.natsspring.topology.ProvisioningMode;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.RetentionPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EphemeralConsumerSource} and the containers that use it, against a
 * real server.
 */
@Timeout(120)
class EphemeralConsumerIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static NatsServer server;

	private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	private NatsMessageListener record() {
		return into(this.handled);
	}

	private static NatsMessageListener into(Queue<Integer> numbers) {
		return (message, acknowledgment) -> numbers.add(ListenerFixture.number(message));
	}

	private static Integer[] numbers(int from, int to) {
		return IntStream.range(from, to).boxed().toArray(Integer[]::new);
	}

	@Test
	void givesEachInstanceWhatIsPublishedAfterItsStart() throws Exception {
		Queue<Integer> second = new ConcurrentLinkedQueue<>();
		try (ListenerFixture one = new ListenerFixture(server.url()).create();
				ListenerFixture other = new ListenerFixture(server.url(), one.stream())) {
			one.publish(0, 3);
			one.start(one.endpoint(record()));
			one.publish(3, 6);
			other.start(other.endpoint(into(second)));
			one.publish(6, 10);
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(numbers(3, 10)));
			await().untilAsserted(() -> assertThat(second).containsExactly(numbers(6, 10)));
			assertThat(one.consumers()).hasSize(2).allSatisfy((consumer) -> {
				assertThat(consumer.getName()).startsWith("listener-prices-");
				ConsumerConfiguration configuration = consumer.getConsumerConfiguration();
				assertThat(configuration.getDurable()).isNull();
				assertThat(configuration.getAckPolicy()).isEqualTo(AckPolicy.Explicit);
				assertThat(configuration.getDeliverPolicy()).isEqualTo(DeliverPolicy.New);
				assertThat(configuration.getInactiveThreshold()).isEqualTo(Duration.ofMinutes(5));
			});
			await().until(() -> one.consumers().stream().allMatch((consumer) -> consumer.getNumAckPending() == 0));
		}
	}

	@Test
	void deletesItsConsumerWhenItStopsAndBeginsAnewWhenItStarts() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			MessageListenerContainer container = fixture.start(fixture.endpoint(record()));
			fixture.publish(0, 1);
			await().until(() -> this.handled.size() == 1);
			container.stop();
			assertThat(fixture.consumers()).isEmpty();
			fixture.publish(1, 2);
			container.start();
			fixture.publish(2, 3);
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(0, 2));
		}
	}

	@Test
	void beginsWhereTheListenerSays() throws Exception {
		Queue<Integer> last = new ConcurrentLinkedQueue<>();
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			fixture.publish(0, 5);
			fixture.start(fixture.endpoint(record()).startSequence(3L));
			fixture.start(fixture.endpoint(into(last)).deliverPolicy(DeliverPolicy.Last));
			fixture.publish(5, 6);
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(2, 3, 4, 5));
			await().untilAsserted(() -> assertThat(last).containsExactly(4, 5));
		}
	}

	@Test
	void isMadeInEveryProvisioningMode() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()
			.factory((factory) -> factory.setProvisioningMode(ProvisioningMode.NONE))) {
			fixture.start(fixture.endpoint(record()));
			fixture.publish(0, 1);
			await().until(() -> this.handled.size() == 1);
		}
	}

	@Test
	void hasTheSubjectsOfTheListenerAsFilters() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			fixture.start(fixture.endpoint(record()).subjects(fixture.stream() + ".{kind}", fixture.stream() + ".a.>"));
			assertThat(fixture.consumer().getConsumerConfiguration().getFilterSubjects())
				.containsExactlyInAnyOrder(fixture.stream() + ".*", fixture.stream() + ".a.>");
			fixture.holder().get().jetStream().publish(fixture.stream() + ".b.c", "7".getBytes());
			fixture.publish(0, 1);
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(0));
		}
	}

	@Test
	void continuesBehindWhatItHandledWhenSomebodyDeletesItsConsumer() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			MessageListenerContainer container = fixture.start(fixture.endpoint((message, acknowledgment) -> {
				this.handled.add(ListenerFixture.number(message));
				if (ListenerFixture.number(message) == 50) {
					finish.await(30, TimeUnit.SECONDS);
				}
			}));
			fixture.publish(0, 100);
			await().until(() -> this.handled.size() == 51);
			String name = fixture.consumer().getName();
			fixture.deleteConsumer();
			fixture.publish(100, 150);
			await().atMost(LONG).until(() -> fixture.consumers().size() == 1);
			assertThat(fixture.consumer().getName()).isNotEqualTo(name);
			assertThat(fixture.consumer().getConsumerConfiguration().getStartSequence()).isEqualTo(51);
			finish.countDown();
			await().atMost(LONG).until(() -> this.handled.contains(149));
			await().atMost(LONG).until(() -> fixture.consumer().getNumAckPending() == 0);
			// Neither what was handled nor what ran meanwhile comes again
			assertThat(this.handled).containsExactly(numbers(0, 150));
			await().untilAsserted(() -> assertThat(container.getStatus().state()).isEqualTo(State.RUNNING));
		}
	}

	@Test
	void handlesAgainOnlyWhatFailedWhenItsConsumerIsGone() throws Exception {
		Set<Integer> failing = Set.of(5, 9);
		AtomicInteger failures = new AtomicInteger();
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			fixture.start(fixture.endpoint((message, acknowledgment) -> {
				if (failing.contains(ListenerFixture.number(message)) && failures.get() < 20) {
					failures.incrementAndGet();
					throw new IllegalStateException("expected by the test");
				}
				this.handled.add(ListenerFixture.number(message));
			}).concurrency(4));
			fixture.publish(0, 100);
			await().until(() -> this.handled.size() == 98);
			fixture.deleteConsumer();
			await().atMost(LONG).until(() -> fixture.consumers().size() == 1 && this.handled.size() == 100);
			fixture.publish(100, 110);
			await().until(() -> this.handled.contains(109) && fixture.consumer().getNumAckPending() == 0);
			assertThat(this.handled).containsExactlyInAnyOrder(numbers(0, 110));
		}
	}

	@Test
	void beginsAsDeclaredInAStreamThatIsMadeAgain() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			MessageListenerContainer container = fixture
				.start(fixture.endpoint(record()).deliverPolicy(DeliverPolicy.All));
			fixture.publish(0, 50);
			await().until(() -> this.handled.size() == 50);
			fixture.management().deleteStream(fixture.stream());
			await().atMost(LONG).until(() -> container.getStatus().state() == State.STALLED);
			assertThat(container.getStatus().detail()).contains(fixture.stream(), "is not on the server");
			fixture.create();
			fixture.publish(50, 60);
			await().atMost(LONG).untilAsserted(() -> assertThat(this.handled).containsExactly(numbers(0, 60)));
			await().until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void continuesAfterAServerThatWasKilled() throws Exception {
		try (NatsServer own = NatsServer.builder().start();
				ListenerFixture fixture = new ListenerFixture(own.url()).create()) {
			MessageListenerContainer container = fixture.start(fixture.endpoint(record()));
			fixture.publish(0, 100);
			await().until(() -> this.handled.size() == 100 && fixture.consumer().getNumAckPending() == 0);
			own.kill();
			own.restart();
			await().atMost(LONG).until(() -> isConnected(fixture));
			fixture.publish(100, 200);
			await().atMost(LONG).untilAsserted(() -> assertThat(this.handled).containsExactly(numbers(0, 200)));
			await().atMost(LONG).until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void continuesWhenItsConsumerHasGoneWhileItWasDisconnected() throws Exception {
		try (TcpProxy proxy = TcpProxy.to(server.url());
				ListenerFixture fixture = new ListenerFixture(proxy.url()).create();
				ListenerFixture other = new ListenerFixture(server.url(), fixture.stream())) {
			fixture.start(fixture.endpoint(record()));
			other.publish(0, 10);
			await().until(() -> this.handled.size() == 10 && other.consumer().getNumAckPending() == 0);
			proxy.cut();
			// As the inactive threshold does it during a long outage
			other.deleteConsumer();
			other.publish(10, 20);
			proxy.pass();
			await().atMost(LONG).untilAsserted(() -> assertThat(this.handled).containsExactly(numbers(0, 20)));
		}
	}

	private static boolean isConnected(ListenerFixture fixture) {
		try {
			return !fixture.management().getStreamNames().isEmpty();
		}
		catch (Exception ex) {
			return false;
		}
	}

	@Test
	void refusesStreamsWhoseMessagesGoWithTheirConsumers() throws Exception {
		for (RetentionPolicy retention : List.of(RetentionPolicy.WorkQueue, RetentionPolicy.Interest)) {
			try (ListenerFixture fixture = new ListenerFixture(server.url())
				.create((stream) -> stream.retentionPolicy(retention))) {
				MessageListenerContainer container = fixture.container(fixture.endpoint(record()));
				assertThatExceptionOfType(NatsListenerException.class).isThrownBy(container::start)
					.withMessageContaining("Listener 'prices': it has no durable consumer")
					.withMessageContaining(
							"its stream '%s' has the retention '%s'".formatted(fixture.stream(), retention))
					.withMessageContaining("Name a durable consumer in 'consumer'");
				assertThat(fixture.consumers()).isEmpty();
			}
		}
	}

	@Test
	void refusesAStreamThatIsMissing() {
		try (ListenerFixture fixture = new ListenerFixture(server.url())) {
			MessageListenerContainer container = fixture.container(fixture.endpoint(record()));
			assertThatExceptionOfType(NatsListenerException.class).isThrownBy(container::start)
				.withMessageContaining("its stream '%s' is not on the server".formatted(fixture.stream()));
		}
	}

	@Test
	void hasDeadLettersUnderTheIdOfTheListener() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()
			.factory((factory) -> factory
				.setDeadLetter(new DeadLetterSettings(true, "dlq.{stream}.{consumer}", "{stream}_DLQ", false)))) {
			NatsMessageListener poisoned = (message, acknowledgment) -> {
				throw new IllegalArgumentException("expected by the test");
			};
			ListenerFixture other = new ListenerFixture(server.url(), fixture.stream());
			try (other) {
				other.factory((factory) -> factory
					.setDeadLetter(new DeadLetterSettings(true, "dlq.{stream}.{consumer}", "{stream}_DLQ", false)));
				fixture.start(fixture.endpoint(poisoned));
				other.start(other.endpoint(poisoned));
				fixture.publish(0, 1);
				String letters = fixture.stream() + "_DLQ";
				await().until(() -> fixture.management().getStreamInfo(letters).getStreamState().getMsgCount() == 1);
				await()
					.until(() -> fixture.consumers().stream().allMatch((consumer) -> consumer.getNumAckPending() == 0));
				// Instances share the letter, as they share the listener
				assertThat(fixture.management().getStreamInfo(letters).getStreamState().getMsgCount()).isEqualTo(1);
				MessageInfo letter = fixture.management().getMessage(letters, 1);
				assertThat(letter.getSubject()).isEqualTo("dlq.%s.listener-prices".formatted(fixture.stream()));
			}
		}
	}

}
