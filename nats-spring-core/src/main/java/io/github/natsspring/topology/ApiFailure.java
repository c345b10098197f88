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

package io.github.natsspring.topology;

import java.util.Set;

/**
 * Why a request to the JetStream API has no result.
 *
 * @param type the kind of failure
 * @param errorCode the error code of the API, or 0
 * @param description what the server or the client says
 */
record ApiFailure(Type type, int errorCode, String description) {

	static final int TEMPORARILY_UNAVAILABLE = 10008;

	static final int CONSUMER_NAME_EXISTS = 10013;

	static final int CONSUMER_NOT_FOUND = 10014;

	static final int STREAM_NAME_EXISTS = 10058;

	static final int STREAM_NOT_FOUND = 10059;

	static final int SUBJECTS_OVERLAP = 10065;

	static final int INSUFFICIENT_REPLICAS = 10074;

	static final int CONSUMER_EXISTS = 10148;

	// The last three: no such account, not enabled for the account, not enabled
	private static final Set<Integer> WITHOUT_JET_STREAM = Set.of(TEMPORARILY_UNAVAILABLE, 10035, 10039, 10076);

	boolean isNotFound() {
		return this.errorCode == STREAM_NOT_FOUND || this.errorCode == CONSUMER_NOT_FOUND;
	}

	/**
	 * Another has made it in the meantime, with another configuration.
	 */
	boolean isExisting() {
		return this.errorCode == STREAM_NAME_EXISTS || this.errorCode == CONSUMER_EXISTS
				|| this.errorCode == CONSUMER_NAME_EXISTS;
	}

	/**
	 * Whether any other request would fail in the same way.
	 */
	boolean concernsAll() {
		return this.type == Type.NO_RESPONDERS || this.type == Type.DISCONNECTED
				|| WITHOUT_JET_STREAM.contains(this.errorCode);
	}

	enum Type {

		/**
		 * The server answered with an error.
		 */
		REFUSED,

		/**
		 * Nobody serves the JetStream API under its prefix.
		 */
		NO_RESPONDERS,

		/**
		 * No answer in time.
		 */
		TIMEOUT,

		/**
		 * The connection was lost or closed.
		 */
		DISCONNECTED

	}

}
