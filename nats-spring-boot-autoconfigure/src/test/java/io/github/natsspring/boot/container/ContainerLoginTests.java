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

package io.github.natsspring.boot.container;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ContainerLoginTests {

	@Test
	void readsUserAndPasswordFromTheCommand() {
		assertUser(ContainerLogin.of(List.of("-js", "--user", "me", "--pass", "marker-secret"), Map.of()));
		assertUser(ContainerLogin.of(List.of("--user=me", "--pass=marker-secret"), Map.of("NATS_USERNAME", "other")));
		assertUser(ContainerLogin.of(List.of("nats-server", "-user", "me", "-pass", "marker-secret"),
				Map.of("NATS_TOKEN", "other")));
	}

	@Test
	void readsATokenFromTheCommand() {
		ContainerLogin login = ContainerLogin.of(List.of("--auth", "marker-secret"), Map.of());
		assertThat(login.getToken()).isEqualTo("marker-secret");
		assertThat(login.getUsername()).isNull();
		assertThat(login).asString().doesNotContain("marker-secret");
	}

	@Test
	void readsUserAndPasswordFromTheEnvironment() {
		assertUser(ContainerLogin.of(List.of("-js"), Map.of("NATS_USERNAME", "me", "NATS_PASSWORD", "marker-secret")));
		assertUser(ContainerLogin.of(List.of(), Map.of("NATS_USER", "me", "NATS_PASS", "marker-secret")));
	}

	@Test
	void readsATokenFromTheEnvironment() {
		assertThat(ContainerLogin.of(List.of(), Map.of("NATS_TOKEN", "marker-secret")).getToken())
			.isEqualTo("marker-secret");
	}

	@Test
	void isEmptyWhereNothingIsSaid() {
		ContainerLogin login = ContainerLogin.of(List.of("-js", "--username", "x", "user", "--pass"),
				Map.of("NATS_USERNAME", "", "PATH", "/bin"));
		assertThat(login.getUsername()).isNull();
		assertThat(login.getPassword()).isNull();
		assertThat(login.getToken()).isNull();
	}

	private static void assertUser(ContainerLogin login) {
		assertThat(login.getUsername()).isEqualTo("me");
		assertThat(login.getPassword()).isEqualTo("marker-secret");
		assertThat(login.getToken()).isNull();
		assertThat(login).asString().doesNotContain("marker-secret");
	}

}
