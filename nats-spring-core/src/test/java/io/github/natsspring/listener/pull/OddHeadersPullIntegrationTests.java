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

package io.github.natsspring.listener.pull;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import io.github.natsspring.support.RawClient;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for a durable with messages whose headers jnats cannot read.
 */
class OddHeadersPullIntegrationTests extends AbstractPullContainerTests {

	@Test
	void handlesThemInOrderAndOnceWithoutAReconnect() throws Exception {
		List<String> names = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url()).create();
				RawClient client = new RawClient(server.port())) {
			String subject = fixture.stream() + ".m";
			for (int i = 0; i < 300; i++) {
				byte[] payload = String.valueOf(i).getBytes(StandardCharsets.UTF_8);
				switch (i % 3) {
					case 0 -> client.publish(subject, "NATS/1.0\r\nX-Name: Zoë\r\n\r\n", payload);
					case 1 -> client.publish(subject, "NATS/1.0\r\nMy Header: v\r\n\r\n", payload);
					default -> client.publish(subject, payload);
				}
			}
			client.flush();
			fixture.start(100, (message) -> {
				if (message.hasHeaders()) {
					names.addAll(message.getHeaders().keySet());
				}
				handle(message);
			});
			await().until(() -> this.handled.size() == 300);
			assertThat(this.handled).containsExactlyElementsOf(IntStream.range(0, 300).boxed().toList());
			assertThat(names).hasSize(200).containsOnly("X-Name", "My_Header");
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getRedelivered()).isZero();
			assertThat(fixture.connection().getStatistics().getReconnects()).isZero();
		}
	}

}
