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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.natsspring.listener.AsyncResults;
import org.jspecify.annotations.Nullable;

/**
 * A result that comes after the method has returned. It is dealt with on a thread of the
 * container, and never on the one that completes it.
 */
final class AsyncResult implements ResultHandler {

	private final Function<Object, CompletionStage<?>> source;

	private final @Nullable ResultHandler target;

	private final Supplier<Executor> executor;

	/**
	 * Create a handler.
	 * @param source makes a stage of what the method returns
	 * @param target deals with the value, or {@code null} if nobody wants it
	 * @param executor the threads of the container, asked within each run
	 */
	AsyncResult(Function<Object, CompletionStage<?>> source, @Nullable ResultHandler target,
			Supplier<Executor> executor) {
		this.source = source;
		this.target = target;
		this.executor = executor;
	}

	@Override
	public @Nullable CompletionStage<?> handle(Invocation invocation, @Nullable Object result) throws Exception {
		CompletionStage<?> stage = (result != null) ? this.source.apply(result) : null;
		ResultHandler target = this.target;
		if (target == null) {
			return stage;
		}
		if (stage == null) {
			return target.handle(invocation, null);
		}
		if (stage instanceof CompletableFuture<?> future && future.isDone() && !future.isCompletedExceptionally()) {
			return target.handle(invocation, future.join());
		}
		return stage.handleAsync((value, ex) -> completed(target, invocation, value, ex), this.executor.get())
			.thenCompose(Function.identity());
	}

	private static CompletionStage<@Nullable Void> completed(ResultHandler target, Invocation invocation,
			@Nullable Object value, @Nullable Throwable ex) {
		try {
			if (ex != null) {
				return failed(target, invocation, AsyncResults.unwrap(ex));
			}
			CompletionStage<?> rest = target.handle(invocation, value);
			if (rest != null) {
				return rest.<@Nullable Void>thenApply((done) -> null);
			}
			return CompletableFuture.completedFuture(null);
		}
		catch (Throwable failure) {
			return failed(target, invocation, failure);
		}
	}

	private static CompletionStage<@Nullable Void> failed(ResultHandler target, Invocation invocation,
			Throwable failure) {
		target.failed(invocation, failure);
		return CompletableFuture.failedFuture(failure);
	}

	@Override
	public void failed(Invocation invocation, Throwable failure) {
		if (this.target != null) {
			this.target.failed(invocation, failure);
		}
	}

}
