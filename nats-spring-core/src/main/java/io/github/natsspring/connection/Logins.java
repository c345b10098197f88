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

import java.util.Objects;

import io.github.natsspring.connection.NatsConnectException.Login;
import io.nats.client.Options;

/**
 * Tells from the options how a connection logs in.
 */
final class Logins {

	private Logins() {
	}

	static Login of(Options options) {
		if (options.getAuthHandler() != null) {
			return Login.KEY;
		}
		if (options.getUsernameChars() != null) {
			return Login.USER;
		}
		return options.getNatsServerUris()
			.stream()
			.map((server) -> server.getUri().getRawUserInfo())
			.filter(Objects::nonNull)
			.findFirst()
			.map((userInfo) -> userInfo.contains(":") ? Login.USER : Login.TOKEN)
			.orElseGet(() -> (options.getTokenChars() != null) ? Login.TOKEN : Login.NONE);
	}

	/**
	 * Who logs in, as far as it is no secret.
	 */
	static String describe(Options options) {
		return switch (of(options)) {
			case NONE -> "a client without credentials";
			case USER -> {
				char[] name = options.getUsernameChars();
				yield (name != null) ? "the user '%s' or the password".formatted(new String(name))
						: "the user or the password";
			}
			case TOKEN -> "the token";
			case KEY -> "the credentials";
		};
	}

}
