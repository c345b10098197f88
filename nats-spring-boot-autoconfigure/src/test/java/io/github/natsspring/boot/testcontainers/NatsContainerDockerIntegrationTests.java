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

package io.github.natsspring.boot.testcontainers;

import java.time.Duration;

import io.github.natsspring.boot.autoconfigure.NatsAutoConfiguration;
import io.github.natsspring.boot.autoconfigure.NatsJetStreamAutoConfiguration;
import io.github.natsspring.test.NatsContainer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a real container; skipped where there is no Docker.
 */
@Testcontainers(disabledWithoutDocker = true)
@SpringJUnitConfig
class NatsContainerDockerIntegrationTests {

	@Container
	@ServiceConnection
	static final NatsContainer nats = new NatsContainer("nats:2.12-alpine").withLogin("me", "secret");

	@Autowired
	private Connection connection;

	@Autowired
	private JetStreamManagement management;

	@Test
	void connectsLogsInAndHasJetStream() throws Exception {
		assertThat(this.connection.RTT()).isLessThan(Duration.ofSeconds(5));
		this.management
			.addStream(StreamConfiguration.builder().name("S").subjects("s").storageType(StorageType.Memory).build());
		assertThat(this.management.getStreamNames()).containsExactly("S");
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ServiceConnectionAutoConfiguration.class, NatsAutoConfiguration.class,
			NatsJetStreamAutoConfiguration.class })
	static class Application {

	}

}
