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

import org.jspecify.annotations.Nullable;

/**
 * The service that handled a request answered that it failed, by the headers
 * {@code Nats-Service-Error} and {@code Nats-Service-Error-Code}.
 */
public class NatsRemoteException extends NatsRequestException {

	private final int code;

	private final @Nullable String error;

	public NatsRemoteException(String subject, int code, @Nullable String error) {
		super(subject, "The service on '%s' failed with code %d: %s".formatted(subject, code, error), null);
		this.code = code;
		this.error = error;
	}

	/**
	 * The code of the failure.
	 * @return the code that the service gave, or 0 if it gave none
	 */
	public int getCode() {
		return this.code;
	}

	/**
	 * The text of the failure.
	 * @return the text that the service gave, or {@code null} if it gave none
	 */
	public @Nullable String getError() {
		return this.error;
	}

}
