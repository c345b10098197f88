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

package io.github.natsspring.listener.adapter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.listener.RequestListener;
import io.github.natsspring.support.SubjectTemplate;
import io.github.natsspring.support.Subjects;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Gives each message to the listener that its subject is for. Literal subjects are found
 * in a map, others by their patterns; what was found is kept for as many subjects as
 * there are slots, each of which holds the last subject that fell on it. Safe for use by
 * several threads.
 */
public final class HandlerDispatcher implements RequestListener {

	// A power of two
	private static final int SLOTS = 512;

	private final String description;

	private final Map<String, NatsMessageListener> literals = new HashMap<>();

	private final Route[] patterns;

	// Whoever reads an older one, or none, looks again
	private final @Nullable Found[] found = new @Nullable Found[SLOTS];

	/**
	 * Create a dispatcher.
	 * @param description the listener in messages
	 * @param routes subjects and listeners, of which one at most matches a subject
	 */
	public HandlerDispatcher(String description, List<Route> routes) {
		this.description = description;
		this.patterns = routes.stream()
			.map((route) -> new Route(route.subjects().stream().filter(HandlerDispatcher::isPattern).toList(),
					route.listener()))
			.filter((route) -> !route.subjects().isEmpty())
			.toArray(Route[]::new);
		for (Route route : routes) {
			route.subjects()
				.stream()
				.filter((subject) -> !isPattern(subject))
				.forEach((subject) -> this.literals.put(subject.pattern(), route.listener()));
		}
	}

	private static boolean isPattern(SubjectTemplate subject) {
		return !Subjects.isLiteral(subject.pattern());
	}

	@Override
	public void onMessage(Message message, Acknowledgment acknowledgment) throws Exception {
		require(message).onMessage(message, acknowledgment);
	}

	@Override
	public @Nullable CompletionStage<?> handle(Message message, Acknowledgment acknowledgment) throws Exception {
		return require(message).handle(message, acknowledgment);
	}

	@Override
	public void refuse(Message request, Throwable failure) {
		if (find(request.getSubject()) instanceof RequestListener listener) {
			listener.refuse(request, failure);
		}
	}

	private NatsMessageListener require(Message message) {
		NatsMessageListener listener = find(message.getSubject());
		if (listener == null) {
			throw new IllegalStateException("No handler of %s matches the subject '%s'".formatted(this.description,
					Subjects.printable(message.getSubject())));
		}
		return listener;
	}

	/**
	 * The listener for a subject, or {@code null} if there is none.
	 */
	@Nullable NatsMessageListener find(String subject) {
		NatsMessageListener literal = this.literals.get(subject);
		if (literal != null || this.patterns.length == 0) {
			return literal;
		}
		int hash = subject.hashCode();
		int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
		Found last = this.found[slot];
		if (last != null && last.subject().equals(subject)) {
			return last.listener();
		}
		for (Route route : this.patterns) {
			if (route.matches(subject)) {
				this.found[slot] = new Found(subject, route.listener());
				return route.listener();
			}
		}
		return null;
	}

	@Override
	public String toString() {
		return this.description;
	}

	/**
	 * A listener and what is for it.
	 *
	 * @param subjects subjects or patterns
	 * @param listener handles what matches
	 */
	public record Route(List<SubjectTemplate> subjects, NatsMessageListener listener) {

		public Route {
			subjects = List.copyOf(subjects);
		}

		boolean matches(String subject) {
			for (SubjectTemplate template : this.subjects) {
				if (template.matches(subject)) {
					return true;
				}
			}
			return false;
		}

	}

	private record Found(String subject, NatsMessageListener listener) {
	}

}
