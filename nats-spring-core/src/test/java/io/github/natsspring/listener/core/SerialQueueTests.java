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

package io.github.natsspring.listener.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SerialQueue}.
 */
@Timeout(30)
class SerialQueueTests {

	private final Deque<Runnable> tasks = new ArrayDeque<>();

	private final List<String> handled = new ArrayList<>();

	@Test
	void refusesWhatIsAboveTheBoundAndAcceptsAgainLater() {
		SerialQueue queue = queue(2, this.tasks::add, this::handle);
		assertThat(queue.offer(message("1"))).isTrue();
		assertThat(queue.offer(message("2"))).isTrue();
		assertThat(queue.offer(message("3"))).isFalse();
		assertThat(queue.size()).isEqualTo(2);
		assertThat(this.tasks).hasSize(1);
		this.tasks.remove().run();
		assertThat(this.handled).containsExactly("1", "2");
		assertThat(queue.size()).isZero();
		assertThat(queue.offer(message("4"))).isTrue();
		this.tasks.remove().run();
		assertThat(this.handled).containsExactly("1", "2", "4");
	}

	@Test
	void handlesEverythingInOrderAndOneAtATime() throws Exception {
		int count = 200_000;
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			AtomicInteger running = new AtomicInteger();
			AtomicInteger most = new AtomicInteger();
			ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
			SerialQueue queue = queue(count, executor, (message) -> {
				most.accumulateAndGet(running.incrementAndGet(), Math::max);
				order.add(Integer.valueOf(message.getSubject()));
				running.decrementAndGet();
			});
			for (int i = 0; i < count; i++) {
				assertThat(queue.offer(message(Integer.toString(i)))).isTrue();
			}
			queue.awaitIdle(System.nanoTime() + TimeUnit.SECONDS.toNanos(20));
			assertThat(List.copyOf(order)).hasSize(count).isSorted();
			assertThat(most).hasValue(1);
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void keepsMessagesWhenTheExecutorRefusesAndTriesAgainByItself() {
		AtomicInteger refusals = new AtomicInteger(2);
		BlockingQueue<Runnable> accepted = new LinkedBlockingQueue<>();
		SerialQueue queue = queue(10, (task) -> {
			if (refusals.getAndDecrement() > 0) {
				throw new RejectedExecutionException("expected by the test");
			}
			accepted.add(task);
		}, this::handle);
		assertThat(queue.offer(message("1"))).isTrue();
		await().until(() -> !accepted.isEmpty());
		accepted.remove().run();
		assertThat(this.handled).containsExactly("1");
	}

	@Test
	void discardsAndRefusesWhenItIsClosed() throws Exception {
		SerialQueue queue = queue(10, this.tasks::add, this::handle);
		queue.offer(message("1"));
		queue.offer(message("2"));
		queue.awaitIdle(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20));
		assertThat(queue.close()).isEqualTo(2);
		assertThat(queue.offer(message("3"))).isFalse();
		this.tasks.remove().run();
		assertThat(this.handled).isEmpty();
	}

	@Test
	void beginsNothingWhileItIsHeldAndKeepsWhatComes() throws Exception {
		SerialQueue queue = queue(10, this.tasks::add, this::handle);
		queue.offer(message("1"));
		queue.hold();
		queue.offer(message("2"));
		this.tasks.remove().run();
		assertThat(this.tasks).isEmpty();
		assertThat(this.handled).isEmpty();
		// There is nothing to wait for
		long start = System.nanoTime();
		queue.awaitIdle(start + TimeUnit.SECONDS.toNanos(10));
		assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(5));
		queue.release();
		this.tasks.remove().run();
		assertThat(this.handled).containsExactly("1", "2");
	}

	@Test
	void goesOnAfterTheExecutorCouldMakeNoThread() {
		AtomicInteger failures = new AtomicInteger(2);
		BlockingQueue<Runnable> accepted = new LinkedBlockingQueue<>();
		SerialQueue queue = queue(10, (task) -> {
			if (failures.getAndDecrement() > 0) {
				throw new InternalError("no thread, expected by the test");
			}
			accepted.add(task);
		}, this::handle);
		assertThat(queue.offer(message("1"))).isTrue();
		await().until(() -> !accepted.isEmpty());
		accepted.remove().run();
		assertThat(this.handled).containsExactly("1");
	}

	@Test
	void handlesOneAtATimeAlthoughTheExecutorKeptWhatItRefused() throws Exception {
		BlockingQueue<Runnable> kept = new LinkedBlockingQueue<>();
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CountDownLatch gate = new CountDownLatch(1);
		SerialQueue queue = queue(10, (task) -> {
			kept.add(task);
			if (kept.size() == 1) {
				throw new InternalError("no thread, expected by the test");
			}
		}, (message) -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			awaitUninterrupted(gate);
			running.decrementAndGet();
		});
		queue.offer(message("1"));
		queue.offer(message("2"));
		await().until(() -> kept.size() == 2);
		List<Thread> threads = kept.stream().map(Thread::new).toList();
		threads.forEach(Thread::start);
		await().until(() -> running.get() == 1);
		// The other one finds nothing to do
		await().until(() -> threads.stream().filter(Thread::isAlive).count() == 1);
		gate.countDown();
		for (Thread thread : threads) {
			thread.join(10_000);
		}
		assertThat(queue.size()).isZero();
		assertThat(most).hasValue(1);
	}

	@Test
	void tellsOfAnExecutorThatRefuses() {
		AtomicInteger refusals = new AtomicInteger(1);
		BlockingQueue<Runnable> accepted = new LinkedBlockingQueue<>();
		SerialQueue queue = queue(10, (task) -> {
			if (refusals.getAndDecrement() > 0) {
				throw new RejectedExecutionException("no room for the test");
			}
			accepted.add(task);
		}, this::handle);
		queue.offer(message("1"));
		assertThat(queue.trouble()).isNotNull();
		assertThat(queue.trouble().reason()).isEqualTo("its executor takes no more tasks: no room for the test");
		await().until(() -> !accepted.isEmpty());
		accepted.remove().run();
		assertThat(queue.trouble()).isNull();
	}

	@Test
	void tellsOfAnExecutorThatDoesNotBegin() {
		SerialQueue queue = queue(10, this.tasks::add, this::handle);
		queue.offer(message("1"));
		queue.check();
		assertThat(queue.trouble()).isNull();
		queue.check();
		assertThat(queue.trouble()).isNotNull();
		assertThat(queue.trouble().reason()).isEqualTo("its executor has no free thread for it");
		this.tasks.remove().run();
		assertThat(queue.trouble()).isNull();
		queue.check();
		queue.check();
		assertThat(queue.trouble()).isNull();
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static SerialQueue queue(int capacity, Executor executor, Consumer<Message> handler) {
		return new SerialQueue("test", capacity, HandOver.directlyTo(executor),
				(message, first) -> handler.accept(message));
	}

	private void handle(Message message) {
		this.handled.add(message.getSubject());
	}

	private Message message(String subject) {
		return NatsMessage.builder().subject(subject).build();
	}

}
