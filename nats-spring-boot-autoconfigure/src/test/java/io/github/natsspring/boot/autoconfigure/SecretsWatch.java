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

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Logs everything, and looks for secrets in all that is logged or printed: those that
 * have the marker of the tests, and any seed or JWT.
 */
final class SecretsWatch implements AutoCloseable {

	/**
	 * A part of each password and token of the tests.
	 */
	static final String MARKER = "T0PSECRET";

	private static final Pattern SECRET = Pattern
		.compile("T[O0]PSECRET|\\bS[UAO][A-Z2-7]{56}\\b|\\beyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+");

	/**
	 * Spring Boot's reader of YAML shows whole files at debug. It has read those of an
	 * application before that has its levels of logging.
	 */
	private static final String OTHERS = "org.springframework.boot.env.OriginTrackedYamlLoader";

	private static final int MANY = 20;

	private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final java.util.logging.Logger jdkRoot = java.util.logging.Logger.getLogger("");

	// Kept, since the JDK forgets the level of one that nobody holds
	private final java.util.logging.Logger jdkNats = java.util.logging.Logger.getLogger("io.nats");

	private final Queue<String> found = new ConcurrentLinkedQueue<>();

	private final AtomicInteger traces = new AtomicInteger();

	private final Level level = this.root.getLevel();

	private final PrintStream out = System.out;

	private final PrintStream err = System.err;

	private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {

		@Override
		protected void append(ILoggingEvent event) {
			if (event.getLevel() == Level.TRACE) {
				SecretsWatch.this.traces.incrementAndGet();
			}
			if (event.getLoggerName().equals(OTHERS)) {
				return;
			}
			look(event.getLoggerName(), event.getFormattedMessage());
			if (event.getThrowableProxy() != null) {
				look(event.getLoggerName(), ThrowableProxyUtil.asString(event.getThrowableProxy()));
			}
		}

	};

	private final Handler handler = new Handler() {

		@Override
		public void publish(LogRecord logged) {
			look(logged.getLoggerName(), String.valueOf(logged.getMessage()));
			Throwable thrown = logged.getThrown();
			for (int i = 0; thrown != null && i < MANY; i++) {
				look(logged.getLoggerName(), thrown.toString());
				thrown = thrown.getCause();
			}
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	};

	SecretsWatch() {
		// The console shows no more than without
		for (Iterator<Appender<ILoggingEvent>> appenders = this.root.iteratorForAppenders(); appenders.hasNext();) {
			ThresholdFilter filter = new ThresholdFilter();
			filter.setLevel(this.level.toString());
			filter.start();
			appenders.next().addFilter(filter);
		}
		this.appender.start();
		this.root.addAppender(this.appender);
		this.root.setLevel(Level.TRACE);
		this.handler.setLevel(java.util.logging.Level.ALL);
		this.jdkRoot.addHandler(this.handler);
		this.jdkNats.setLevel(java.util.logging.Level.ALL);
		System.setOut(watched(this.out));
		System.setErr(watched(this.err));
	}

	/**
	 * Look for secrets in what is shown elsewhere, such as health and failure analyses.
	 */
	void look(String where, String text) {
		if (this.found.size() < MANY && SECRET.matcher(text).find()) {
			text.lines()
				.filter((line) -> SECRET.matcher(line).find())
				.limit(2)
				.forEach((line) -> this.found.add(where + ": " + line));
		}
	}

	/**
	 * Where something secret was shown, at most some of the places.
	 */
	Queue<String> found() {
		return this.found;
	}

	/**
	 * How many lines were logged at the finest level.
	 */
	int traces() {
		return this.traces.get();
	}

	private PrintStream watched(PrintStream target) {
		return new PrintStream(new Lines(target), true, StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		System.setOut(this.out);
		System.setErr(this.err);
		this.jdkNats.setLevel(null);
		this.jdkRoot.removeHandler(this.handler);
		this.root.setLevel(this.level);
		this.root.detachAppender(this.appender);
		this.root.iteratorForAppenders().forEachRemaining(Appender::clearAllFilters);
	}

	/**
	 * Looks at what is printed, line by line.
	 */
	private final class Lines extends FilterOutputStream {

		private final StringBuffer line = new StringBuffer();

		Lines(OutputStream target) {
			super(target);
		}

		@Override
		public void write(int b) throws IOException {
			this.out.write(b);
			look(b);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			this.out.write(bytes, offset, length);
			for (int i = offset; i < offset + length; i++) {
				look(bytes[i]);
			}
		}

		private void look(int b) {
			if (b != '\n') {
				this.line.append((char) (b & 0xff));
				return;
			}
			String text = this.line.toString();
			this.line.setLength(0);
			SecretsWatch.this.look("output", text);
		}

	}

}
