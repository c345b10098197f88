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

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Redaction}.
 */
class RedactionTests {

	@Test
	void takesCredentialsOutOfEveryUrlInAText() {
		assertThat(Redaction.redact("Unable to connect: [nats://app:TOPSECRET@one:4222, tls://TOKEN@two]"))
			.isEqualTo("Unable to connect: [nats://***@one:4222, tls://***@two]");
	}

	@Test
	void takesAPasswordWithAnAtSignWhole() {
		assertThat(Redaction.redact("nats://app:a@TOPSECRET@one:4222")).isEqualTo("nats://***@one:4222");
	}

	@Test
	void leavesOtherTextsAlone() {
		assertThat(Redaction.redact("mail to someone@example.com")).isEqualTo("mail to someone@example.com");
		assertThat(Redaction.redact(null)).isEqualTo("null");
	}

	@Test
	void takesCredentialsOutOfAUrlWithoutScheme() {
		assertThat(Redaction.redactUrl("app:TOPSECRET@one:4222")).isEqualTo("***@one:4222");
		assertThat(Redaction.redactUrl("nats://app:TOPSECRET@one:4222")).isEqualTo("nats://***@one:4222");
		assertThat(Redaction.redactUrl("one:4222")).isEqualTo("one:4222");
	}

}
