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

package io.github.natsspring.audit;

import java.nio.file.Path;
import java.time.Duration;

import io.github.natsspring.test.ApplicationProcess;
import io.github.natsspring.test.DeliveryVerdict;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.PublishLedger;
import io.github.natsspring.test.SeenFile;
import io.github.natsspring.test.TcpProxy;
import io.nats.client.Connection;
import io.nats.client.Nats;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@DisabledOnOs(OS.WINDOWS)
class LossIntegrationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final PublishLedger ledger = new PublishLedger();

	@Test
	void losesNothingWhenNetworkAndApplicationFail(@TempDir Path directory) throws Exception {
		Path seen = directory.resolve("seen");
		try (NatsServer server = NatsServer.builder().start();
				TcpProxy proxy = TcpProxy.to(server.url());
				Connection connection = Nats.connect(server.url())) {
			try (ApplicationProcess application = start(proxy, seen)) {
				publish(connection, 0, 100);
				await().atMost(TIMEOUT).until(() -> SeenFile.read(seen).size() >= 50);
				proxy.cut();
				publish(connection, 100, 200);
				proxy.pass();
				await().atMost(TIMEOUT).until(() -> SeenFile.read(seen).size() >= 150);
				application.kill();
			}
			publish(connection, 200, 300);
			try (ApplicationProcess again = start(proxy, seen)) {
				await().atMost(TIMEOUT).until(() -> DeliveryVerdict.of(this.ledger, seen).lost().isEmpty());
				assertThat(again.isRunning()).isTrue();
			}
		}
		DeliveryVerdict verdict = DeliveryVerdict.of(this.ledger, seen);
		assertThat(verdict.ok()).as(verdict.toString()).isEqualTo(300);
		assertThat(verdict.unexpected()).isEmpty();
	}

	private static ApplicationProcess start(TcpProxy proxy, Path seen) {
		return ApplicationProcess.builder(AuditApplication.class)
			.args("--nats.servers=" + proxy.url(), "--seen=" + seen, "--server.port=0")
			.readyWhenOutput("Started AuditApplication")
			.start();
	}

	private void publish(Connection connection, int from, int to) throws Exception {
		for (int i = from; i < to; i++) {
			String id = "order-" + i;
			this.ledger.sending(id);
			connection.jetStream().publish("orders.eu.created", id.getBytes());
			this.ledger.ok(id);
		}
	}

}
