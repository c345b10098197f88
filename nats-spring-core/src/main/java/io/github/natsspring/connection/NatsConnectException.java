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

	private final Login login;

	private final String connection;

	/**
	 * Create an exception.
	 * @param message what happened; without credentials
	 * @param servers the servers that were tried, without user and password
	 * @param reason why there is no connection
	 * @param login how the connection was to log in
	 */
	public NatsConnectException(String message, List<String> servers, Reason reason, Login login) {
		this(ConnectionHolder.DEFAULT_NAME, message, servers, reason, login);
	}

	private NatsConnectException(String connection, @Nullable String message, List<String> servers, Reason reason,
			Login login) {
		super(String.valueOf(message));
		this.connection = connection;
		this.servers = List.copyOf(servers);
		this.reason = reason;
		this.login = login;
	}

	/**
	 * Say which connection could not be made.
	 */
	NatsConnectException of(String connection) {
		NatsConnectException named = new NatsConnectException(connection, getMessage(), this.servers, this.reason,
				this.login);
		named.setStackTrace(getStackTrace());
		return named;
	}

	/**
	 * The name of the connection that could not be made.
	 * @return the name, by default {@link ConnectionHolder#DEFAULT_NAME}
	 */
	public String getConnection() {
		return this.connection;
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
	 * How the connection was to log in.
	 * @return the kind of login; {@link Login#NONE} also where it does not matter
	 */
	public Login getLogin() {
		return this.login;
	}

	/**
	 * How a connection logs in.
	 */
	public enum Login {

		/**
		 * Not at all, or by the client's certificate alone.
		 */
		NONE,

		/**
		 * By user and password.
		 */
		USER,

		/**
		 * By a token.
		 */
		TOKEN,

		/**
		 * By an NKey, with or without a JWT.
		 */
		KEY

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
		 * The name of a server does not resolve to an address.
		 */
		UNKNOWN_HOST,

		/**
		 * A server refused the credentials.
		 */
		AUTHENTICATION,

		/**
		 * A server asked for credentials, and there are none.
		 */
		CREDENTIALS_MISSING,

		/**
		 * TLS could not be agreed on, for a reason that has no value of its own.
		 */
		TLS,

		/**
		 * TLS is wanted, and the server does not offer it.
		 */
		TLS_NOT_OFFERED,

		/**
		 * The server requires TLS, and it is not wanted.
		 */
		TLS_REQUIRED,

		/**
		 * The certificate of the server is for other hosts.
		 */
		CERTIFICATE_HOST,

		/**
		 * The certificate of the server has expired, or is not valid yet.
		 */
		CERTIFICATE_EXPIRED,

		/**
		 * The certificate of the server comes from an issuer that is not trusted.
		 */
		CERTIFICATE_ISSUER,

		/**
		 * The server wants a certificate of the client, or another one.
		 */
		CLIENT_CERTIFICATE,

		/**
		 * The options do not make sense.
		 */
		CONFIGURATION;

		/**
		 * Whether it may pass by itself, so that it is worth trying again.
		 */
		boolean mayPass() {
			return this == UNREACHABLE || this == UNKNOWN_HOST;
		}

	}

}
