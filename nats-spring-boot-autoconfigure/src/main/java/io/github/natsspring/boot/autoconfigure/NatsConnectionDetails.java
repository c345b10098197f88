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

package io.github.natsspring.boot.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where the servers are, and how to log in.
 */
public interface NatsConnectionDetails extends ConnectionDetails {

	/**
	 * The servers.
	 * @return at least one, each as {@code host:port} or a URL with the scheme nats, tls,
	 * ws or wss
	 */
	List<String> getServers();

	/**
	 * The user to log in as.
	 * @return the name, or {@code null}; excludes a token
	 */
	default @Nullable String getUsername() {
		return null;
	}

	/**
	 * The password of the user.
	 * @return the password, or {@code null}
	 */
	default @Nullable String getPassword() {
		return null;
	}

	/**
	 * The token to log in with.
	 * @return the token, or {@code null}; excludes a user
	 */
	default @Nullable String getToken() {
		return null;
	}

}
