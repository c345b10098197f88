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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;

import io.nats.client.NKey;
import io.nats.client.support.JwtUtils;

/**
 * An operator with one account, and the users that it makes.
 */
class TestAccounts {

	private final NKey operator;

	private final NKey account;

	// Servers do not reload another one
	private final String operatorJwt;

	TestAccounts() {
		try {
			this.operator = NKey.createOperator(null);
			this.account = NKey.createAccount(null);
			this.operatorJwt = jwt(this.operator, "{\"type\":\"operator\",\"version\":2}", "operator");
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The lines of a server's configuration.
	 * @param revoked the users that may not log in any more
	 */
	String[] config(User... revoked) {
		StringBuilder revocations = new StringBuilder();
		for (User user : revoked) {
			revocations.append(revocations.isEmpty() ? "" : ",")
				.append("\"%s\":%s".formatted(user.publicKey(), Instant.now().getEpochSecond() + 1));
		}
		String limits = "{\"subs\":-1,\"data\":-1,\"payload\":-1,\"imports\":-1,\"exports\":-1,\"wildcards\":true,"
				+ "\"conn\":-1,\"leaf\":-1}";
		String claims = "{\"limits\":%s,\"revocations\":{%s},\"default_permissions\":{\"pub\":{},\"sub\":{}},"
			.formatted(limits, revocations) + "\"type\":\"account\",\"version\":2}";
		return new String[] { "operator: " + this.operatorJwt, "resolver: MEMORY",
				"resolver_preload: { %s: %s }".formatted(publicKey(this.account), jwt(this.account, claims, "shop")) };
	}

	private String jwt(NKey subject, String claims, String name) {
		try {
			return JwtUtils.issueJWT(this.operator, publicKey(subject), name, null, Instant.now().getEpochSecond(),
					publicKey(this.operator), () -> claims);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	User user() {
		return user(null);
	}

	User user(Duration expiration) {
		try {
			NKey key = NKey.createUser(null);
			String jwt = JwtUtils.issueUserJWT(this.account, publicKey(this.account), publicKey(key), "app",
					expiration);
			return new User(publicKey(key), new String(key.getSeed()), jwt);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String publicKey(NKey key) {
		try {
			return new String(key.getPublicKey());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A user.
	 *
	 * @param publicKey the public key
	 * @param seed the seed
	 * @param jwt the JWT
	 */
	record User(String publicKey, String seed, String jwt) {

		/**
		 * The content of a credentials file.
		 */
		String credentials() {
			return JwtUtils.NATS_USER_JWT_FORMAT.formatted(this.jwt, this.seed);
		}

	}

}
