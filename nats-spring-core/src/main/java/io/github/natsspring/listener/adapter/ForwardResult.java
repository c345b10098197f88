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

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.github.natsspring.listener.FatalListenerException;
import io.github.natsspring.support.SubjectTemplate;
import io.github.natsspring.support.Subjects;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;

/**
 * Sends what a method returns on to other subjects. Each element of a collection is a
 * message of its own, and nothing is none.
 */
final class ForwardResult implements ResultHandler {

	private final List<SubjectTemplate> targets;

	private final ResultWriter writer;

	private final Outlet outlet;

	ForwardResult(List<SubjectTemplate> targets, ResultWriter writer, Outlet outlet) {
		this.targets = targets;
		this.writer = writer;
		this.outlet = outlet;
	}

	@Override
	public @Nullable CompletionStage<?> handle(Invocation invocation, @Nullable Object result) {
		Object value = (result instanceof Optional<?> optional) ? optional.orElse(null) : result;
		if (value == null) {
			return null;
		}
		List<String> subjects = subjects(invocation);
		List<CompletionStage<?>> sent = new ArrayList<>();
		if (value instanceof Collection<?> elements) {
			int index = 0;
			for (Object element : elements) {
				if (element != null) {
					send(invocation, subjects, index, element, sent);
				}
				index++;
			}
		}
		else {
			send(invocation, subjects, 0, value, sent);
		}
		return all(sent);
	}

	/**
	 * Send each value of a stream of values when it comes.
	 */
	ResultHandler each(ReactiveAdapter adapter, Supplier<Executor> executor) {
		return (invocation, result) -> {
			if (result == null) {
				return null;
			}
			List<String> subjects = subjects(invocation);
			return ReactiveResults.each(adapter, result, executor.get(), (index, element) -> {
				List<CompletionStage<?>> sent = new ArrayList<>();
				send(invocation, subjects, index, element, sent);
				return all(sent);
			});
		};
	}

	private List<String> subjects(Invocation invocation) {
		List<String> subjects = new ArrayList<>(this.targets.size());
		for (SubjectTemplate target : this.targets) {
			String subject = target.expand(invocation.variables());
			if (Subjects.isReserved(subject)) {
				// Chosen by whoever published the message
				throw new FatalListenerException(
						"The result cannot be sent to '%s', which belongs to the server; the subject '%s' of the message led there"
							.formatted(subject, Subjects.printable(invocation.message().getSubject())));
			}
			subjects.add(subject);
		}
		return subjects;
	}

	private void send(Invocation invocation, List<String> subjects, long index, Object value,
			List<CompletionStage<?>> sent) {
		Headers headers = new Headers();
		byte[] body = this.writer.write(invocation.message(), value, headers);
		long number = index * subjects.size();
		for (String subject : subjects) {
			sent.add(this.outlet.send(invocation.message(), number++, subject, headers, body));
		}
	}

	private static CompletionStage<?> all(List<CompletionStage<?>> sent) {
		if (sent.size() == 1) {
			return sent.get(0);
		}
		return CompletableFuture
			.allOf(sent.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new));
	}

}
