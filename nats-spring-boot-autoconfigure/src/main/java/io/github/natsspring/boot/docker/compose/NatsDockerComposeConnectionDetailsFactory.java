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

import java.util.List;

import io.github.natsspring.boot.autoconfigure.NatsConnectionDetails;
import io.github.natsspring.boot.container.ContainerLogin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.ssl.SslBundle;

/**
 * Creates {@link NatsConnectionDetails} for a service of Docker Compose whose image, or
 * whose label {@code org.springframework.boot.service-connection}, is {@code nats}.
 */
class NatsDockerComposeConnectionDetailsFactory extends DockerComposeConnectionDetailsFactory<NatsConnectionDetails> {

	NatsDockerComposeConnectionDetailsFactory() {
		super(new String[] { "nats", "synadia/nats-server" });
	}

	@Override
	protected NatsConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
		return new NatsDockerComposeConnectionDetails(source.getRunningService());
	}

	/**
	 * {@link NatsConnectionDetails} backed by a {@code nats} {@link RunningService}.
	 */
	static final class NatsDockerComposeConnectionDetails extends DockerComposeConnectionDetails
			implements NatsConnectionDetails {

		private static final int PORT = 4222;

		private final List<String> servers;

		private final ContainerLogin login;

		private final @Nullable SslBundle sslBundle;

		NatsDockerComposeConnectionDetails(RunningService service) {
			super(service);
			this.servers = List.of("nats://%s:%s".formatted(service.host(), service.ports().get(PORT)));
			this.login = ContainerLogin.of(ComposeCommand.of(service), service.env());
			this.sslBundle = getSslBundle(service);
		}

		@Override
		public List<String> getServers() {
			return this.servers;
		}

		@Override
		public @Nullable String getUsername() {
			return this.login.getUsername();
		}

		@Override
		public @Nullable String getPassword() {
			return this.login.getPassword();
		}

		@Override
		public @Nullable String getToken() {
			return this.login.getToken();
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return this.sslBundle;
		}

	}

}
