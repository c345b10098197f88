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

import io.nats.client.support.Status;

/**
 * What a status message of the server means for a pull.
 */
sealed interface PullEvent {

	/**
	 * The server is there and has nothing to send.
	 */
	record Heartbeat() implements PullEvent {
	}

	/**
	 * The pull is over.
	 *
	 * @param pull the id of the pull
	 * @param pending how many of its messages were not sent
	 */
	record Ended(long pull, int pending) implements PullEvent {
	}

	/**
	 * The next message is larger than the byte limit of the pull.
	 *
	 * @param pull the id of the pull
	 * @param pending how many of its messages were not sent
	 */
	record TooLarge(long pull, int pending) implements PullEvent {
	}

	/**
	 * The server did not accept the pull.
	 *
	 * @param pull the id of the pull
	 * @param reason what the server says
	 */
	record Rejected(long pull, String reason) implements PullEvent {
	}

	/**
	 * Another client is the one that the consumer serves now.
	 *
	 * @param pull the id of the pull
	 * @param pending how many of its messages were not sent, or -1 if it was refused
	 * whole
	 */
	record Unpinned(long pull, int pending) implements PullEvent {
	}

	/**
	 * Nobody answers for the consumer, for example while a server recovers its store.
	 *
	 * @param pull the id of the pull
	 */
	record NoResponders(long pull) implements PullEvent {
	}

	/**
	 * All pulls are forgotten, or the consumer is gone.
	 *
	 * @param reason what the server says
	 */
	record Lost(String reason) implements PullEvent {

		boolean isConsumerDeleted() {
			return this.reason.startsWith(Status.CONSUMER_DELETED);
		}

	}

}
