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
import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.io.Resource;

/**
 * Where the servers are, and how to log in: by a user, a token, credentials or an NKey,
 * and only by one of them. Each method is asked again for each connection that is made,
 * and {@link #getToken()}, {@link #getNkeySeed()}, {@link #getJwt()} and the content of
 * {@link #getCredentials()} for each attempt to reconnect, so secrets may change while
 * the application runs. (A user and password that the server refuses twice end the
 * connection of jnats, and the one that follows asks for them.)
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

	/**
	 * The credentials of a user, as {@code nsc} writes them: a JWT and a seed, or a seed
	 * alone.
	 * @return the resource, or {@code null}; excludes a user, a token and a seed
	 */
	default @Nullable Resource getCredentials() {
		return null;
	}

	/**
	 * The seed of the NKey to log in with.
	 * @return the seed of a user, or {@code null}; excludes a user, a token and
	 * credentials
	 */
	default @Nullable String getNkeySeed() {
		return null;
	}

	/**
	 * The JWT that goes with the seed.
	 * @return the JWT of the user, or {@code null} if the server knows the key itself
	 */
	default @Nullable String getJwt() {
		return null;
	}

	/**
	 * The certificates for TLS; if there are any, TLS is used.
	 * @return the bundle, or {@code null}
	 */
	default @Nullable SslBundle getSslBundle() {
		return null;
	}

}
