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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the library logs from warnings on.
 */
final class LogCapture implements AutoCloseable {

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.natsspring");

	private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

	private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {

		@Override
		protected void append(ILoggingEvent event) {
			if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
				LogCapture.this.events.add(event);
			}
		}

	};

	LogCapture() {
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	List<String> lines() {
		return this.events.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	/**
	 * No cause has more than about one line a second, and one for each time it came.
	 * @param faults how often
	 */
	void assertPaced(int faults) {
		Map<String, List<Long>> causes = new HashMap<>();
		this.events.forEach((event) -> causes
			.computeIfAbsent(event.getFormattedMessage().replaceAll("[0-9]+", "#"), (cause) -> new ArrayList<>())
			.add(event.getTimeStamp()));
		causes.forEach((cause, times) -> {
			long seconds = (times.get(times.size() - 1) - times.get(0)) / 1000;
			assertThat((long) times.size()).as(cause).isLessThanOrEqualTo(seconds + 1 + faults);
		});
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.appender);
	}

}
