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

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The subjects of the acknowledgements that were sent last. What was on its way when a
 * connection or the leader of a consumer went is lost without a word, and the server
 * delivers handled messages again; so they are sent once more. The server ignores those
 * that it has.
 */
final class RecentAcks {

	// Few enough for the outgoing queue of jnats, and without the messages: of 2,000 a
	// second, a quarter of a second
	private static final int SIZE = 512;

	private final AtomicReferenceArray<@Nullable String> subjects = new AtomicReferenceArray<>(SIZE);

	private final AtomicInteger next = new AtomicInteger();

	void add(String subject) {
		this.subjects.lazySet(Math.floorMod(this.next.getAndIncrement(), SIZE), subject);
	}

	/**
	 * Forget them: they would hit others.
	 */
	void clear() {
		for (int i = 0; i < SIZE; i++) {
			this.subjects.set(i, null);
		}
	}

	/**
	 * Send them again.
	 * @param send sends one; {@code false} if that cannot be done now, then the rest is
	 * left out
	 */
	void repeat(Predicate<String> send) {
		for (int i = 0; i < SIZE; i++) {
			String subject = this.subjects.get(i);
			if (subject != null && !send.test(subject)) {
				return;
			}
		}
	}

}
