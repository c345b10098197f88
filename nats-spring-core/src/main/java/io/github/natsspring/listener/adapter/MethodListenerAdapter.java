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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.AsyncResults;
import io.github.natsspring.listener.RequestListener;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Calls a method by a plan that was made at the start. Safe for use by several threads.
 */
final class MethodListenerAdapter implements RequestListener {

	// For those who want to wait on their thread
	private static final Duration LONGEST = Duration.ofMinutes(30);

	private final MethodCall method;

	private final Argument[] arguments;

	private final List<SubjectTemplate> subjects;

	private final NatsHeaderMapper headerMapper;

	private final @Nullable ResultHandler results;

	/**
	 * Create an adapter.
	 * @param method the method
	 * @param arguments one for each parameter
	 * @param subjects the patterns whose variables arguments may ask for
	 * @param headerMapper maps headers
	 * @param results deals with what the method returns, or {@code null} for a method
	 * that returns nothing
	 */
	MethodListenerAdapter(ListenerMethod method, Argument[] arguments, List<SubjectTemplate> subjects,
			NatsHeaderMapper headerMapper, @Nullable ResultHandler results) {
		this.method = new MethodCall(method);
		this.arguments = arguments;
		this.subjects = subjects;
		this.headerMapper = headerMapper;
		this.results = results;
	}

	@Override
	public void onMessage(Message message, Acknowledgment acknowledgment) throws Exception {
		CompletionStage<?> result = handle(message, acknowledgment);
		if (result != null) {
			AsyncResults.await(result, LONGEST);
		}
	}

	@Override
	public @Nullable CompletionStage<?> handle(Message message, Acknowledgment acknowledgment) throws Exception {
		Invocation invocation = new Invocation(message, acknowledgment, this.subjects, this.headerMapper);
		ResultHandler results = this.results;
		if (results == null) {
			invoke(invocation);
			return null;
		}
		boolean interrupted = false;
		try {
			Object result = invoke(invocation);
			interrupted = Thread.interrupted();
			return results.handle(invocation, result);
		}
		catch (Exception | Error ex) {
			interrupted |= Thread.interrupted();
			results.failed(invocation, ex);
			throw ex;
		}
		finally {
			// Cleared meanwhile: on an interrupted thread jnats discards what is sent
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public void refuse(Message request, Throwable failure) {
		if (this.results != null) {
			this.results.failed(new Invocation(request, this.headerMapper), failure);
		}
	}

	private @Nullable Object invoke(Invocation invocation) throws Exception {
		@Nullable Object[] values = new @Nullable Object[this.arguments.length];
		for (int i = 0; i < values.length; i++) {
			values[i] = this.arguments[i].resolve(invocation);
		}
		return this.method.invoke(values);
	}

	@Override
	public String toString() {
		return this.method.toString();
	}

}
