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
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.boot.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.topology.NatsProvisioningException;
import io.github.natsspring.topology.ProvisioningMode;
import io.github.natsspring.topology.ProvisioningPolicy;
import io.github.natsspring.topology.StreamDefinition;
import io.github.natsspring.topology.TopologyApplier;
import io.github.natsspring.topology.TopologyReport;
import io.github.natsspring.topology.TopologySettings;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValueUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the provisioning of an application, with a server.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ProvisioningIntegrationTests {

	private NatsServer server;

	private ApplicationContextRunner application;

	@BeforeEach
	void startServer() {
		this.server = NatsServer.builder().start();
		this.application = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class, NatsHealthContributorAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + this.server.url(), "nats.reconnect.wait=50ms",
					"spring.application.name=shop", "nats.jetstream.streams.ORDERS.subjects=orders.>",
					"nats.jetstream.streams.ORDERS.max-age=7d",
					"nats.jetstream.streams.ORDERS.consumers.billing.ack-wait=30s",
					"nats.key-value.profiles.history=5");
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void updatesWhatWidensAndKeepsTheRest() {
		this.application.run((context) -> assertThat(context).hasNotFailed());
		this.application.withPropertyValues("nats.jetstream.provisioning=update",
				"nats.jetstream.streams.ORDERS.subjects=orders.>,returns.>", "nats.jetstream.streams.ORDERS.max-age=1d",
				"nats.jetstream.streams.ORDERS.consumers.billing.ack-wait=60s", "nats.key-value.profiles.history=3")
			.run((context) -> {
				StreamConfiguration stream = stream(context);
				assertThat(stream.getSubjects()).containsExactly("orders.>", "returns.>");
				assertThat(stream.getMaxAge()).isEqualTo(Duration.ofDays(7));
				assertThat(context.getBean(JetStreamManagement.class)
					.getConsumerInfo("ORDERS", "billing")
					.getConsumerConfiguration()
					.getAckWait()).isEqualTo(Duration.ofSeconds(60));
				HealthIndicator health = context.getBean("natsHealthContributor", HealthIndicator.class);
				await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));
				assertThat(health.health().getDetails()).extractingByKey("topology")
					.asString()
					.contains("drift", "stream 'ORDERS'", "max_age: declared 1d, on the server 7d",
							"key-value bucket 'profiles'", "allow-data-loss: true");
			});
		this.application
			.withPropertyValues("nats.jetstream.streams.ORDERS.provisioning=update",
					"nats.jetstream.streams.ORDERS.allow-data-loss=true", "nats.jetstream.streams.ORDERS.prune=true",
					"nats.jetstream.streams.ORDERS.subjects=orders.>", "nats.jetstream.streams.ORDERS.max-age=1d")
			.run((context) -> {
				assertThat(stream(context).getSubjects()).containsExactly("orders.>");
				assertThat(stream(context).getMaxAge()).isEqualTo(Duration.ofDays(1));
			});
	}

	@Test
	void bindsTheModesOfEachEntry() {
		this.application
			.withPropertyValues("nats.jetstream.streams.ORDERS.provisioning=validate",
					"nats.jetstream.streams.ORDERS.consumers.billing.provisioning=none",
					"nats.jetstream.streams.ORDERS.consumers.billing.allow-data-loss=true",
					"nats.jetstream.streams.ORDERS.consumers.billing.prune=true",
					"nats.key-value.profiles.provisioning=update", "nats.key-value.profiles.prune=true",
					"nats.object-store.invoices.provisioning=none", "nats.object-store.invoices.allow-data-loss=true")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(NatsProvisioningException.class)
				.hasMessageContaining("stream 'ORDERS'")
				.hasMessageContaining("is not on the server"));
		var declared = TestSources.ofYaml("""
				nats:
				  jetstream.streams.ORDERS:
				    provisioning: validate
				    consumers.billing: {provisioning: none, allow-data-loss: true, prune: true}
				  key-value.profiles: {provisioning: update, prune: true}
				  object-store.invoices: {allow-data-loss: true}
				""").topology();
		assertThat(declared.streams().get(0).provisioning())
			.isEqualTo(new ProvisioningPolicy(ProvisioningMode.VALIDATE, false, false));
		assertThat(declared.consumers().get(0).provisioning())
			.isEqualTo(new ProvisioningPolicy(ProvisioningMode.NONE, true, true));
		assertThat(declared.keyValues().get(0).provisioning())
			.isEqualTo(new ProvisioningPolicy(ProvisioningMode.UPDATE, false, true));
		assertThat(declared.objectStores().get(0).provisioning()).isEqualTo(new ProvisioningPolicy(null, true, false));
	}

	@Test
	void reportsWhatBecameOfThePlanAndWhoseItIs() {
		this.application.run((context) -> {
			TopologyReport report = Objects.requireNonNull(context.getBean(TopologyApplier.class).report());
			assertThat(report.result()).isEqualTo(TopologyReport.Result.APPLIED);
			assertThat(report.applied()).hasSize(3);
			assertThat(stream(context).getMetadata()).containsEntry(TopologySettings.OWNER_KEY, "shop");
		});
		this.application
			.withPropertyValues("spring.application.name=billing", "nats.jetstream.provisioning=update",
					"nats.jetstream.streams.ORDERS.max-age=30d")
			.run((context) -> {
				TopologyReport report = Objects.requireNonNull(context.getBean(TopologyApplier.class).report());
				assertThat(report.applied()).isEmpty();
				assertThat(Objects.requireNonNull(report.plan()).different()).singleElement()
					.satisfies((resource) -> assertThat(resource.otherOwner()).isEqualTo("shop"));
			});
	}

	@Test
	void keepsWhoMadeTheConsumersAndDeadLettersOfListeners() {
		ApplicationContextRunner shop = this.application.withUserConfiguration(Parcels.class)
			.withPropertyValues("nats.listener.dead-letter.enabled=true");
		for (String application : List.of("shop", "billing")) {
			shop.withPropertyValues("spring.application.name=" + application).run((context) -> {
				assertThat(context).hasNotFailed();
				JetStreamManagement management = context.getBean(JetStreamManagement.class);
				assertThat(management.getConsumerInfo("ORDERS", "parcels").getConsumerConfiguration().getMetadata())
					.containsEntry(TopologySettings.OWNER_KEY, "shop");
				assertThat(management.getStreamInfo("ORDERS_DLQ").getConfiguration().getMetadata())
					.containsEntry(TopologySettings.OWNER_KEY, "shop");
			});
		}
	}

	@Test
	void changesNothingOnTheServerWhenItStartsAgain() throws Exception {
		ApplicationContextRunner same = this.application.withUserConfiguration(Parcels.class)
			.withPropertyValues("nats.listener.dead-letter.enabled=true", "nats.jetstream.provisioning=update");
		Connection client = Nats.connect(this.server.url());
		try {
			Queue<String> requests = new ConcurrentLinkedQueue<>();
			client
				.createDispatcher((message) -> requests
					.add(JsonValueUtils.readString(JsonParser.parseUnchecked(message.getData()), "subject")))
				.subscribe("$JS.EVENT.ADVISORY.API");
			client.flush(Duration.ofSeconds(20));
			same.run((context) -> assertThat(context).hasNotFailed());
			// What comes before the mark has arrived when the mark has
			mark(client, requests, "FIRST");
			assertThat(changes(requests)).contains("$JS.API.STREAM.CREATE.ORDERS", "$JS.API.STREAM.CREATE.ORDERS_DLQ")
				.anyMatch((request) -> request.contains("CONSUMER") && request.contains(".ORDERS.parcels"));
			requests.clear();
			for (int i = 0; i < 10; i++) {
				same.run((context) -> assertThat(context).hasNotFailed());
			}
			mark(client, requests, "SECOND");
			assertThat(requests).hasSizeGreaterThan(30);
			assertThat(changes(requests)).isEmpty();
		}
		finally {
			client.close();
		}
	}

	private static void mark(Connection client, Queue<String> requests, String name) throws Exception {
		client.requestWithTimeout("$JS.API.STREAM.INFO." + name, new byte[0], Duration.ofSeconds(2));
		await().until(() -> requests.contains("$JS.API.STREAM.INFO." + name));
	}

	private static List<String> changes(Queue<String> requests) {
		return requests.stream()
			.filter((request) -> List.of(".CREATE.", ".UPDATE.", ".DELETE.", ".PURGE.")
				.stream()
				.anyMatch(request::contains))
			.toList();
	}

	@Test
	void onlyPlansAndStartsNoListenerOfWhatIsMissing(CapturedOutput output) {
		this.application.withUserConfiguration(Billing.class)
			.withPropertyValues("nats.jetstream.plan-only=true")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(JetStreamManagement.class).getStreamNames()).isEmpty();
				assertThat(context.getBean(NatsListenerEndpointRegistry.class).getListenerContainers()).hasSize(1)
					.noneMatch((container) -> container.isRunning());
				assertThat(output).contains("Only planned, nothing is changed")
					.contains("+ stream 'ORDERS' (nats.jetstream.streams.ORDERS)")
					.containsOnlyOnce("no JetStream listener starts by itself");
			});
	}

	@Test
	void takesDefinitionsFromBeans() {
		this.application.withUserConfiguration(Definitions.class).run((context) -> {
			assertThat(context.getBean(JetStreamManagement.class).getStreamNames()).contains("AUDIT");
			assertThat(Objects
				.requireNonNull(Objects.requireNonNull(context.getBean(TopologyApplier.class).report()).plan())
				.resources()).filteredOn((resource) -> resource.name().equals("AUDIT"))
				.singleElement()
				.satisfies((resource) -> assertThat(resource.source()).isEqualTo("bean 'audit'"));
		});
	}

	@Test
	void recoversWithItsListenersFromAStoreThatCameBackEmpty() {
		this.application.withUserConfiguration(Billing.class).run((context) -> {
			Billing billing = context.getBean(Billing.class);
			context.getBean(JetStreamTemplate.class).publish("orders.1", "one");
			await().untilAsserted(() -> assertThat(billing.billed).containsExactly("one"));
			HealthIndicator health = context.getBean("natsHealthContributor", HealthIndicator.class);
			this.server.restartWithoutStore();
			JetStreamManagement management = context.getBean(JetStreamManagement.class);
			await().atMost(Duration.ofSeconds(20))
				.ignoreExceptions()
				.until(() -> management.getConsumerNames("ORDERS").contains("billing"));
			context.getBean(JetStreamTemplate.class).publish("orders.2", "two");
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(billing.billed).containsExactly("one", "two"));
			await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));
			assertThat(management.getStreamNames()).contains("KV_profiles");
		});
	}

	private static StreamConfiguration stream(AssertableApplicationContext context) throws Exception {
		return context.getBean(JetStreamManagement.class).getStreamInfo("ORDERS").getConfiguration();
	}

	@Configuration(proxyBeanMethods = false)
	static class Billing {

		final Queue<String> billed = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "ORDERS", consumer = "billing")
		void bill(String order) {
			this.billed.add(order);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Parcels {

		@NatsListener(stream = "ORDERS", consumer = "parcels", subjects = "orders.parcels")
		void pack(String order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Definitions {

		@Bean
		StreamDefinition audit() {
			return new StreamDefinition("AUDIT", "code",
					(stream) -> stream.subjects("audit.>").metadata(Map.of("team", "audit")))
				.with(new ProvisioningPolicy(ProvisioningMode.UPDATE, false, true));
		}

	}

}
