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

package io.github.natsspring.deadletter;

import java.util.concurrent.CompletionStage;

/**
 * Nobody waits any longer for a listener that was given a dead letter and goes on.
 */
class UnfinishedRedriveException extends Exception {

	private final transient CompletionStage<?> end;

	/**
	 * Create an exception.
	 * @param message what happened
	 * @param end ends when the letter is done, or with what the listener failed with
	 */
	UnfinishedRedriveException(String message, CompletionStage<?> end) {
		super(message);
		this.end = end;
	}

	CompletionStage<?> getEnd() {
		return this.end;
	}

}
