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

import org.jspecify.annotations.Nullable;

/**
 * What is done with what a method returns; chosen when the application starts.
 */
@FunctionalInterface
interface ResultHandler {

	/**
	 * Deal with a result, on a thread of the container.
	 * @param invocation the message
	 * @param result what the method returned
	 * @return completes when that is done, or {@code null} if it is done
	 * @throws Exception if it failed
	 */
	@Nullable CompletionStage<?> handle(Invocation invocation, @Nullable Object result) throws Exception;

	/**
	 * The method, or dealing with its result, failed on a thread of the container.
	 */
	default void failed(Invocation invocation, Throwable failure) {
	}

}
