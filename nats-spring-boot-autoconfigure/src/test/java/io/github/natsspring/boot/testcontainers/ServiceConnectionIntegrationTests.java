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

import java.util.Map;

import io.github.natsspring.boot.autoconfigure.NatsAutoConfiguration;
import io.github.natsspring.boot.autoconfigure.NatsConnectionDetails;
import io.github.natsspring.test.NatsContainer;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsNotFoundException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ServiceConnection} with containers whose place a nats-server without
 * Docker takes.
 */
class ServiceConnectionIntegrationTests {

	private static final NatsServer server = NatsServer.builder()
		.config("authorization { user: me, password: secret }")
		.start();

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ServiceConnectionAutoConfiguration.class, NatsAutoConfiguration.class))
		.withPropertyValues("nats.servers=nats://127.0.0.1:1", "nats.startup-timeout=2s");

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void connectsAndLogsInToOurContainer() {
		this.application.withUserConfiguration(OurContainer.class).run((context) -> {
			assertThat(context).hasSingleBean(NatsConnectionDetails.class);
			assertThat(context.getBean(Connection.class).getStatus()).isEqualTo(Connection.Status.CONNECTED);
		});
	}

	@Test
	void connectsToOurContainerWithAnotherImage() {
		this.application.withUserConfiguration(OtherImage.class)
			.run((context) -> assertThat(context.getBean(Connection.class).getStatus())
				.isEqualTo(Connection.Status.CONNECTED));
	}

	@Test
	void connectsToAnyContainerThatIsNamedNats() {
		this.application.withUserConfiguration(AnyContainer.class)
			.run((context) -> assertThat(context.getBean(Connection.class).getStatus())
				.isEqualTo(Connection.Status.CONNECTED));
	}

	@Test
	void leavesContainersOfOthersAlone() {
		this.application.withUserConfiguration(ForeignContainer.class)
			.run((context) -> assertThat(context).getFailure().isInstanceOf(ConnectionDetailsNotFoundException.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class OurContainer {

		@Bean
		@ServiceConnection
		NatsContainer nats() {
			return new LocalContainer(DockerImageName.parse("nats:2.12-alpine")).withLogin("me", "secret");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherImage {

		@Bean
		@ServiceConnection
		NatsContainer nats() {
			return new LocalContainer(
					DockerImageName.parse("mirror.example/our/bus:1").asCompatibleSubstituteFor("nats"))
				.withLogin("me", "secret");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnyContainer {

		@Bean
		@ServiceConnection("nats")
		GenericContainer<?> bus() {
			return new PlainContainer("nats:2.12-alpine").withEnv(Map.of("NATS_USER", "me", "NATS_PASS", "secret"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ForeignContainer {

		@Bean
		@ServiceConnection("something-else")
		GenericContainer<?> something() {
			return new PlainContainer("something-else:1");
		}

	}

	private static final class LocalContainer extends NatsContainer {

		LocalContainer(DockerImageName image) {
			super(image);
		}

		@Override
		public void start() {
			configure();
		}

		@Override
		public void stop() {
		}

		@Override
		public String getHost() {
			return "127.0.0.1";
		}

		@Override
		public Integer getMappedPort(int originalPort) {
			assertThat(originalPort).isEqualTo(NatsContainer.PORT);
			return server.port();
		}

	}

	private static final class PlainContainer extends GenericContainer<PlainContainer> {

		PlainContainer(String image) {
			super(DockerImageName.parse(image));
		}

		@Override
		public void start() {
		}

		@Override
		public void stop() {
		}

		@Override
		public String getHost() {
			return "127.0.0.1";
		}

		@Override
		public Integer getMappedPort(int originalPort) {
			return server.port();
		}

	}

}
