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

package io.github.natsspring.boot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.listener.NatsErrorHandler;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.AckPolicy;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of how messages of listeners are settled, tried again and divided, from
 * annotation and properties to a real server.
 */
class ListenerDeliveryIntegrationTests extends AbstractOrdersListenerTests {

	@Test
	void triesForEverWithoutDeadLetters() {
		this.contextRunner.withBean(Orders.class).run((context) -> {
			publish("eu", "broken");
			Orders orders = context.getBean(Orders.class);
			await().until(() -> orders.runs.get() > 17);
			assertThatExceptionOfType(JetStreamApiException.class)
				.isThrownBy(() -> this.management.getStreamInfo(this.stream + "_DLQ"));
			orders.repaired = true;
			await().until(() -> orders.seen.contains("broken"));
			assertSettled("orders");
		});
	}

	@Test
	void discardsWhenThatIsSet() {
		this.contextRunner.withPropertyValues("nats.listener.retry.on-exhausted=discard")
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "broken");
				assertSettled("orders");
				assertThat(context.getBean(Orders.class).runs).hasValue(5);
			});
	}

	@Test
	void leavesTheSettlementToTheMethod() {
		this.contextRunner.withBean(Manual.class).run((context) -> {
			publish("eu", "one");
			publish("eu", "two");
			Manual manual = context.getBean(Manual.class);
			await().until(() -> manual.held.size() == 2);
			assertThat(info("manual").getNumAckPending()).isEqualTo(2);
			List<Acknowledgment> held = new ArrayList<>(manual.held);
			held.get(0).ack();
			held.get(1).nak();
			await().until(() -> manual.held.size() == 3);
			manual.held.forEach((acknowledgment) -> {
				if (!acknowledgment.isSettled()) {
					acknowledgment.ackSync();
				}
			});
			assertSettled("manual");
		});
	}

	@Test
	void countsNoAttemptWhenTheListenerAsksForAnotherDelivery() {
		withDeadLetters()
			.withPropertyValues("nats.listener.retry.max-attempts=1", "nats.listener.retry.max-deliveries=0")
			.withBean(GivingBack.class)
			.run((context) -> {
				publish("eu", "one");
				await().until(() -> context.getBean(GivingBack.class).runs.get() == 7);
				assertSettled("back");
				assertThat(letters(context.getBean(DeadLetterOperations.class))).isEmpty();
			});
	}

	@Test
	void keepsTheOrderOfEachKey() {
		this.contextRunner.withBean(Ordered.class).run((context) -> {
			for (int i = 0; i < 200; i++) {
				publish("r" + i % 5, Integer.toString(i));
			}
			Ordered ordered = context.getBean(Ordered.class);
			await().until(() -> ordered.count.get() == 200);
			assertThat(ordered.failures.get()).isEqualTo(20);
			ordered.seen.values().forEach((numbers) -> assertThat(List.copyOf(numbers)).isSorted().hasSize(40));
			assertSettled("ordered");
		});
	}

	@Test
	void runsAsManyAtOnceAsIsSet() {
		this.contextRunner.withPropertyValues("nats.listener.concurrency=4").withBean(Together.class).run((context) -> {
			for (int i = 0; i < 4; i++) {
				publish("eu", "n" + i);
			}
			await().until(() -> context.getBean(Together.class).met.get() == 4);
		});
	}

	@Test
	void asksTheErrorHandlerOfTheListenerOrElseTheOnlyBean() {
		NatsErrorHandler discard = (failure) -> new Decision.Discard();
		this.contextRunner.withBean("discard", NatsErrorHandler.class, () -> discard)
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "broken");
				assertSettled("orders");
				assertThat(context.getBean(Orders.class).runs).hasValue(1);
			});
	}

	@Test
	void asksTheErrorHandlerThatTheListenerNames() {
		Queue<String> asked = new ConcurrentLinkedQueue<>();
		NatsErrorHandler own = (failure) -> {
			asked.add(failure.listenerId());
			return (failure.attempts() == 3) ? new Decision.Discard() : null;
		};
		NatsErrorHandler other = (failure) -> {
			throw new AssertionError("Not to be asked");
		};
		this.contextRunner.withBean("own", NatsErrorHandler.class, () -> own)
			.withBean("other", NatsErrorHandler.class, () -> other)
			.withBean(WithErrorHandler.class)
			.run((context) -> {
				publish("eu", "broken");
				assertSettled("handled");
				assertThat(asked).containsExactly("handled", "handled", "handled");
			});
	}

	@Test
	void acknowledgesNothingOnAConsumerWithoutAcknowledgements() {
		withDeadLetters().withBean(Unacknowledged.class).run((context) -> {
			publish("eu", "broken");
			publish("eu", "fine");
			Unacknowledged listener = context.getBean(Unacknowledged.class);
			await().until(() -> listener.seen.contains("fine"));
			assertThat(listener.seen).containsExactly("broken", "fine");
			assertThat(info("none").getConsumerConfiguration().getAckPolicy()).isEqualTo(AckPolicy.None);
		});
	}

	static class Manual {

		private final Queue<Acknowledgment> held = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "manual", ackMode = "manual")
		void on(Order order, Acknowledgment acknowledgment) {
			this.held.add(acknowledgment);
		}

	}

	static class GivingBack {

		private final AtomicInteger runs = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "back")
		void on(Order order) {
			if (this.runs.incrementAndGet() < 7) {
				throw new NakMessageException(Duration.ZERO);
			}
		}

	}

	static class Ordered {

		private final Map<String, Queue<Integer>> seen = new ConcurrentHashMap<>();

		private final Map<Integer, Boolean> failed = new ConcurrentHashMap<>();

		private final AtomicInteger failures = new AtomicInteger();

		private final AtomicInteger count = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "ordered", subjects = "${test}.{region}", concurrency = "4",
				orderingKey = "{region}")
		void on(Order order, @DestinationVariable String region) {
			int number = Integer.parseInt(order.sku());
			if (number % 10 == 0 && this.failed.put(number, true) == null) {
				this.failures.incrementAndGet();
				throw new IllegalStateException("the first time fails");
			}
			this.seen.computeIfAbsent(region, (name) -> new ConcurrentLinkedQueue<>()).add(number);
			this.count.incrementAndGet();
		}

	}

	static class Together {

		private final CyclicBarrier barrier = new CyclicBarrier(4);

		private final AtomicInteger met = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "together")
		void on(Order order) throws Exception {
			this.barrier.await(20, TimeUnit.SECONDS);
			this.met.incrementAndGet();
		}

	}

	static class WithErrorHandler {

		@NatsListener(id = "handled", stream = "${test}", consumer = "handled", errorHandler = "own")
		void on(Order order) {
			throw new IllegalStateException("broken");
		}

	}

	static class Unacknowledged {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "none", ackMode = "none")
		void on(Order order) {
			this.seen.add(order.sku());
			if (order.sku().equals("broken")) {
				throw new IllegalStateException("broken");
			}
		}

	}

}
