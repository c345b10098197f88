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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.support.JwtUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A service that a server asks who may log in.
 */
class AuthCallout implements AutoCloseable {

	private final Connection connection;

	private final NKey issuer;

	private final String password;

	private final Queue<String> asked = new ConcurrentLinkedQueue<>();

	AuthCallout(String url, NKey issuer, String password) throws Exception {
		this.issuer = issuer;
		this.password = password;
		this.connection = Nats.connect(Options.builder().server(url).userInfo("auth", "auth").build());
		this.connection.createDispatcher(this::answer).subscribe("$SYS.REQ.USER.AUTH");
		this.connection.flush(Duration.ofSeconds(5));
	}

	Queue<String> asked() {
		return this.asked;
	}

	private void answer(Message message) {
		try {
			String body = JwtUtils.getClaimBody(new String(message.getData(), StandardCharsets.UTF_8));
			JsonNode request = JsonMapper.shared().readTree(body).path("nats");
			String userKey = request.path("user_nkey").asString();
			String server = request.path("server_id").path("id").asString();
			JsonNode login = request.path("connect_opts");
			this.asked.add(login.path("user").asString());
			boolean allowed = this.password.equals(login.path("pass").asString());
			String issuerKey = TestAccounts.publicKey(this.issuer);
			String result = allowed ? "\"jwt\":\"%s\"".formatted(userJwt(userKey, issuerKey)) : "\"error\":\"no\"";
			String response = JwtUtils.issueJWT(this.issuer, userKey, "response", null, Instant.now().getEpochSecond(),
					issuerKey, server,
					() -> "{%s,\"type\":\"authorization_response\",\"version\":2}".formatted(result));
			this.connection.publish(message.getReplyTo(), response.getBytes(StandardCharsets.UTF_8));
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String userJwt(String userKey, String issuerKey) throws GeneralSecurityException, IOException {
		// The audience is the account
		return JwtUtils.issueJWT(this.issuer, userKey, "app", null, Instant.now().getEpochSecond(), issuerKey, "APP",
				() -> "{\"pub\":{},\"sub\":{},\"subs\":-1,\"data\":-1,\"payload\":-1,\"type\":\"user\",\"version\":2}");
	}

	@Override
	public void close() throws InterruptedException {
		this.connection.close();
	}

}
