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

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * No connection could be made.
 */
public class NatsConnectException extends NatsException {

	private final transient List<String> servers;

	private final Reason reason;

	public NatsConnectException(String message, List<String> servers, Reason reason, @Nullable Throwable cause) {
		super(message, cause);
		this.servers = List.copyOf(servers);
		this.reason = reason;
	}

	/**
	 * The servers that were tried.
	 * @return their URLs without user and password
	 */
	public List<String> getServers() {
		return this.servers;
	}

	/**
	 * Why there is no connection.
	 * @return the reason
	 */
	public Reason getReason() {
		return this.reason;
	}

	/**
	 * Why a connection could not be made.
	 */
	public enum Reason {

		/**
		 * No server answered.
		 */
		UNREACHABLE,

		/**
		 * A server refused the credentials, or asked for some.
		 */
		AUTHENTICATION,

		/**
		 * TLS could not be agreed on.
		 */
		TLS,

		/**
		 * The options do not make sense.
		 */
		CONFIGURATION

	}

}
