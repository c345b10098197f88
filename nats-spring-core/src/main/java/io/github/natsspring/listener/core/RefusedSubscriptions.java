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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.natsspring.connection.Redaction;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a container that the user has no permission for. The server does
 * not say when there is one again, so it is asked: by subscribing once more.
 */
final class RefusedSubscriptions {

	private static final Log logger = LogFactory.getLog(RefusedSubscriptions.class);

	// Of a thread that all containers share
	private static final Duration TIMEOUT = Duration.ofMillis(500);

	private final String id;

	private final CoreContainerSettings settings;

	private final Subscriber subscriber;

	private final Consumer<@Nullable String> onChange;

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<String, Refusal> refusals = new TreeMap<>();

	/**
	 * Create a registration of nothing yet.
	 * @param onChange told why messages do not come, or {@code null} when they do again
	 */
	RefusedSubscriptions(String id, CoreContainerSettings settings, Subscriber subscriber,
			Consumer<@Nullable String> onChange) {
		this.id = id;
		this.settings = settings;
		this.subscriber = subscriber;
		this.onChange = onChange;
	}

	/**
	 * The server reported an error, which may be about something else. On any thread;
	 * does not block.
	 */
	void serverError(String error) {
		String subject = findSubject(error);
		if (subject == null || this.subscriber.isStopped()) {
			return;
		}
		String reason = "the server refuses its subscription: " + Redaction.redact(error);
		boolean first;
		this.lock.lock();
		try {
			first = this.refusals.put(subject, new Refusal(reason)) == null;
		}
		finally {
			this.lock.unlock();
		}
		if (first) {
			logger.error("Listener '%s' receives nothing of '%s': %s".formatted(this.id, subject, reason));
			this.onChange.accept(reason);
		}
	}

	private @Nullable String findSubject(String error) {
		String queue = this.settings.queue();
		for (String subject : this.settings.subjects()) {
			String refused = "Subscription to \"%s\"".formatted(subject);
			boolean found = (queue != null) ? error.contains(refused + " using queue \"%s\"".formatted(queue))
					: error.contains(refused) && !error.contains(refused + " using queue ");
			if (found) {
				return subject;
			}
		}
		return null;
	}

	/**
	 * Called about once a second by the timer. A refusal comes before the answer to what
	 * is asked behind the subscription, but on another thread: there is a second for it.
	 */
	void check() {
		Map<String, Refusal> tried;
		boolean changed = false;
		String reason;
		this.lock.lock();
		try {
			if (this.refusals.isEmpty()) {
				return;
			}
			if (!this.subscriber.isAttached()) {
				// Not subscribed on purpose, and asked for anew afterwards
				this.refusals.clear();
				changed = true;
			}
			changed |= this.refusals.values().removeIf(Refusal::isOver);
			reason = this.refusals.values().stream().map(Refusal::reason).findFirst().orElse(null);
			tried = new TreeMap<>(this.refusals);
		}
		finally {
			this.lock.unlock();
		}
		if (changed) {
			if (reason == null) {
				logger.info("Listener '%s' is subscribed again".formatted(this.id));
			}
			this.onChange.accept(reason);
		}
		if (!tried.isEmpty() && this.subscriber.subscribeAgain(tried.keySet(), TIMEOUT)) {
			tried.values().forEach(Refusal::tried);
		}
	}

	/**
	 * What the server said last of a subject. Another one takes its place when it says so
	 * again.
	 */
	private static final class Refusal {

		private final String reason;

		private volatile boolean tried;

		Refusal(String reason) {
			this.reason = reason;
		}

		String reason() {
			return this.reason;
		}

		void tried() {
			this.tried = true;
		}

		boolean isOver() {
			return this.tried;
		}

	}

}
