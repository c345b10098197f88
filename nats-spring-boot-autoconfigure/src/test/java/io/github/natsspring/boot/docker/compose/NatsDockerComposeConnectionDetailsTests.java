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

package io.github.natsspring.boot.docker.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.natsspring.boot.docker.compose.NatsDockerComposeConnectionDetailsFactory.NatsDockerComposeConnectionDetails;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactory;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.DockerComposeFile;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

class NatsDockerComposeConnectionDetailsTests {

	@TempDir
	private Path directory;

	private final Map<String, @Nullable String> environment = new HashMap<>();

	private final Map<String, String> labels = new HashMap<>();

	@Test
	void connectsToThePortThatDockerChose() throws IOException {
		NatsDockerComposeConnectionDetails details = details("services: { bus: { image: nats } }");
		assertThat(details.getServers()).containsExactly("nats://192.168.0.1:32768");
		assertThat(details.getUsername()).isNull();
		assertThat(details.getPassword()).isNull();
		assertThat(details.getToken()).isNull();
		assertThat(details.getSslBundle()).isNull();
	}

	@Test
	void logsInAsTheCommandSays() throws IOException {
		NatsDockerComposeConnectionDetails details = details("""
				services:
				  other: { command: --user wrong --pass wrong }
				  bus:
				    image: nats
				    command: -js --user "me" --pass 'secret'
				""");
		assertThat(details.getUsername()).isEqualTo("me");
		assertThat(details.getPassword()).isEqualTo("secret");
	}

	@Test
	void logsInAsAListOfArgumentsSays() throws IOException {
		NatsDockerComposeConnectionDetails details = details("""
				services:
				  bus:
				    image: nats
				    command: [ "-js", "--auth", 12345 ]
				""");
		assertThat(details.getToken()).isEqualTo("12345");
	}

	@Test
	void takesTheCommandOfTheLastFileThatHasOne() throws IOException {
		NatsDockerComposeConnectionDetails details = details("services: { bus: { command: --auth first } }",
				"services: { bus: { command: --auth second } }", "services: { bus: { image: nats } }");
		assertThat(details.getToken()).isEqualTo("second");
	}

	@Test
	void takesTheEnvironmentWhereTheCommandHoldsVariables() throws IOException {
		this.environment.put("NATS_USERNAME", "me");
		this.environment.put("NATS_PASSWORD", "secret");
		NatsDockerComposeConnectionDetails details = details(
				"services: { bus: { command: '--user $NATS_USERNAME --pass $NATS_PASSWORD' } }");
		assertThat(details.getUsername()).isEqualTo("me");
		assertThat(details.getPassword()).isEqualTo("secret");
	}

	@Test
	void usesTlsAsTheLabelsSay() throws IOException {
		this.labels.put("org.springframework.boot.sslbundle.pem.truststore.certificate", "classpath:ca.crt");
		assertThat(details("services: { bus: { image: nats } }").getSslBundle()).isNotNull();
	}

	@Test
	void copesWithAFileThatCannotBeRead() throws IOException {
		assertThat(details("services: [").getServers()).hasSize(1);
		assertThat(details("").getServers()).hasSize(1);
	}

	@Test
	void readsTheFileOfThePageOnTesting() throws IOException {
		String page = Files.readString(Path.of("..", "docs", "testing.md"));
		int begin = page.indexOf("services:\n");
		NatsDockerComposeConnectionDetails details = details(page.substring(begin, page.indexOf("```", begin)));
		assertThat(details.getServers()).containsExactly("nats://192.168.0.1:32768");
		assertThat(details.getUsername()).isEqualTo("app");
		assertThat(details.getPassword()).isEqualTo("secret");
	}

	@Test
	void isFoundBySpringBoot() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation().load(ConnectionDetailsFactory.class))
			.hasAtLeastOneElementOfType(NatsDockerComposeConnectionDetailsFactory.class);
	}

	private NatsDockerComposeConnectionDetails details(String... files) throws IOException {
		Path[] written = new Path[files.length];
		for (int i = 0; i < files.length; i++) {
			written[i] = Files.writeString(Files.createTempFile(this.directory, "compose", ".yaml"), files[i]);
		}
		return new NatsDockerComposeConnectionDetails(
				new Service(DockerComposeFile.of(List.of(written).stream().map(Path::toFile).toList()),
						this.environment, this.labels));
	}

	private record Service(DockerComposeFile composeFile, Map<String, @Nullable String> env,
			Map<String, String> labels) implements RunningService {

		@Override
		public String name() {
			return "bus";
		}

		@Override
		public ImageReference image() {
			return ImageReference.of("nats:2.12");
		}

		@Override
		public String host() {
			return "192.168.0.1";
		}

		@Override
		public ConnectionPorts ports() {
			return new ConnectionPorts() {

				@Override
				public int get(int containerPort) {
					assertThat(containerPort).isEqualTo(4222);
					return 32768;
				}

				@Override
				public List<Integer> getAll() {
					return List.of(32768);
				}

				@Override
				public List<Integer> getAll(@Nullable String protocol) {
					return getAll();
				}

			};
		}

	}

}
