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

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A nats-server with JetStream in a container of Testcontainers, for those who test
 * against the image that they run. It needs Docker and the dependency
 * {@code org.testcontainers:testcontainers}; {@link NatsServer} and {@link EmbeddedNats}
 * need neither. With Spring Boot's {@code @ServiceConnection} an application under test
 * connects to it, logged in.
 */
public class NatsContainer extends GenericContainer<NatsContainer> {

	/**
	 * The port of clients in the container.
	 */
	public static final int PORT = 4222;

	private static final int MONITORING_PORT = 8222;

	private static final DockerImageName IMAGE = DockerImageName.parse("nats");

	private @Nullable String username;

	private @Nullable String password;

	private @Nullable String token;

	private boolean jetStream = true;

	/**
	 * Create a container.
	 * @param image the image, such as {@code nats:2.12-alpine}
	 */
	public NatsContainer(String image) {
		this(DockerImageName.parse(image));
	}

	/**
	 * Create a container.
	 * @param image the image: {@code nats}, or declared as a compatible substitute for it
	 */
	public NatsContainer(DockerImageName image) {
		super(image);
		image.assertCompatibleWith(IMAGE);
		addExposedPorts(PORT, MONITORING_PORT);
	}

	/**
	 * Let clients log in as one user.
	 * @param username the user
	 * @param password the password
	 * @return this
	 */
	public NatsContainer withLogin(String username, String password) {
		this.username = username;
		this.password = password;
		this.token = null;
		return this;
	}

	/**
	 * Let clients log in with a token.
	 * @param token the token
	 * @return this
	 */
	public NatsContainer withToken(String token) {
		this.token = token;
		this.username = null;
		this.password = null;
		return this;
	}

	/**
	 * Set whether JetStream is on.
	 * @param jetStream {@code true}, the default, or {@code false}
	 * @return this
	 */
	public NatsContainer withJetStream(boolean jetStream) {
		this.jetStream = jetStream;
		return this;
	}

	/**
	 * The address for clients on this machine.
	 * @return a URL without user and password
	 * @throws IllegalStateException if the container does not run
	 */
	public String getUrl() {
		return "nats://%s:%s".formatted(getHost(), getMappedPort(PORT));
	}

	/**
	 * The user that clients log in as.
	 * @return the user, or {@code null}
	 */
	public @Nullable String getUsername() {
		return this.username;
	}

	/**
	 * The password of the user.
	 * @return the password, or {@code null}
	 */
	public @Nullable String getPassword() {
		return this.password;
	}

	/**
	 * The token that clients log in with.
	 * @return the token, or {@code null}
	 */
	public @Nullable String getToken() {
		return this.token;
	}

	@Override
	protected void configure() {
		setCommandParts(arguments().toArray(String[]::new));
		waitingFor(
				Wait.forHttp(this.jetStream ? "/healthz?js-enabled-only=true" : "/healthz").forPort(MONITORING_PORT));
	}

	/**
	 * The arguments of the nats-server, behind those that the user set.
	 */
	List<String> arguments() {
		List<String> own = new ArrayList<>(List.of("--http_port=" + MONITORING_PORT));
		if (this.jetStream) {
			own.add("--jetstream");
		}
		if (this.username != null) {
			own.add("--user=" + this.username);
			own.add("--pass=" + this.password);
		}
		if (this.token != null) {
			own.add("--auth=" + this.token);
		}
		List<String> arguments = new ArrayList<>(List.of(getCommandParts()));
		// A container that is started again has them already
		own.removeAll(arguments);
		arguments.addAll(own);
		return arguments;
	}

}
