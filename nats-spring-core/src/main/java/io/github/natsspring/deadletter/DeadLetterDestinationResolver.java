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

import io.github.natsspring.listener.FailedRun;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the subject of a dead letter in the place of
 * {@code nats.listener.dead-letter.subject}, by the message or the exception. Called on
 * the thread of the listener; when it throws, or no stream captures the subject, the
 * message is tried again.
 */
@FunctionalInterface
public interface DeadLetterDestinationResolver {

	/**
	 * Choose a subject.
	 * @param failure the run that failed last
	 * @return a subject without wildcards, or {@code null} for the configured one
	 */
	@Nullable String resolveSubject(FailedRun failure);

}
