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

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.annotation.NatsListenerConfigurer;
import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.event.NatsListenerIdleEvent;
import io.github.natsspring.event.NatsListenerRecoveredEvent;
import io.github.natsspring.event.NatsListenerStalledEvent;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.api.ConsumerConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Runs what the page on governing listeners shows.
 */
@Timeout(60)
class GoverningPageIntegrationTests {

	private static final String PAGE = "governing.md";

	private static final Duration LONG = Duration.ofSeconds(20);

	private NatsServer server;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startServer() {
		this.server = NatsServer.builder().start();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withInitializer((context) -> Pages.addYaml(context, Pages.blocks(PAGE, "yaml")))
			.withUserConfiguration(Shop.class)
			.withPropertyValues("nats.servers=" + this.server.url(), "nats.strict=true");
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void showsTheJavaThatIsTestedHere() {
		// Nested classes have to be static here
		List<String> source = Pages.source(GoverningPageIntegrationTests.class)
			.stream()
			.filter((word) -> !word.equals("static"))
			.toList();
		List<String> blocks = Pages.blocks(PAGE, "java");
		assertThat(blocks).hasSize(7);
		assertThat(Pages.blocks(PAGE, "yaml")).hasSize(1);
		assertThat(blocks).allSatisfy((block) -> assertThat(source).containsSequence(Pages.words(block)));
	}

	@Test
	void appliesTheSettingsOfASingleListener() {
		this.contextRunner.run((context) -> {
			NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
			assertThat(setting(registry, "billing", "concurrency")).isEqualTo(4);
			assertThat(setting(registry, "billing", "maxInFlight")).isEqualTo(100);
			assertThat(setting(registry, "nightly", "concurrency")).isEqualTo(2);
			assertThat(registry.getStatus("nightly").state()).isEqualTo(State.STOPPED);
			publish(context.getBean(JetStreamTemplate.class), "orders.eu.created", "broken");
			// Three attempts, then a dead letter
			await().until(() -> context.getBean(DeadLetterOperations.class)
				.list(DeadLetterQuery.ofStream("ORDERS"))
				.size() == 1);
			assertThat(context.getBean(Orders.class).billed).hasSize(3);
		});
	}

	@Test
	void steersListeners() {
		this.contextRunner.run((context) -> {
			Operator operator = context.getBean(Operator.class);
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			Orders orders = context.getBean(Orders.class);
			await().until(() -> operator.describe("billing").matches("RUNNING, 0 of [1-9][0-9]* in flight"));
			operator.duringMaintenance(() -> {
				publish(template, "orders.eu.created", "a");
				assertThat(operator.describe("billing")).startsWith("PAUSED");
				await().during(Duration.ofMillis(300)).until(orders.billed::isEmpty);
			});
			await().until(() -> orders.billed.size() == 1);
			publish(template, "orders.eu.closed", "b");
			assertThat(operator.describe("nightly")).isEqualTo("STOPPED, 0 of 0 in flight");
			operator.runNightly();
			await().until(() -> orders.closed.size() == 1);
			operator.endNightly();
			assertThat(operator.describe("nightly")).startsWith("STOPPED");
			assertThatIllegalArgumentException().isThrownBy(() -> operator.describe("biling"))
				.withMessageContaining("Did you mean 'billing'?");
		});
	}

	@Test
	void publishesEvents() {
		this.contextRunner.run((context) -> {
			Alarm alarm = context.getBean(Alarm.class);
			JetStreamManagement management = context.getBean(JetStreamManagement.class);
			ConsumerConfiguration billing = management.getConsumerInfo("ORDERS", "billing").getConsumerConfiguration();
			await().until(() -> management.getConsumerInfo("ORDERS", "billing").getNumWaiting() > 0);
			management.deleteConsumer("ORDERS", "billing");
			await().atMost(LONG).until(() -> alarm.lines.size() == 1);
			assertThat(alarm.lines.peek()).startsWith("billing").contains("does not exist");
			management.createConsumer("ORDERS", billing);
			await().atMost(LONG).until(() -> alarm.lines.size() == 2);
			context.getBean(Operator.class).runNightly();
			NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
			assertThat(registry.getListenerContainer("nightly").isRunning()).isTrue();
			// Once it is idle
			await().until(() -> registry.getStatus("nightly").state() == State.STOPPED);
		});
	}

	@Test
	void registersListenersInCode() {
		this.contextRunner.run((context) -> {
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
			publish(template, "orders.acme.created", "a");
			Audit audit = context.getBean(Audit.class);
			await().until(() -> audit.subjects.contains("orders.acme.created"));
			Tenants tenants = context.getBean(Tenants.class);
			TenantHandler first = new TenantHandler();
			tenants.add("acme", first);
			assertThat(registry.getStatus("tenant-acme").state()).isNotEqualTo(State.STOPPED);
			await().until(() -> first.orders.size() == 1);
			tenants.remove("acme");
			assertThat(registry.getListenerContainer("tenant-acme")).isNull();
			publish(template, "orders.acme.created", "b");
			TenantHandler second = new TenantHandler();
			tenants.add("acme", second);
			await().until(() -> second.orders.contains(new Order("b")));
			assertThat(first.orders).containsExactly(new Order("a"));
			assertThat(second.orders).containsExactly(new Order("b"));
		});
	}

	@Test
	void makesASecondFactory() {
		this.contextRunner.run((context) -> {
			NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
			assertThat(setting(registry, "import", "concurrency")).isEqualTo(8);
			assertThat(setting(registry, "import", "maxInFlight")).isEqualTo(1000);
			assertThat(setting(registry, "import", "stallTimeout")).isEqualTo(Duration.ofSeconds(10));
			assertThat(setting(registry, "import", "shutdownTimeout")).isEqualTo(Duration.ofSeconds(25));
			assertThat(setting(registry, "billing", "shutdownTimeout")).isEqualTo(Duration.ofSeconds(25));
			publish(context.getBean(JetStreamTemplate.class), "orders.eu.imported", "a");
			await().until(() -> context.getBean(Imports.class).imports.contains(new Order("a")));
		});
	}

	private static Object setting(NatsListenerRegistry registry, String id, String name) {
		Object settings = ReflectionTestUtils.getField(registry.getListenerContainer(id), "settings");
		return ReflectionTestUtils.getField(settings, name);
	}

	private static void publish(JetStreamTemplate template, String subject, String sku) {
		template.publish(subject, new Order(sku));
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Orders.class, Imports.class, Operator.class, Watcher.class, Alarm.class, Audit.class, Tenants.class })
	static class Shop {

