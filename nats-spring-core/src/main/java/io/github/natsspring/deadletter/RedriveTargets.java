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

import org.jspecify.annotations.Nullable;

/**
 * Finds the listener that a dead letter comes from.
 */
@FunctionalInterface
public interface RedriveTargets {

	/**
	 * Find a listener of this application. Stream and consumer decide; the id of the
	 * listener changes when a method is renamed. What the origin says may have been
	 * written by anybody who may publish to the stream of dead letters.
	 * @param origin where the letter comes from
	 * @return the listener, or {@code null} if there is none here
	 */
	@Nullable RedriveTarget find(DeadLetterOrigin origin);

}
