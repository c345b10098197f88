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
 * What a container has counted since it was made, through all its stops and starts, and
 * what it holds now. Never blocks and never asks the server; the numbers are each right,
 * but not of one moment.
 */
public interface ListenerStatistics {

	/**
	 * How many runs for a message ended in a way. A message that is tried again counts
	 * once for each run, a message of a batch once for each outcome of its own.
	 * @param outcome how they ended
	 * @return the number
	 */
	long getCount(Outcome outcome);

	/**
	 * How often the listener was called: once for each message, or for each batch.
	 * @return the number of calls that have ended
	 */
	long getRunCount();

	/**
	 * How long the listener ran in all, with what it left to be completed later.
	 * @return the sum of all calls that have ended, in nanoseconds
	 */
	long getRunNanos();

	/**
	 * How many messages arrived that the server had delivered before, to whomever.
	 * @return the number, zero for core NATS
	 */
	long getRedeliveryCount();

	/**
	 * How many settlements did not reach the server, as far as that is known: not
	 * confirmed where that was asked for, or too late to be sent. Such messages come
	 * again.
	 * @return the number
	 */
	long getSettleFailureCount();

	/**
	 * How often the container began to be stalled.
	 * @return the number
	 */
	long getStallCount();

	/**
	 * How many messages were dropped because too many waited.
	 * @return the number, zero but for core NATS
	 */
	long getDroppedCount();

	/**
	 * How many messages are here and wait for a run.
	 * @return the number
	 */
	int getBuffered();

	/**
	 * How many messages are here and are not settled, waiting ones included.
	 * @return the number
	 */
	int getInFlight();

	/**
	 * How many bytes the messages have that are here and not settled.
	 * @return the number of bytes as the server counts them, zero for core NATS
	 */
	long getBytesInFlight();

	/**
	 * How the run for a message ended.
	 */
	enum Outcome {

		/**
		 * The listener returned, or asked for an acknowledgement by an exception.
		 */
		SUCCESS,

		/**
		 * It failed, or asked for it by an exception, and the message is tried again,
		 * here or by redelivery.
		 */
		RETRY,

		/**
		 * It failed, and the message is in the dead letters.
		 */
		DEAD_LETTER,

		/**
		 * It failed, or asked for it by an exception, and the message is given up.
		 */
		DISCARD,

		/**
		 * It failed, and that has no consequence: the message was settled before, or
		 * nobody settles it.
		 */
		FAILURE

	}

}
