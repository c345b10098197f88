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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.test.ApplicationProcess;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.SeenFile;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Scenarios 8 to 11, 13, 14, 24, 36, 38, 39, 44 and 45: handlers that are slow, hang or
 * fail, and what they cannot read.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class HandlerFaultsIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final int MAX_PAYLOAD = 64 * 1024;

	private static NatsServer server;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().config("max_payload: " + MAX_PAYLOAD).start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	@Tag("faults")
	void scenario08HoldsNoMoreThanItMayWhenTheHandlerIsSlow() throws Exception {
		try (Lab lab = new Lab(server.url(), "$consumer.max-ack-pending=400", "faults.takes=50ms")) {
			lab.publisher();
			var last = IntStream.range(0, 20_000)
				.mapToObj((number) -> lab.template().publishAsync(lab.subject(), Payloads.of("" + number, 8000)))
				.reduce((first, second) -> second);
			last.orElseThrow().join();
			// All messages are more than twice its memory
			try (ApplicationProcess application = lab.launch(Map.of(), 64)) {
				await().atMost(LONG).until(() -> SeenFile.read(lab.account().file()).size() > 40);
				assertThat(lab.consumer().getNumAckPending()).isPositive().isLessThanOrEqualTo(400);
				assertThat(application.isRunning()).isTrue();
				assertThat(application.output()).doesNotContain("OutOfMemory", "ERROR");
			}
		}
	}

	@Test
	void scenario09RetriesWithGrowingDelaysAndGivesUpInTheEnd() throws Exception {
		Queue<Long> times = new ConcurrentLinkedQueue<>();
		try (Lab lab = new Lab(server.url(), "nats.listener.dead-letter.enabled=true",
				"nats.listener.retry.max-attempts=4", "nats.listener.retry.initial-interval=100ms",
				"nats.listener.retry.jitter=0")) {
			lab.listen((message) -> {
				times.add(System.nanoTime());
				throw new IllegalStateException("never");
			});
			lab.publish(0, 1);
			await().atMost(LONG).ignoreExceptions().until(() -> lab.letters() == 1);
			lab.awaitSettled();
			List<Long> all = List.copyOf(times);
			assertThat(all).hasSize(4);
			for (int i = 1; i < 4; i++) {
				assertThat(TimeUnit.NANOSECONDS.toMillis(all.get(i) - all.get(i - 1)))
					.isGreaterThanOrEqualTo(100L << (i - 1));
			}
		}
	}

	@Test
	@Tag("faults")
	void scenario10ReportsAHandlerThatHangsAndGoesOnWithoutIt(CapturedOutput output) throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		AtomicInteger runs = new AtomicInteger();
		try (Lab lab = new Lab(server.url(), "$consumer.ack-wait=1s", "nats.listener.concurrency=4",
				"nats.listener.ack-extension.max-duration=2s")) {
			lab.listen((message) -> {
				if (Payloads.id(message).equals("0") && runs.incrementAndGet() == 1) {
					release.await(50, TimeUnit.SECONDS);
					return;
				}
				lab.account().handle(message);
			});
			lab.publish(0, 200);
			await().atMost(Duration.ofSeconds(20)).until(() -> lab.account().different() == 200);
			assertThat(runs).hasValue(2);
			assertThat(output).contains("HandlerFaultsIntegrationTests.lambda");
			release.countDown();
			lab.awaitSettled();
			assertThat(lab.account().verdict().lost()).isEmpty();
		}
		finally {
			release.countDown();
		}
	}

	@Test
	@Tag("faults")
	void scenario11DeliversOnceWhatTakesLongerThanAckWait() throws Exception {
		try (Lab lab = new Lab(server.url(), "$consumer.ack-wait=1s")) {
			lab.listen((message) -> {
				lab.account().handle(message);
				long end = System.nanoTime() + Duration.ofMillis(3500).toNanos();
				await().until(() -> System.nanoTime() > end);
			});
			lab.publish(0, 2);
			lab.awaitAll();
			assertThat(lab.account().total()).isEqualTo(2);
		}
	}

	@Test
	void scenario13DeadLettersAtOnceWhatIsNoJson() throws Exception {
		byte[] broken = "{\"sku\": \u0000\u00ff".getBytes(StandardCharsets.ISO_8859_1);
		try (Lab lab = new Lab(server.url(), "nats.listener.dead-letter.enabled=true")) {
			OrderWorker worker = new OrderWorker();
			lab.run((context) -> context.registerBean(OrderWorker.class, () -> worker));
			lab.template()
				.publish(lab.subject(), broken,
						(options) -> options.contentType("application/json").header("Customer", "4711"));
			await().atMost(LONG).ignoreExceptions().until(() -> lab.letters() == 1);
			MessageInfo letter = lab.management().getMessage(lab.stream() + "_DLQ", 1);
			assertThat(letter.getData()).isEqualTo(broken);
			assertThat(letter.getHeaders().getFirst("Customer")).isEqualTo("4711");
			lab.awaitSettled();
			assertThat(lab.consumer().getDelivered().getConsumerSequence()).isOne();
			assertThat(worker.seen).isEmpty();
		}
	}

	@Test
	void scenario14NamesTheTypeAndNotThePayloadOfWhatHasAnotherType(CapturedOutput output) throws Exception {
		try (Lab lab = new Lab(server.url(), "nats.listener.dead-letter.enabled=true")) {
			OrderWorker worker = new OrderWorker();
			lab.run((context) -> context.registerBean(OrderWorker.class, () -> worker));
			for (String payload : List.of("[\"SECRETPAYLOAD\"]", "{\"sku\": {\"a\": \"SECRETPAYLOAD\"}}", "")) {
				lab.template()
					.publish(lab.subject(), payload.getBytes(StandardCharsets.UTF_8),
							(options) -> options.contentType("application/json"));
			}
			lab.template()
				.publish(lab.subject(), "{\"sku\": \"fine\", \"further\": 1}".getBytes(StandardCharsets.UTF_8),
						(options) -> options.contentType("application/json"));
			lab.awaitSettled();
			assertThat(lab.letters()).isEqualTo(3);
			assertThat(worker.seen).containsExactly("fine");
			assertThat(output).contains(Order.class.getName()).doesNotContain("SECRETPAYLOAD");
		}
	}

	@Test
	@Tag("faults")
	void scenario24WaitsQuietlyWhileAllThatMayBePendingIs() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		AtomicInteger started = new AtomicInteger();
		try (Lab lab = new Lab(server.url(), "$consumer.max-ack-pending=5", "$consumer.ack-wait=2s",
				"nats.listener.concurrency=10", "nats.listener.max-in-flight=10")) {
			lab.publish(0, 30);
			ApplicationContext application = lab.listen((message) -> {
				started.incrementAndGet();
				release.await(50, TimeUnit.SECONDS);
				lab.account().handle(message);
			});
			await().until(() -> started.get() == 5);
			long before = Lab.connection(application).getStatistics().getOutMsgs();
			await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(6)).until(() -> started.get() == 5);
			// Pulls, and what keeps five messages
			assertThat(Lab.connection(application).getStatistics().getOutMsgs() - before).isLessThan(60);
			release.countDown();
			lab.awaitAll();
			assertThat(lab.account().total()).isEqualTo(30);
		}
		finally {
			release.countDown();
		}
	}

	@Test
	@Tag("faults")
	void scenario36KeepsTheMessageWhenThereIsNoPlaceForItsDeadLetter() throws Exception {
		AtomicInteger runs = new AtomicInteger();
		try (Lab lab = new Lab(server.url(), "nats.listener.dead-letter.enabled=true",
				"nats.listener.retry.max-attempts=2", "nats.listener.retry.initial-interval=50ms",
				"nats.listener.retry.max-interval=300ms", "nats.jetstream.publish.timeout=1s")) {
			lab.listen((message) -> {
				if (Payloads.id(message).equals("0")) {
					runs.incrementAndGet();
					throw new IllegalStateException("poison");
				}
				lab.account().handle(message);
			});
			String letters = lab.stream() + "_DLQ";
			StreamConfiguration configuration = lab.management().getStreamInfo(letters).getConfiguration();
			lab.management().deleteStream(letters);
			lab.publish(0, 20);
			await().atMost(LONG).until(() -> runs.get() >= 2 && lab.account().different() == 19);
			await().during(Duration.ofSeconds(2))
				.atMost(Duration.ofSeconds(10))
				.until(() -> lab.consumer().getAckFloor().getStreamSequence() == 0);
			lab.management().addStream(configuration);
			await().atMost(LONG).until(() -> lab.letters() == 1);
			lab.awaitSettled();
		}
	}

	@Test
	@Tag("faults")
	void scenario38And39KeepDeadLettersWithinTheLimitsOfTheServer() throws Exception {
		try (Lab lab = new Lab(server.url(), "nats.listener.dead-letter.enabled=true",
				"nats.listener.dead-letter.include-stack-trace=true", "nats.listener.retry.max-attempts=1")) {
			lab.listen((message) -> {
				throw new IllegalStateException("x".repeat(1_000_000) + "\r\nNats-Msg-Id: forged \u00e9");
			});
			Headers headers = new Headers();
			for (int i = 0; i < 500; i++) {
				headers.add("Header-" + i, "x".repeat(80));
			}
			lab.template().publish(lab.subject(), Payloads.of("many headers"), headers);
			lab.template().publish(lab.subject(), Payloads.of("large", MAX_PAYLOAD - 500));
			await().atMost(LONG).ignoreExceptions().until(() -> lab.letters() == 2);
			lab.awaitSettled();
		}
	}

	@Test
	void scenario44NeverAcknowledgesWhatEndedWithAnError() throws Exception {
		Map<String, Integer> runs = new ConcurrentHashMap<>();
		try (Lab lab = new Lab(server.url(), "nats.listener.retry.initial-interval=50ms")) {
			ApplicationContext application = lab.listen((message) -> {
				int run = runs.merge(Payloads.id(message), 1, Integer::sum);
				if (run == 1) {
					throw new Error("first");
				}
				if (run == 2) {
					throw new OutOfMemoryError("second");
				}
				lab.account().handle(message);
			});
			lab.publish(0, 10);
			lab.awaitAll();
			assertThat(runs.values()).containsOnly(3);
			assertThat(Lab.status(application).state()).isEqualTo(State.RUNNING);
		}
	}

	@Test
	@Tag("faults")
	void scenario45AcknowledgesNothingThatAnExecutorRefuses() throws Exception {
		try (Lab lab = new Lab(server.url(), "$consumer.ack-wait=2s")) {
			AtomicBoolean closed = new AtomicBoolean(true);
			AtomicInteger refused = new AtomicInteger();
			Executor executor = (task) -> {
				if (closed.get()) {
					refused.incrementAndGet();
					throw new RejectedExecutionException("closed");
				}
				new Thread(task, "pool").start();
			};
			lab.publish(0, 10);
			ApplicationContext application = lab.run((context) -> {
				context.registerBean("pool", Executor.class, () -> executor);
				context.registerBean(PooledWorker.class, () -> new PooledWorker(lab.account()));
			});
			await().untilAsserted(() -> assertThat(refused).hasPositiveValue());
			await().during(Duration.ofSeconds(3))
				.atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(lab.consumer().getAckFloor().getStreamSequence()).isZero());
			assertThat(lab.account().total()).isZero();
			closed.set(false);
			lab.awaitAll();
			assertThat(lab.account().total()).isEqualTo(10);
			Lab.awaitState(application, State.RUNNING);
		}
	}

	record Order(String sku) {
	}

	static class OrderWorker {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "worker", stream = "${faults.stream}", consumer = "worker")
		void on(Order order) {
			this.seen.add(order.sku());
		}

	}

	static class PooledWorker {

		private final Account account;

		PooledWorker(Account account) {
			this.account = account;
		}

		@NatsListener(id = "worker", stream = "${faults.stream}", consumer = "worker", executor = "pool")
		void on(io.nats.client.Message message) {
			this.account.handle(message);
		}

	}

}
