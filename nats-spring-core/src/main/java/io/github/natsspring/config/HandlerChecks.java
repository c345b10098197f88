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

package io.github.natsspring.config;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.support.SubjectTemplate;
import io.github.natsspring.support.Subjects;

/**
 * Refuses listeners with several handlers that could not tell which one a message is for:
 * each subject that they get has to match exactly one.
 */
final class HandlerChecks {

	private final NatsListenerEndpoint endpoint;

	private final List<NatsListenerHandler> handlers;

	private HandlerChecks(NatsListenerEndpoint endpoint) {
		this.endpoint = endpoint;
		this.handlers = endpoint.getHandlers();
	}

	/**
	 * Check what can be said without the server.
	 */
	static void check(NatsListenerEndpoint endpoint) {
		if (endpoint.getHandlers().isEmpty()) {
			return;
		}
		HandlerChecks checks = new HandlerChecks(endpoint);
		checks.checkSubjects();
		checks.checkDistinct();
		checks.checkUsed();
		endpoint.getSubjects().forEach((subject) -> checks.checkCovered(subject.pattern(), "it listens to"));
		if (endpoint.isBatch()) {
			throw checks.failure(
					"its 'batchSize' is %d, and it has several handlers, each of which takes one kind of message"
						.formatted(endpoint.getBatchSize()),
					"Remove 'batchSize', or give each kind of message a method with a @NatsListener and a consumer of its own");
		}
	}

	/**
	 * Check the filters of a consumer that is on the server.
	 */
	static void checkFilters(NatsListenerEndpoint endpoint, String consumer, String stream, List<String> filters) {
		HandlerChecks checks = new HandlerChecks(endpoint);
		filters.forEach((filter) -> checks.checkCovered(filter,
				"its consumer '%s' of stream '%s' delivers".formatted(consumer, stream)));
	}

	/**
	 * Check that the handlers have what an ack mode takes.
	 */
	static void checkAcknowledgment(NatsListenerEndpoint endpoint, AckMode ackMode) {
		for (NatsListenerHandler handler : endpoint.getHandlers()) {
			boolean present = hasAcknowledgment(handler.method());
			if (ackMode == AckMode.MANUAL && !present) {
				throw new HandlerChecks(endpoint).failure(
						"its ack mode is 'manual', and the handler %s has no Acknowledgment parameter to settle messages with"
							.formatted(handler.method().getName()),
						"Add a parameter of the type %s, or set the ack mode 'auto'"
							.formatted(Acknowledgment.class.getName()));
			}
			if (ackMode == AckMode.NONE && present) {
				throw new HandlerChecks(endpoint).failure(
						"%s, and the handler %s has an Acknowledgment parameter, although there is nothing to settle"
							.formatted(endpoint.isOrdered() ? "its 'ordered' is true" : "its ack mode is 'none'",
									handler.method().getName()),
						"Remove the parameter, or %s"
							.formatted(endpoint.isOrdered() ? "remove 'ordered'" : "set another ack mode"));
			}
		}
	}

	private static boolean hasAcknowledgment(Method method) {
		return Arrays.asList(method.getParameterTypes()).contains(Acknowledgment.class);
	}

	private void checkSubjects() {
		for (NatsListenerHandler handler : this.handlers) {
			if (handler.subjects().isEmpty()) {
				throw failure("the handler %s has no subject".formatted(handler.method().getName()),
						"Set 'subjects' of its @NatsHandler");
			}
		}
	}

	private void checkDistinct() {
		for (int i = 0; i < this.handlers.size(); i++) {
			for (int j = i + 1; j < this.handlers.size(); j++) {
				checkDistinct(this.handlers.get(i), this.handlers.get(j));
			}
		}
	}

	private void checkDistinct(NatsListenerHandler one, NatsListenerHandler other) {
		for (SubjectTemplate first : one.subjects()) {
			for (SubjectTemplate second : other.subjects()) {
				if (Subjects.overlap(first.pattern(), second.pattern())) {
					throw failure(
							"the subject '%s' matches both '%s' of the handler %s and '%s' of the handler %s".formatted(
									SubjectPatterns.common(first.pattern(), second.pattern()), first,
									one.method().getName(), second, other.method().getName()),
							"Narrow one of the two subjects, so that each message has one handler");
				}
			}
		}
	}

	/**
	 * Whoever writes a handler expects it to be called.
	 */
	private void checkUsed() {
		List<SubjectTemplate> subjects = this.endpoint.getSubjects();
		for (NatsListenerHandler handler : this.handlers) {
			for (SubjectTemplate own : handler.subjects()) {
				if (subjects.stream().noneMatch((subject) -> Subjects.overlap(subject.pattern(), own.pattern()))) {
					throw failure(
							"the handler %s is for '%s', and no subject that the class listens to %s matches it"
								.formatted(handler.method().getName(), own, subjects),
							"Correct the subject of the handler, or add it to those of the class");
				}
			}
		}
	}

	private void checkCovered(String filter, String what) {
		List<String> patterns = this.handlers.stream()
			.flatMap((handler) -> handler.subjects().stream())
			.map(SubjectTemplate::pattern)
			.toList();
		String uncovered = SubjectCoverage.findUncovered(filter, patterns);
		if (uncovered != null) {
			throw failure(
					"%s '%s', and no handler matches a subject such as '%s'; there are %s".formatted(what, filter,
							uncovered, this.handlers.stream().map(NatsListenerHandler::describe).toList()),
					"Add a @NatsHandler method for it, widen the subject of one, or narrow what the listener gets");
		}
	}

	private NatsListenerException failure(String problem, String action) {
		return new NatsListenerException(this.endpoint.getDescription(), problem, action);
	}

}
