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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HandOver}.
 */
@Timeout(30)
class HandOverTests {

	@ParameterizedTest
	@MethodSource
	void givesAtOnceToThoseThatComeBackAtOnce(Executor executor) {
		assertThat(HandOver.isPrompt(executor)).isTrue();
	}

	static Stream<Executor> givesAtOnceToThoseThatComeBackAtOnce() {
		ThreadPoolTaskExecutor running = new ThreadPoolTaskExecutor();
		running.setDaemon(true);
		running.initialize();
		return Stream.of(new SimpleAsyncTaskExecutor(), running, pool(new ThreadPoolExecutor.AbortPolicy()),
				new ForkJoinPool(1), new ConcurrentTaskExecutor(pool(new ThreadPoolExecutor.AbortPolicy())));
	}

	@ParameterizedTest
	@MethodSource
	void givesOnAThreadOfItsOwnToThoseThatMayBlockOrRunTheTaskThemselves(Executor executor) throws Exception {
		assertThat(HandOver.isPrompt(executor)).isFalse();
		CompletableFuture<Thread> runner = new CompletableFuture<>();
		HandOver.to(executor).submit(task(runner));
		assertThat(runner.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
	}

	static Stream<Executor> givesOnAThreadOfItsOwnToThoseThatMayBlockOrRunTheTaskThemselves() {
		SimpleAsyncTaskExecutor throttled = new SimpleAsyncTaskExecutor();
		throttled.setConcurrencyLimit(1);
		return Stream.of(throttled, pool(new ThreadPoolExecutor.CallerRunsPolicy()),
				pool((task, executor) -> task.run()), new SyncTaskExecutor(), (Executor) Runnable::run);
	}

	@Test
	void comesBackAlthoughTheExecutorBlocks() throws Exception {
		SimpleAsyncTaskExecutor throttled = new SimpleAsyncTaskExecutor();
		throttled.setConcurrencyLimit(1);
		CountDownLatch gate = new CountDownLatch(1);
		throttled.execute(() -> awaitUninterrupted(gate));
		CompletableFuture<Thread> runner = new CompletableFuture<>();
		long start = System.nanoTime();
		HandOver.to(throttled).submit(task(runner));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
		assertThat(runner).isNotDone();
		gate.countDown();
		assertThat(runner.get(10, TimeUnit.SECONDS)).isNotNull();
	}

	@Test
	void tellsTheTaskOfWhateverTheExecutorThrows() throws Exception {
		CompletableFuture<Throwable> refusal = new CompletableFuture<>();
		HandOver.to((task) -> {
			throw new InternalError("no thread, expected by the test");
		}).submit(new HandOver.Task() {

			@Override
			public void refused(Throwable reason) {
				refusal.complete(reason);
			}

			@Override
			public void run() {
			}

		});
		assertThat(refusal.get(10, TimeUnit.SECONDS)).isInstanceOf(InternalError.class);
	}

	private static ThreadPoolExecutor pool(RejectedExecutionHandler handler) {
		return new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), handler);
	}

	private static HandOver.Task task(CompletableFuture<Thread> runner) {
		return new HandOver.Task() {

			@Override
			public void refused(Throwable reason) {
				runner.completeExceptionally(reason);
			}

			@Override
			public void run() {
				runner.complete(Thread.currentThread());
			}

		};
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
