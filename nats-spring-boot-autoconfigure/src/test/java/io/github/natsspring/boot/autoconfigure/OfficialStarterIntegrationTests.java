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

import io.github.natsspring.connection.NatsDelegate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with {@code io.nats:nats-spring} on the class path, which has an
 * auto-configuration and properties of the same names.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class OfficialStarterIntegrationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withUserConfiguration(Application.class)
		.withPropertyValues("nats.startup-timeout=2s");

	@Test
	void worksBesideTheOfficialStarterAndMakesTheOnlyConnection() {
		try (NatsServer server = NatsServer.builder().start()) {
			this.contextRunner
				.withPropertyValues("nats.servers=" + server.url(), "nats.spring.server=nats://127.0.0.1:1")
				.run((context) -> {
					assertThat(context).hasNotFailed().hasSingleBean(Connection.class);
					assertThat(context).hasBean(OfficialStarter.AUTO_CONFIGURATION);
					assertThat(context.getBean(Connection.class)).isInstanceOf(NatsDelegate.class);
					assertThat(context.getBean(Connection.class).getConnectedUrl()).isEqualTo(server.url());
					context.getBean(NatsTemplate.class).publish("a", "b");
				});
		}
	}

	@Test
	void saysThatItsPropertiesAreNotRead(CapturedOutput output) {
		this.contextRunner
			.withPropertyValues("nats.spring.server=nats://app:TOPSECRET@127.0.0.1:1", "nats.startup-mode=background")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output).contains("'nats.spring.server' is a property of io.nats:nats-spring-boot-starter")
					.doesNotContain("TOPSECRET");
			});
	}

	@Test
	void doesNotCallItsListenersWhichPrintPasswords(CapturedOutput output) {
		this.contextRunner.withPropertyValues("nats.servers=nats://app:TOPSECRET@127.0.0.1:1")
			.run((context) -> assertThat(context).hasFailed());
		assertThat(output).doesNotContain("TOPSECRET").doesNotContain("NATS connection exception occurred");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
