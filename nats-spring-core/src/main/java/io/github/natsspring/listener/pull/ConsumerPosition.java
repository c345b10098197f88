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

import io.nats.client.Message;
import io.nats.client.api.ConsumerInfo;

/**
 * Up to where a container has come in its stream, for the case that its consumer has to
 * be made again. Without I/O; thread-safe.
 */
interface ConsumerPosition {

	/**
	 * The position for a kind of consumer.
	 */
	static ConsumerPosition of(ConsumerKind kind) {
		return switch (kind) {
			case DURABLE -> new AckFloor();
			case EPHEMERAL -> new HandledFloor();
			case ORDERED -> new OrderGuard();
		};
	}

	/**
	 * A consumer of our own was made, and nothing has come from it yet.
	 * @param continued whether it goes on where {@link #floor()} said; else it has
	 * nothing to do with those before
	 */
	default void begin(ConsumerInfo consumer, boolean continued) {
	}

	/**
	 * The server was asked for the consumer.
	 * @param same whether it is the one that was asked for before
	 */
	default void learn(ConsumerInfo consumer, boolean same) {
	}

	/**
	 * A message arrived.
	 */
	default Arrival arrived(Message message) {
		return Arrival.EXPECTED;
	}

	/**
	 * Settle a delivery that is not to be run: it comes again from another consumer, or
	 * its message was handled meanwhile.
	 * @return {@code false} if it is to be run
	 */
	default boolean skip(Delivery delivery, Settler settler) {
		return false;
	}

	/**
	 * Those of some deliveries that are not {@linkplain #skip skipped}.
	 */
	default List<Delivery> due(List<Delivery> deliveries, Settler settler) {
		return deliveries.stream().filter((delivery) -> !skip(delivery, settler)).toList();
	}

	/**
	 * A delivery ended, handled or not.
	 */
	default void settled(Delivery delivery) {
	}

	/**
	 * Up to which sequence of the stream nothing has to be delivered again.
	 */
	long floor();

	/**
	 * Whether the floor may be too low until the server is asked for the consumer again.
	 */
	default boolean isUncertain() {
		return false;
	}

	/**
	 * What to make of a message.
	 */
	enum Arrival {

		/**
		 * It is to be handled.
		 */
		EXPECTED,

		/**
		 * It comes from a consumer that is not used any more.
		 */
		FOREIGN,

		/**
		 * Others should have come before.
		 */
		GAP

	}

}