		@Bean
		NatsListenerConfigurer auditListeners(Audit audit) {
			return (registrar) -> registrar.registerEndpoint(
					NatsListenerEndpoint.forListener("audit", (message, acknowledgment) -> audit.add(message))
						.stream("ORDERS")
						.consumer("audit")
						.build());
		}

		@Bean
		DefaultNatsListenerContainerFactory bulkFactory(NatsListenerContainerFactoryConfigurer configurer) {
			DefaultNatsListenerContainerFactory factory = configurer.create();
			factory.setConcurrency(8);
			factory.setMaxInFlight(2_000);
			return factory;
		}

		@Bean
		NatsListenerContainerFactoryCustomizer patientShutdown() {
			return (factory) -> factory.setShutdownTimeout(Duration.ofSeconds(25));
		}

	}

	@Component
	static class Operator {

		private final NatsListenerRegistry listeners;

		Operator(NatsListenerRegistry listeners) {
			this.listeners = listeners;
		}

		String describe(String id) {
			ContainerStatus status = this.listeners.getStatus(id);
			return "%s, %d of %d in flight".formatted(status.state(), status.inFlight(), status.window());
		}

		void duringMaintenance(Runnable maintenance) {
			this.listeners.pause("billing");
			try {
				maintenance.run();
			}
			finally {
				this.listeners.resume("billing");
			}
		}

		void runNightly() {
			this.listeners.start("nightly");
		}

		void endNightly() {
			this.listeners.stop("nightly");
		}

	}

	@Component
	static class Watcher {

		private final NatsListenerRegistry listeners;

		private final Alarm alarm;

		Watcher(NatsListenerRegistry listeners, Alarm alarm) {
			this.listeners = listeners;
			this.alarm = alarm;
		}

		@EventListener
		void stalled(NatsListenerStalledEvent event) {
			this.alarm.raise(event.getListenerId(), event.getReason());
		}

		@EventListener
		void recovered(NatsListenerRecoveredEvent event) {
			this.alarm.clear(event.getListenerId(), event.getStalledTime());
		}

		@EventListener(condition = "event.listenerId == 'nightly'")
		void idle(NatsListenerIdleEvent event) {
			this.listeners.stop(event.getListenerId());
		}

	}

	@Component
	static class Tenants {

		private final NatsListenerRegistry listeners;

		Tenants(NatsListenerRegistry listeners) {
			this.listeners = listeners;
		}

		void add(String tenant, TenantHandler handler) throws NoSuchMethodException {
			Method method = TenantHandler.class.getDeclaredMethod("on", Order.class);
			this.listeners.registerListener(NatsListenerEndpoint.forMethod("tenant-" + tenant, handler, method)
				.stream("ORDERS")
				.consumer("tenant-" + tenant)
				.subjects("orders." + tenant + ".>")
				.concurrency(2)
				.build());
		}

		void remove(String tenant) {
			this.listeners.unregisterListener("tenant-" + tenant);
		}

	}

	static class Orders {

		final Queue<Order> billed = new ConcurrentLinkedQueue<>();

		final Queue<Order> closed = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "billing", stream = "ORDERS", consumer = "billing", concurrency = "1")
		void bill(Order order) {
			this.billed.add(order);
			if (order.sku().equals("broken")) {
				throw new IllegalStateException("expected by the test");
			}
		}

		@NatsListener(id = "nightly", stream = "ORDERS", consumer = "nightly")
		void close(Order order) {
			this.closed.add(order);
		}

	}

	static class Imports {

		final Queue<Order> imports = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "import", stream = "ORDERS", consumer = "import", containerFactory = "bulkFactory")
		void on(Order order) {
			this.imports.add(order);
		}

	}

	static class TenantHandler {

		final Queue<Order> orders = new ConcurrentLinkedQueue<>();

		void on(Order order) {
			this.orders.add(order);
		}

	}

	static class Audit {

		final Queue<String> subjects = new ConcurrentLinkedQueue<>();

		void add(Message message) {
			this.subjects.add(message.getSubject());
		}

	}

	static class Alarm {

		final Queue<String> lines = new ConcurrentLinkedQueue<>();

		void raise(String id, String reason) {
			this.lines.add(id + ": " + reason);
		}

		void clear(String id, Duration stalled) {
			this.lines.add(id + " is back after " + stalled);
		}

	}

	record Order(String sku) {
	}

}
