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

package io.github.natsspring.core;

/**
 * What a template has counted since it was made. Never blocks; the numbers are each
 * right, but not of one moment.
 */
public interface PublishStatistics {

	/**
	 * The name of the connection that the template sends over.
	 * @return the name
	 */
	String getConnectionName();

	/**
	 * How many calls ended in a way.
	 * @param operation what was called
	 * @param outcome how it ended
	 * @return the number
	 */
	long getCount(Operation operation, Outcome outcome);

	/**
	 * How long the calls took in all that ended in a way: for those that return a future,
	 * until the answer was there.
	 * @param operation what was called
	 * @param outcome how it ended
	 * @return the sum, in nanoseconds
	 */
	long getNanos(Operation operation, Outcome outcome);

	/**
	 * How many messages wait for an answer, of a stream or to a request.
	 * @return the number
	 */
	int getInFlight();

	/**
	 * How many messages a stream did not store because it had one with the same id.
	 * @return the number
	 */
	long getDuplicateCount();

	/**
	 * What can be called.
	 */
	enum Operation {

		/**
		 * A publish over core NATS.
		 */
		PUBLISH,

		/**
		 * A request over core NATS.
		 */
		REQUEST,

		/**
		 * A publish to a stream.
		 */
		STREAM_PUBLISH

	}

	/**
	 * How a call ended.
	 */
	enum Outcome {

		/**
		 * As it should: sent, answered, or stored.
		 */
		SUCCESS,

		/**
		 * It is known that it had no effect, or the answer was an error.
		 */
		FAILURE,

		/**
		 * There was no answer in time, so nobody knows.
		 */
		UNKNOWN

	}

}
