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

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.ReactiveAdapter;

/**
 * Waits for reactive results. Loaded only if there is one, since Reactor is optional.
 */
final class ReactiveResults {

	// How many messages of one result are on their way at once
	private static final int AT_ONCE = 64;

	private ReactiveResults() {
	}

	/**
	 * The only value, or the first one.
	 */
	static CompletionStage<?> one(ReactiveAdapter adapter, Object result) {
		return Mono.from(adapter.toPublisher(result)).toFuture();
	}

	/**
	 * All values in a list.
	 */
	static CompletionStage<?> all(ReactiveAdapter adapter, Object result) {
		return Flux.from(adapter.toPublisher(result)).collectList().toFuture();
	}

	/**
	 * The end, and no value.
	 */
	static CompletionStage<?> end(ReactiveAdapter adapter, Object result) {
		return Flux.from(adapter.toPublisher(result)).then().toFuture();
	}

	/**
	 * Send each value when it comes, and no more at once than are stored in time.
	 * @param send sends a value with its number, on the executor
	 */
	static CompletionStage<?> each(ReactiveAdapter adapter, Object result, Executor executor,
			BiFunction<Long, Object, CompletionStage<?>> send) {
		return Flux.from(adapter.toPublisher(result))
			.index()
			.publishOn(Schedulers.fromExecutor(executor), AT_ONCE)
			.flatMap((value) -> Mono.fromCompletionStage(send.apply(value.getT1(), value.getT2())), AT_ONCE)
			.then()
			.toFuture();
	}

}
