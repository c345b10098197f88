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

import io.nats.client.JetStreamApiException;

/**
 * The stream refused the message, for example because of an expectation that does not
 * hold or because it is full. Nothing was stored.
 */
public class NatsPublishRejectedException extends NatsPublishException {

	private final int errorCode;

	private final int apiErrorCode;

	public NatsPublishRejectedException(String subject, JetStreamApiException cause) {
		super(subject, "The stream refused the message to '%s': %s (error %d)".formatted(subject,
				cause.getErrorDescription(), cause.getApiErrorCode()), cause);
		this.errorCode = cause.getErrorCode();
		this.apiErrorCode = cause.getApiErrorCode();
	}

	/**
	 * The status of the server, as in HTTP.
	 * @return the status, such as 400
	 */
	public int getErrorCode() {
		return this.errorCode;
	}

	/**
	 * The error code of JetStream, from the list of errors of nats-server.
	 * @return the code, such as 10071 for a last sequence that is not the expected one
	 */
	public int getApiErrorCode() {
		return this.apiErrorCode;
	}

}
