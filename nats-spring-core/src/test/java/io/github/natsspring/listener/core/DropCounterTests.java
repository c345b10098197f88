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

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DropCounter}.
 */
class DropCounterTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(DropCounter.class);

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

	private final DropCounter counter = new DropCounter("slow", 10, this.clock::get);

	@BeforeEach
	void listen() {
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.appender);
	}

	@Test
	void logsAtMostOnceASecondAndCountsAll() {
		for (int i = 0; i < 100; i++) {
			this.counter.dropped();
		}
		assertThat(this.appender.list).hasSize(1);
		this.clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
		this.counter.dropped();
		assertThat(this.appender.list).hasSize(2);
		assertThat(this.appender.list.get(1).getFormattedMessage()).contains("'slow'").contains("100 messages");
		this.counter.dropped();
		this.counter.report();
		this.counter.report();
		assertThat(this.appender.list).hasSize(3);
		assertThat(this.counter.count()).isEqualTo(102);
	}

}
