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
import java.util.List;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs what the page on topology shows.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class TopologyPageIntegrationTests {

	private static final String PAGE = "topology.md";

	private NatsServer server;

	private Connection client;

	private JetStreamManagement management;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startServer() throws Exception {
		this.server = NatsServer.builder().start();
		this.client = Nats.connect(this.server.url());
		this.management = this.client.jetStreamManagement();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsJetStreamAutoConfiguration.class))
			.withInitializer((context) -> Pages.addYaml(context, Pages.blocks(PAGE, "yaml")))
			.withPropertyValues("nats.servers=" + this.server.url(), "nats.strict=true");
	}

	@AfterEach
	void stopServer() throws Exception {
		this.client.close();
		this.server.close();
	}

	@Test
	void makesWhatIsMissingAndLeavesWhatTheOperatorOwns(CapturedOutput output) throws Exception {
		assertThat(Pages.blocks(PAGE, "yaml")).hasSize(4);
		createPayments("payments.>");
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(this.management.getStreamNames()).containsExactlyInAnyOrder("ORDERS", "PAYMENTS", "KV_profiles",
					"OBJ_invoices");
			assertThat(this.management.getConsumerInfo("PAYMENTS", "reconciliation")
				.getConsumerConfiguration()
				.getAckWait()).isEqualTo(Duration.ofMinutes(1));
			assertThat(this.management.getConsumerInfo("ORDERS", "billing-v2")
				.getConsumerConfiguration()
				.getDeliverPolicy()).isEqualTo(DeliverPolicy.ByStartSequence);
			assertThat(output).contains("permissions: {", "\"$JS.API.STREAM.UPDATE.ORDERS\"")
				.doesNotContain("STREAM.UPDATE.PAYMENTS");
		});
		this.contextRunner.withPropertyValues("nats.jetstream.streams.ORDERS.max-age=8d").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(this.management.getStreamInfo("ORDERS").getConfiguration().getMaxAge())
				.isEqualTo(Duration.ofDays(8));
		});
	}

	@Test
	void failsWhereTheOperatorHasItOtherwise() throws Exception {
		createPayments("payments.eu.>");
		this.contextRunner.run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = FailureAnalyses.of(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("nats.jetstream.streams.PAYMENTS.subjects",
					"declared [payments.>], on the server [payments.eu.>]");
			assertThat(this.management.getStreamNames()).isEqualTo(List.of("PAYMENTS"));
		});
	}

	private void createPayments(String subjects) throws Exception {
		this.management.addStream(StreamConfiguration.builder().name("PAYMENTS").subjects(subjects).build());
	}

}
