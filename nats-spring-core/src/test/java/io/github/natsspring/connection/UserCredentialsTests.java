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

import java.nio.charset.StandardCharsets;

import io.nats.client.NKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link UserCredentials} and {@link CredentialsAuthHandler}.
 */
class UserCredentialsTests {

	@Test
	void overwritesWhatItRead() throws Exception {
		NKey key = NKey.createUser(null);
		byte[] content = ("\uFEFF" + new String(key.getSeed()) + "\r\n").getBytes(StandardCharsets.UTF_8);
		UserCredentials credentials = UserCredentials.parse(content);
		assertThat(content).containsOnly(0);
		assertThat(credentials.publicKey()).isEqualTo(key.getPublicKey());
		assertThat(credentials.jwt()).isNull();
		credentials.close();
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(credentials::publicKey);
	}

	@Test
	void readsBlocksInAnyOrderAndWithAnyLineEnds() throws Exception {
		NKey key = NKey.createUser(null);
		String text = "some text\r\n-----BEGIN USER NKEY SEED-----\r\n  %s \r\n------END-----\r\n-----BEGIN NATS USER JWT-----\r\n"
				+ "a.b.c\r\nignored\r\n------END-----\r\n";
		UserCredentials credentials = UserCredentials
			.parse(text.formatted(new String(key.getSeed())).getBytes(StandardCharsets.UTF_8));
		assertThat(credentials.publicKey()).isEqualTo(key.getPublicKey());
		assertThat(credentials.jwt()).containsExactly('a', '.', 'b', '.', 'c');
		assertThat(credentials.toString()).isEqualTo("UserCredentials[***]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "SUTOPSECRET", "S", "SU", "SÄÖÜ",
			"SUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" })
	void saysNothingOfASeedThatItCannotRead(String seed) {
		assertThatExceptionOfType(InvalidCredentialsException.class)
			.isThrownBy(() -> UserCredentials.parse(seed.getBytes(StandardCharsets.UTF_8)))
			.withMessage("has a seed that cannot be read; a user seed begins with SU")
			.withNoCause();
	}

	@Test
	void asksOncePerAttemptAndClosesWhatItWasGiven() throws Exception {
		NKey key = NKey.createUser(null);
		UserCredentials credentials = UserCredentials.of(key.getSeed(), new char[] { 'j' });
		CredentialsAuthHandler handler = new CredentialsAuthHandler(() -> credentials);
		byte[] nonce = { 1 };
		assertThat(handler.getID()).isEqualTo(key.getPublicKey());
		assertThat(key.verify(nonce, handler.sign(nonce))).isTrue();
		assertThat(handler.getJWT()).containsExactly('j');
		assertThat(credentials.jwt()).containsExactly('\0');
	}

}
