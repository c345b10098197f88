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
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Logs one line a second at most, with the number of those that were left out. All of
 * them are logged at debug.
 */
final class ThrottledLog {

	private static final long PERIOD = Duration.ofSeconds(1).toNanos();

	private final Log log;

	private final AtomicLong next = new AtomicLong(System.nanoTime());

	private final AtomicLong leftOut = new AtomicLong();

	ThrottledLog(Log log) {
		this.log = log;
	}

	void warn(String text, @Nullable Throwable ex) {
		if (due(text, ex)) {
			this.log.warn(withLeftOut(text), ex);
		}
	}

	void error(String text, @Nullable Throwable ex) {
		if (due(text, ex)) {
			this.log.error(withLeftOut(text), ex);
		}
	}

	private boolean due(String text, @Nullable Throwable ex) {
		long now = System.nanoTime();
		long due = this.next.get();
		if (now - due >= 0 && this.next.compareAndSet(due, now + PERIOD)) {
			return true;
		}
		this.leftOut.incrementAndGet();
		this.log.debug(text, ex);
		return false;
	}

	private String withLeftOut(String text) {
		long count = this.leftOut.getAndSet(0);
		return (count > 0) ? text + " (and %d more failures since the last line)".formatted(count) : text;
	}

}
