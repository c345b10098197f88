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
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * Ends the pulling of a container. What the server sends in the moment an inbox goes away
 * is lost until ack-wait, so the pulls that are being served are used up first.
 */
final class PullEnd {

	// Without a message for so long, a pull that waits is not being served
	private static final Duration QUIET = Duration.ofMillis(50);

	private static final Duration PERIOD = Duration.ofMillis(1);

	private static final Duration LONGEST = Duration.ofMillis(500);

	private PullEnd() {
	}

	/**
	 * Pull no more; waits half a second at most.
	 * @return the inbox that was used last; messages may still arrive at it
	 */
	static @Nullable Inbox end(PullEngine engine) {
		engine.pause();
		long deadline = System.nanoTime() + LONGEST.toNanos();
		while (engine.isServed(QUIET.toNanos()) && deadline - System.nanoTime() > 0) {
			LockSupport.parkNanos(PERIOD.toNanos());
		}
		return engine.detach();
	}

}
