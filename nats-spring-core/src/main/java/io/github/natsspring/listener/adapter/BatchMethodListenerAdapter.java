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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.github.natsspring.listener.AsyncResults;
import io.github.natsspring.listener.BatchListenerFailedException;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.PartialBatchException;
import io.github.natsspring.support.NatsHeaderMapper;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Calls a method with a list, by a plan that was made at the start. Safe for use by
 * several threads.
 */
final class BatchMethodListenerAdapter implements NatsBatchListener {

	// For those who want to wait on their thread
	private static final Duration LONGEST = Duration.ofMinutes(30);

	private final MethodCall method;

	private final Argument element;

	private final NatsHeaderMapper headerMapper;

	private final @Nullable ResultHandler results;

	/**
	 * Create an adapter.
	 * @param method the method, with a list as its only parameter
	 * @param element gives the element of the list for a message
	 * @param headerMapper maps headers
	 * @param results waits for what the method returns, or {@code null} for a method that
	 * returns nothing
	 */
	BatchMethodListenerAdapter(ListenerMethod method, Argument element, NatsHeaderMapper headerMapper,
			@Nullable ResultHandler results) {
		this.headerMapper = headerMapper;
		this.method = new MethodCall(method);
		this.element = element;
		this.results = results;
	}

	@Override
	public void onMessages(List<Message> messages) throws Exception {
		CompletionStage<?> result = handle(messages);
		if (result != null) {
			AsyncResults.await(result, LONGEST);
		}
	}

	@Override
	public @Nullable CompletionStage<?> handle(List<Message> messages) throws Exception {
		List<@Nullable Object> values = new ArrayList<>(messages.size());
		for (Message message : messages) {
			try {
				values.add(this.element.resolve(new Invocation(message, this.headerMapper)));
			}
			catch (Exception ex) {
				// Those before an index count as handled, so they have to be first
				CompletionStage<?> before = handleBefore(message, values);
				BatchListenerFailedException failure = new BatchListenerFailedException(values.size(), ex);
				if (before == null) {
					throw failure;
				}
				return before.thenCompose((done) -> CompletableFuture.failedFuture(failure));
			}
		}
		return invoke(messages.get(0), values);
	}

	private @Nullable CompletionStage<?> handleBefore(Message message, List<@Nullable Object> values)
			throws PartialBatchException {
		if (values.isEmpty()) {
			return null;
		}
		try {
			CompletionStage<?> result = invoke(message, values);
			return (result != null)
					? result.handle((value, ex) -> partial(values.size(), ex)).thenCompose(Function.identity()) : null;
		}
		catch (Throwable ex) {
			throw new PartialBatchException(values.size(), ex);
		}
	}

	private static CompletionStage<@Nullable Void> partial(int size, @Nullable Throwable ex) {
		return (ex != null) ? CompletableFuture.failedFuture(new PartialBatchException(size, AsyncResults.unwrap(ex)))
				: CompletableFuture.completedFuture(null);
	}

	private @Nullable CompletionStage<?> invoke(Message message, List<@Nullable Object> values) throws Exception {
		Object result = this.method.invoke(values);
		return (this.results != null) ? this.results.handle(new Invocation(message, this.headerMapper), result) : null;
	}

	@Override
	public String toString() {
		return this.method.toString();
	}

}
