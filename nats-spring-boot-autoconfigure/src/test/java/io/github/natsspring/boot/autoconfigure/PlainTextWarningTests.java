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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the warning of passwords that cross the network as plain text.
 */
@ExtendWith({ NoSecrets.class, OutputCaptureExtension.class })
class PlainTextWarningTests {

	private static final String WARNING = "sends its password or token as plain text";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class))
		.withPropertyValues("nats.startup-timeout=600ms", "nats.connection-timeout=100ms");

	@ParameterizedTest
	@ValueSource(strings = { "nats.username=app,nats.password=T0PSECRET", "nats.token=T0PSECRET" })
	void warnsOnceOfASecretThatLeavesTheMachine(String login, CapturedOutput output) {
		run("nats://192.0.2.1:4222", login);
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@Test
	void warnsOfAServerWithALoginInItsUrl(CapturedOutput output) {
		run("nats://app:T0PSECRET@nats.invalid:4222", "nats.no-echo=true");
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "nats://localhost:1", "nats://127.0.0.5:1", "nats://[::1]:1", "tls://192.0.2.1:1",
			"wss://192.0.2.1:1" })
	void doesNotWarnWhenItStaysOnTheMachineOrIsEncrypted(String server, CapturedOutput output) {
		run(server, "nats.token=T0PSECRET");
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void doesNotWarnWhenNothingSecretIsSent(CapturedOutput output) {
		run("nats://192.0.2.1:4222", "nats.nkey-seed=" + new TestAccounts().user().seed());
		assertThat(output).doesNotContain(WARNING);
	}

	private void run(String server, String login) {
		this.contextRunner.withPropertyValues("nats.servers=" + server)
			.withPropertyValues(login.split(","))
			.run((context) -> assertThat(context).hasFailed());
	}

}
