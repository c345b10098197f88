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

import org.jspecify.annotations.Nullable;

/**
 * Decides on failed runs in the place of the default: as the bean for all listeners, or
 * named by one. Called on the thread of the listener; must not block for long. When it
 * throws, the default decides.
 */
@FunctionalInterface
public interface NatsErrorHandler {

	/**
	 * Decide what becomes of the message.
	 * @param failure the failed run
	 * @return the decision, or {@code null} to leave it to the default
	 */
	@Nullable Decision handle(FailedRun failure);

}
