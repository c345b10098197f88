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

package io.github.natsspring.core;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CompletionPool}.
 */
@Timeout(60)
class CompletionPoolTests {

	private static final int SIZE = Math.max(4, Runtime.getRuntime().availableProcessors());

	private final Logger logger = (Logger) LoggerFactory.getLogger(CompletionPool.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final CompletionPool pool = new CompletionPool("pool");

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	@BeforeEach
	void startLog() {
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void stopLog() {
		this.logger.detachAppender(this.log);
	}

	@Test
	void completesWhatAllThreadsWaitForAndWarns() {
		CountDownLatch completed = new CountDownLatch(1);
		CountDownLatch ended = new CountDownLatch(SIZE);
		execute(SIZE, () -> {
			await(completed);
			ended.countDown();
		});
		Awaitility.await().until(() -> this.threads.size() == SIZE);
		execute(1, completed::countDown);
		await(ended);
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getFormattedMessage())
				.startsWith("All threads 'pool' wait in callbacks of futures"));
	}

	@Test
	void doesNotWarnOfCallbacksThatOnlyTakeLong() {
		int count = SIZE + 2;
		CountDownLatch ended = new CountDownLatch(count);
		execute(count, () -> {
			// So long that others are started
			while (this.threads.size() <= SIZE) {
				Thread.onSpinWait();
			}
			ended.countDown();
		});
		await(ended);
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void warnsWhenManyThreadsWereStarted() {
		int count = SIZE + 20;
		CountDownLatch released = new CountDownLatch(1);
		execute(count, () -> {
			while (released.getCount() > 0) {
				Thread.onSpinWait();
			}
		});
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !this.log.list.isEmpty());
		released.countDown();
		assertThat(this.threads).hasSizeGreaterThan(SIZE);
	}

	private void execute(int count, Runnable callback) {
		for (int i = 0; i < count; i++) {
			this.pool.execute(() -> {
				this.threads.add(Thread.currentThread());
				callback.run();
			});
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
