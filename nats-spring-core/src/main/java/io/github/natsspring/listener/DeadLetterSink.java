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

/**
 * Stores dead letters. Called by several threads, beside those of the listener.
 */
@FunctionalInterface
public interface DeadLetterSink {

	/**
	 * Store a dead letter. Returns only when it is stored for sure; only then is the
	 * original terminated.
	 * @param failure the run that failed last
	 * @return whether the original may be terminated; {@code false} if the letter only
	 * refers to it and a termination would take it from its stream
	 * @throws RuntimeException if it was not stored, or may not be stored; the message is
	 * then tried again
	 */
	boolean send(FailedRun failure);

}
