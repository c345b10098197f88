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

import java.util.concurrent.ExecutionException;

/**
 * Why a request has no reply. Cheap to make, since it never leaves this package: the
 * templates turn it into what their callers should see.
 */
@SuppressWarnings("serial")
class RequestFailure extends Exception {

	private final Reason reason;

	RequestFailure(Reason reason, String text) {
		super(text, null, false, false);
		this.reason = reason;
	}

	static RequestFailure of(ExecutionException ex) {
		if (ex.getCause() instanceof RequestFailure failure) {
			return failure;
		}
		throw new IllegalStateException("A request ended in a way of its own", ex.getCause());
	}

	Reason reason() {
		return this.reason;
	}

	enum Reason {

		/**
		 * Nobody listens.
		 */
		NO_RESPONDERS,

		/**
		 * Nobody answered in time.
		 */
		TIMEOUT,

		/**
		 * The connection was closed while the reply was awaited.
		 */
		CLOSED,

		/**
		 * The server did not let the request through.
		 */
		REFUSED

	}

}
