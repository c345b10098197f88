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

import java.util.List;
import java.util.Map;

import io.github.natsspring.boot.autoconfigure.NatsConnectionDetails;
import io.github.natsspring.boot.container.ContainerLogin;
import io.github.natsspring.test.NatsContainer;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Container;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;

/**
 * Creates {@link NatsConnectionDetails} from a
 * {@link ServiceConnection @ServiceConnection}-annotated container: a
 * {@link NatsContainer}, or any other with an image or a connection that is named
 * {@code nats}.
 */
class NatsContainerConnectionDetailsFactory
		extends ContainerConnectionDetailsFactory<Container<?>, NatsConnectionDetails> {

	private static final int PORT = 4222;

	NatsContainerConnectionDetailsFactory() {
		super(List.of("nats", "library/nats", "synadia/nats-server"));
	}

	@Override
	protected boolean sourceAccepts(ContainerConnectionSource<Container<?>> source, Class<?> requiredContainerType,
			Class<?> requiredConnectionDetailsType) {
		return super.sourceAccepts(source, requiredContainerType, requiredConnectionDetailsType)
				|| acceptsOurs(source, requiredConnectionDetailsType);
	}

	private static boolean acceptsOurs(ContainerConnectionSource<Container<?>> source,
			Class<?> requiredConnectionDetailsType) {
		// Without the test module there is no such class, which the base class expects
		return source.accepts(ANY_CONNECTION_NAME, NatsContainer.class, requiredConnectionDetailsType);
	}

	@Override
	protected NatsConnectionDetails getContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
		return new NatsContainerConnectionDetails(source);
	}

	/**
	 * {@link NatsConnectionDetails} backed by a {@link ContainerConnectionSource}.
	 */
	private static final class NatsContainerConnectionDetails extends ContainerConnectionDetails<Container<?>>
			implements NatsConnectionDetails {

		NatsContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
			super(source);
		}

		@Override
		public List<String> getServers() {
			Container<?> container = getContainer();
			return List.of("nats://%s:%s".formatted(container.getHost(), container.getMappedPort(PORT)));
		}

		@Override
		public @Nullable String getUsername() {
			return login().getUsername();
		}

		@Override
		public @Nullable String getPassword() {
			return login().getPassword();
		}

		@Override
		public @Nullable String getToken() {
			return login().getToken();
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return super.getSslBundle();
		}

		private ContainerLogin login() {
			Container<?> container = getContainer();
			String[] command = container.getCommandParts();
			Map<String, @Nullable String> environment = Map.copyOf(container.getEnvMap());
			return ContainerLogin.of((command != null) ? List.of(command) : List.of(), environment);
		}

	}

}
