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

package io.github.natsspring.connection;

import java.time.Duration;

/**
 * Something that needs the connection until it has stopped, such as listeners that
 * acknowledge what they have handled.
 */
@FunctionalInterface
public interface ConnectionUser {

	/**
	 * Wait until what is being stopped has stopped; returns at once while nothing is.
	 * @param timeout how long to wait at the longest
	 * @return whether nothing is being stopped any more
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	boolean awaitStopped(Duration timeout) throws InterruptedException;

}
