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

package io.github.natsspring.listener.pull;

import java.util.List;

/**
 * Where the permit of each delivery returns, and what is told of settlements that the
 * server does not get.
 */
@FunctionalInterface
interface Permits {

	/**
	 * A delivery ended, and its permit is free.
	 */
	void settled(Delivery delivery);

	/**
	 * A delivery ended whose permit is free only when {@link #free} says so.
	 */
	default void ended(Delivery delivery) {
	}

	/**
	 * The permits of deliveries are free that {@linkplain #ended ended} before, after
	 * runs of which nobody was told. On a thread that may be made to wait.
	 * @param nanos how long these runs took together
	 */
	default void free(List<Delivery> deliveries, long nanos) {
		deliveries.forEach(this::settled);
	}

	/**
	 * A settlement is not sent any more: the server has delivered the message again, or
	 * its consumer is gone.
	 */
	default void unsent() {
	}

	/**
	 * The server did not confirm an acknowledgement that nobody waits for.
	 */
	default void unconfirmed() {
	}

}
