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

package io.github.natsspring.listener;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What those share that wait for a listener whose work goes on after it returned.
 */
public final class AsyncResults {

	private AsyncResults() {
	}

	/**
	 * What really went wrong: without the exceptions that futures put around it.
	 * @param failure what a stage completed with
	 * @return the innermost cause that is not only a wrapper
	 */
	public static Throwable unwrap(Throwable failure) {
		Throwable unwrapped = failure;
		while ((unwrapped instanceof CompletionException || unwrapped instanceof ExecutionException)
				&& unwrapped.getCause() != null) {
			unwrapped = unwrapped.getCause();
		}
		return unwrapped;
	}

	/**
	 * Wait for the end of the work.
	 * @param result what the listener returned
	 * @param timeout how long to wait
	 * @throws TimeoutException if it did not end in time
	 * @throws InterruptedException if the thread was interrupted
	 * @throws Exception what the work failed with
	 */
	public static void await(CompletionStage<?> result, Duration timeout) throws Exception {
		try {
			result.toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			Throwable failure = unwrap(ex);
			if (failure instanceof Error error) {
				throw error;
			}
			throw (failure instanceof Exception exception) ? exception : ex;
		}
	}

}
