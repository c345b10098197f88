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

package io.github.natsspring.test;

import org.junit.jupiter.api.Test;
import org.testcontainers.utility.DockerImageName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link NatsContainer}, as far as they go without Docker.
 */
class NatsContainerTests {

	@Test
	void startsWithJetStreamAndMonitoring() {
		NatsContainer container = new NatsContainer("nats:2.12-alpine");
		assertThat(container.arguments()).containsExactly("--http_port=8222", "--jetstream");
		assertThat(container.getExposedPorts()).containsExactlyInAnyOrder(4222, 8222);
		assertThat(container.withJetStream(false).arguments()).containsExactly("--http_port=8222");
	}

	@Test
	void keepsTheUsersArguments() {
		assertThat(new NatsContainer("nats:2.12-alpine").withCommand("-D", "-V").arguments()).containsExactly("-D",
				"-V", "--http_port=8222", "--jetstream");
	}

	@Test
	void asksForALogin() {
		NatsContainer container = new NatsContainer("nats:2.12-alpine").withLogin("me", "secret");
		assertThat(container.arguments()).contains("--user=me", "--pass=secret");
		assertThat(container.getUsername()).isEqualTo("me");
		assertThat(container.getPassword()).isEqualTo("secret");
		container.withToken("token");
		assertThat(container.arguments()).contains("--auth=token").doesNotContain("--user=me", "--pass=secret");
		assertThat(container.getToken()).isEqualTo("token");
		assertThat(container.getUsername()).isNull();
	}

	@Test
	void refusesAnImageOfSomethingElse() {
		assertThatIllegalStateException().isThrownBy(() -> new NatsContainer("postgres:17"))
			.withMessageContaining("postgres");
		assertThat(new NatsContainer(
				DockerImageName.parse("mirror.example/our/nats:2.12").asCompatibleSubstituteFor("nats")))
			.isNotNull();
	}

}
