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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsPermissionException;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.test.NatsServer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a user without a permission sees.
 */
@Timeout(60)
@ExtendWith(NoSecrets.class)
class PermissionIntegrationTests {

	private NatsServer server;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startServer() {
		this.server = NatsServer.builder()
			.config("authorization { users: [",
					"{ user: app, password: T0PSECRET, permissions: { publish: { deny: [\"secret.>\", \"$JS.API.>\"] } } }",
					"{ user: admin, password: T0PSECRET }", "] }")
			.start();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + this.server.url(), "nats.username=app", "nats.password=T0PSECRET");
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void aRefusedPublishOrRequestFailsAtOnce() {
		this.contextRunner.run((context) -> {
			JetStreamTemplate jetStream = context.getBean(JetStreamTemplate.class);
			NatsTemplate template = context.getBean(NatsTemplate.class);
			assertThat(fastestRefusal(() -> jetStream.publish("secret.orders", "x"), "secret.orders"))
				.isLessThan(Duration.ofMillis(100));
			assertThat(fastestRefusal(() -> template.request("secret.price", "x", String.class), "secret.price"))
				.isLessThan(Duration.ofMillis(100));
		});
	}

	@Test
	void aRefusedTopologyNamesThePermission() {
		this.contextRunner.withPropertyValues("nats.jetstream.streams.ORDERS.subjects=orders.>").run((context) -> {
			FailureAnalysis analysis = AbstractSecurityTests.analyze(context);
			assertThat(analysis.getDescription()).contains("Permissions Violation", "$JS.API");
		});
	}

	private static Duration fastestRefusal(ThrowingCallable call, String subject) {
		// The machine may be busy, which is not what is measured
		List<Duration> times = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			long start = System.nanoTime();
			assertThatExceptionOfType(NatsPermissionException.class).isThrownBy(call)
				.withMessageContaining("Permissions Violation")
				.withMessageContaining(subject);
			times.add(Duration.ofNanos(System.nanoTime() - start));
		}
		return Collections.min(times);
	}

}
