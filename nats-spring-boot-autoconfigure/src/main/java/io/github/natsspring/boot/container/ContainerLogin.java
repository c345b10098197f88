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

package io.github.natsspring.boot.container;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * How to log in to a nats-server in a container, as far as its command and its
 * environment tell. The official image has no variables of its own, so those that other
 * images and configuration files commonly use are taken.
 */
public final class ContainerLogin {

	private final @Nullable String username;

	private final @Nullable String password;

	private final @Nullable String token;

	private ContainerLogin(@Nullable String username, @Nullable String password, @Nullable String token) {
		this.username = username;
		this.password = password;
		this.token = token;
	}

	/**
	 * Read a login. The command wins over the environment, and a user over a token.
	 * @param command the arguments of nats-server, such as {@code --user} and
	 * {@code --pass} or {@code --auth}, with {@code -} or {@code --}
	 * @param environment the variables: {@code NATS_USERNAME} or {@code NATS_USER},
	 * {@code NATS_PASSWORD} or {@code NATS_PASS}, {@code NATS_TOKEN}
	 * @return the login, which may be empty
	 */
	public static ContainerLogin of(List<String> command, Map<String, @Nullable String> environment) {
		String username = argument(command, "user");
		if (username != null) {
			return new ContainerLogin(username, argument(command, "pass"), null);
		}
		String token = argument(command, "auth");
		if (token != null) {
			return new ContainerLogin(null, null, token);
		}
		username = variable(environment, "NATS_USERNAME", "NATS_USER");
		if (username != null) {
			return new ContainerLogin(username, variable(environment, "NATS_PASSWORD", "NATS_PASS"), null);
		}
		return new ContainerLogin(null, null, variable(environment, "NATS_TOKEN"));
	}

	// Go's flags: one or two hyphens, the value behind a '=' or as the next argument
	private static @Nullable String argument(List<String> command, String name) {
		for (int i = 0; i < command.size(); i++) {
			String argument = command.get(i);
			String flag = argument.startsWith("--") ? argument.substring(2)
					: argument.startsWith("-") ? argument.substring(1) : "";
			if (flag.equals(name) && i + 1 < command.size()) {
				return command.get(i + 1);
			}
			if (flag.startsWith(name + "=")) {
				return flag.substring(name.length() + 1);
			}
		}
		return null;
	}

	private static @Nullable String variable(Map<String, @Nullable String> environment, String... names) {
		for (String name : names) {
			String value = environment.get(name);
			if (StringUtils.hasLength(value)) {
				return value;
			}
		}
		return null;
	}

	/**
	 * The user.
	 * @return the name, or {@code null} if none is known
	 */
	public @Nullable String getUsername() {
		return this.username;
	}

	/**
	 * The password of the user.
	 * @return the password, or {@code null} if none is known
	 */
	public @Nullable String getPassword() {
		return this.password;
	}

	/**
	 * The token.
	 * @return the token, or {@code null} if none is known
	 */
	public @Nullable String getToken() {
		return this.token;
	}

	@Override
	public String toString() {
		return "ContainerLogin as "
				+ ((this.username != null) ? "a user" : (this.token != null) ? "a token" : "nobody");
	}

}
