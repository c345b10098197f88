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

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Where an exception comes from that jnats reports: it has one method for what its
 * connection suffers and for what message handlers of the user throw, whose text may hold
 * payloads. The status of the connection does not tell them apart, since the report comes
 * later, on another thread.
 */
enum FailureOrigin {

	/**
	 * Connecting, reading, writing or closing.
	 */
	CONNECTION,

	/**
	 * A message handler of a dispatcher.
	 */
	HANDLER,

	/**
	 * Anything else, such as what a login that the user wrote throws.
	 */
	OTHER;

	private static final String CLIENT = "io.nats.client.";

	// And those that have another thread call the handler
	private static final String DISPATCHER = "io.nats.client.impl.NatsDispatcher";

	static FailureOrigin of(Throwable failure) {
		boolean client = false;
		for (StackTraceElement frame : failure.getStackTrace()) {
			if (frame.getClassName().startsWith(DISPATCHER)) {
				return HANDLER;
			}
			client = client || frame.getClassName().startsWith(CLIENT);
		}
		return (client && isTypical(failure)) ? CONNECTION : OTHER;
	}

	private static boolean isTypical(Throwable failure) {
		return failure instanceof IOException || failure instanceof TimeoutException
				|| failure instanceof GeneralSecurityException || failure instanceof ExecutionException
				|| failure instanceof CancellationException || failure instanceof InterruptedException
				|| failure instanceof NatsException;
	}

}
