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

import io.github.natsspring.test.ApplicationProcess;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.Nats;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A listener fetches no more bytes than a small heap has room for, however large messages
 * are and however many it may have in flight.
 */
@Timeout(180)
class MemoryBoundIntegrationTests {

	private static final int LARGE = 1_000_000;

	@Test
	void handlesMoreThanFitsIntoTheHeap() throws Exception {
		handle(250, "-Xmx128m");
	}

	@Test
	@Tag("slow")
	void handlesFiveHundredMegabytes() throws Exception {
		handle(500, "-Xmx256m");
	}

	private static void handle(int messages, String heap) throws Exception {
		try (NatsServer server = NatsServer.builder().start(); Connection client = Nats.connect(server.url())) {
			client.jetStreamManagement()
				.addStream(StreamConfiguration.builder().name("LARGE").subjects("large.>").build());
			JetStream jetStream = client.jetStream();
			byte[] payload = new byte[LARGE];
			for (int i = 0; i < messages; i++) {
				jetStream.publish("large.one", payload);
			}
			try (ApplicationProcess application = ApplicationProcess.builder(MemoryBoundMain.class)
				.jvmOptions(heap, "-XX:+ExitOnOutOfMemoryError")
				.args("--spring.docker.compose.enabled=false", "--nats.servers=" + server.url(),
						"--nats.listener.max-in-flight=500")
				.readyWhenOutput("Started MemoryBoundMain")
				.start()) {
				// 64 MB by default; each is somewhat larger than its payload
				await().atMost(Duration.ofSeconds(60)).until(() -> pending(client) > 30);
				await().during(Duration.ofSeconds(2))
					.atMost(Duration.ofSeconds(20))
					.until(() -> pending(client) <= 64L * 1024 * 1024 / LARGE);
				client.publish("go", new byte[0]);
				application.awaitOutput("Handled %d messages".formatted(messages), Duration.ofSeconds(90));
				await().until(() -> pending(client) == 0);
				assertThat(application.isRunning()).isTrue();
			}
		}
	}

	private static long pending(Connection client) throws Exception {
		return client.jetStreamManagement().getConsumerInfo("LARGE", "c").getNumAckPending();
	}

}
