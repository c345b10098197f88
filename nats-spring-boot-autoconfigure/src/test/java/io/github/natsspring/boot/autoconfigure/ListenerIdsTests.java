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
import java.util.Map;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.annotation.NatsListenerConfigurer;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.listener.NatsListenerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How {@code nats.listeners} finds its listeners, and what it says of ids and values that
 * cannot be right.
 */
@ExtendWith(OutputCaptureExtension.class)
class ListenerIdsTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsJetStreamAutoConfiguration.class))
		// Nothing of this asks a server
		.withPropertyValues("nats.servers=nats://localhost:1", "nats.startup-mode=background");

	@Test
	void oneEntryIsThereForAnIdInAllItsSpellings() {
		TestSources sources = TestSources.ofYaml("nats.listeners.orders-billing: { concurrency: 2, max-in-flight: 10 }")
			.variable("NATS_LISTENERS_ORDERSBILLING_CONCURRENCY", "3")
			.arguments("--nats.listeners.ordersBilling.retry.max-attempts=4");
		Map<String, NatsListenerProperties> listeners = sources.bind().getListeners();
		assertThat(listeners).containsOnlyKeys("orders-billing");
		assertThat(listeners.get("orders-billing").getConcurrency()).isEqualTo(3);
		assertThat(listeners.get("orders-billing").getMaxInFlight()).isEqualTo(10);
		assertThat(listeners.get("orders-billing").getRetry().getMaxAttempts()).isEqualTo(4);
	}

	@Test
	void twoSpellingsOfAnIdInFilesAreRefused() {
		TestSources sources = new TestSources().yaml("a.yml", "nats.listeners.orders-billing.concurrency: 2")
			.yaml("b.yml", "nats.listeners.orders_billing.max-in-flight: 2");
		assertThatExceptionOfType(Exception.class).isThrownBy(sources::bind)
			.havingRootCause()
			.isInstanceOf(InvalidNatsPropertyException.class)
			.withMessageContaining("is another spelling of the same entry");
	}

	@Test
	void anEntryThatIsInVariablesOnlyNeedsNoName() {
		TestSources sources = new TestSources().variable("NATS_LISTENERS_ORDERSBILLING_CONCURRENCY", "3");
		assertThat(sources.bind().getListeners()).containsOnlyKeys("ordersbilling");
	}

	@ParameterizedTest
	@CsvSource({ "orders-billing", "ordersbilling", "ordersBilling", "orders_billing", "ORDERS_BILLING" })
	void anIdIsFoundInAnySpelling(String spelling) {
		this.contextRunner.withUserConfiguration(Orders.class)
			.withPropertyValues("nats.strict=true", "nats.listeners.%s.concurrency=3".formatted(spelling))
			.run((context) -> assertThat(concurrency(context.getBean(NatsListenerRegistry.class), "orders-billing"))
				.isEqualTo(3));
	}

	@Test
	void anIdWithDotsIsWrittenInBrackets() {
		this.contextRunner.withUserConfiguration(Orders.class)
			.withPropertyValues("nats.strict=true", "nats.listeners.[orders.dotted].concurrency=3")
			.run((context) -> assertThat(concurrency(context.getBean(NatsListenerRegistry.class), "orders.dotted"))
				.isEqualTo(3));
	}

	@Test
	void warnsOfAnIdThatNoListenerHas(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Orders.class)
			.withPropertyValues("nats.listeners.orders-biling.concurrency=3")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output).contains("nats.listeners.orders-biling is for a listener that there is not yet. "
						+ "Did you mean 'orders-billing'? Otherwise correct the id, remove the entry, or register the listener");
			});
	}

	@Test
	void saysNothingWhenEachIdHasAListener(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Orders.class, Programmatic.class)
			.withPropertyValues("nats.strict=true", "nats.listeners.ordersBilling.concurrency=3",
					"nats.listeners.programmatic.concurrency=4")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(concurrency(context.getBean(NatsListenerRegistry.class), "programmatic")).isEqualTo(4);
				assertThat(output).doesNotContain("is for a listener that there is not");
			});
	}

	@Test
	void failsForAnIdThatNoListenerHasWhenPropertiesAreStrict() {
		this.contextRunner.withUserConfiguration(Orders.class)
			.withPropertyValues("nats.strict=true", "nats.listeners.orders-biling.concurrency=3")
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context).getFailure()
					.hasRootCauseInstanceOf(InvalidNatsPropertyException.class)
					.rootCause()
					.hasMessageContaining("nats.listeners.orders-biling");
				assertThat(FailureAnalyses.of(context.getStartupFailure()).getAction())
					.startsWith("Did you mean 'orders-billing'?");
			});
	}

	@Test
	void onlyWarnsWhenALazyBeanMayHaveTheId(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(LazyOrders.class)
			.withPropertyValues("nats.strict=true", "nats.listeners.orders-billing.concurrency=3")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output).contains(
						"nats.listeners.orders-billing is for a listener that there is not, unless a lazy bean has it");
				context.getBean(Billing.class);
				assertThat(concurrency(context.getBean(NatsListenerRegistry.class), "orders-billing")).isEqualTo(3);
			});
	}

	@Test
	void aListenerThatIsRegisteredLateIsServed() {
		this.contextRunner.withPropertyValues("nats.listeners.late.concurrency=3").run((context) -> {
			NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
			registry.registerListener(NatsListenerEndpoint.forListener("late", (message, acknowledgment) -> {
			}).stream("ORDERS").consumer("late").build());
			assertThat(concurrency(registry, "late")).isEqualTo(3);
		});
	}

	@Test
	void aKeyThatThereIsNotIsRefusedWhenPropertiesAreStrict() {
		this.contextRunner.withUserConfiguration(Orders.class)
			.withPropertyValues("nats.strict=true", "nats.listeners.orders-billing.retry.max-attemps=3")
			.run((context) -> assertThat(FailureAnalyses.of(context.getStartupFailure()).getAction())
				.contains("did you mean 'max-attempts'"));
	}

	@Test
	void keysForJetStreamAreRefusedForACoreListener() {
		this.contextRunner.withUserConfiguration(Orders.class)
			.withPropertyValues("nats.listeners.price.retry.max-attempts=3")
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context).getFailure()
					.isInstanceOf(NatsListenerException.class)
					.hasMessageContaining(
							"nats.listeners.price.retry.max-attempts is '3', which is for JetStream, and this is a core NATS listener");
			});
		this.contextRunner.withUserConfiguration(Orders.class)
			.withPropertyValues("nats.listeners.price.max-in-flight=3", "nats.listeners.price.shutdown-timeout=3s",
					"nats.listeners.price.idle-event-interval=3s", "nats.listeners.price.auto-startup=false")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
				Object settings = ReflectionTestUtils.getField(registry.getListenerContainer("price"), "settings");
				assertThat(settings).hasFieldOrPropertyWithValue("maxQueued", 3)
					.hasFieldOrPropertyWithValue("autoStartup", false)
					.hasFieldOrPropertyWithValue("shutdownTimeout", Duration.ofSeconds(3));
				assertThat(
						ReflectionTestUtils.getField(ReflectionTestUtils.getField(settings, "events"), "idleInterval"))
					.isEqualTo(Duration.ofSeconds(3));
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			concurrency=0                          | is less than 1
			max-in-flight=0                        | is less than 1
			max-bytes-in-flight=-1B                | is less than zero
			shutdown-timeout=-1s                   | is less than zero
			stall-timeout=0s                       | is not more than zero
			idle-event-interval=0s                 | is not more than zero
			ack-extension.max-duration=0s          | is not more than zero
			dead-letter.subject=dlq.*              | cannot be used
			dead-letter.stream=a.b                 | cannot be used
			retry.max-attempts=-1                  | is less than zero
			retry.max-deliveries=-1                | is less than zero
			retry.initial-interval=0s              | is not more than zero
			retry.multiplier=0.5                   | is less than 1
			retry.jitter=2                         | is not between 0 and 1
			retry.max-interval=10ms                | is shorter than nats.listener.retry.initial-interval
			""")
	void valuesOutOfRangeFailTheStart(String property, String problem) {
		String name = "nats.listeners.orders-billing." + property.substring(0, property.indexOf('='));
		this.contextRunner.withUserConfiguration(Orders.class)
			.withPropertyValues("nats.listeners.orders-billing." + property)
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context).getFailure()
					.rootCause()
					.hasMessageContaining(name + " '")
					.hasMessageContaining(problem);
			});
	}

	@Test
	void valuesThatContradictThoseOfAllFailTheStart() {
		this.contextRunner.withUserConfiguration(Orders.class)
			.withPropertyValues("nats.listeners.orders-billing.retry.initial-interval=5m")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("nats.listener.retry.max-interval 'PT1M'")
				.hasMessageContaining("nats.listeners.orders-billing.retry.initial-interval"));
		this.contextRunner.withUserConfiguration(Orders.class)
			.withPropertyValues("nats.listeners.orders-billing.concurrency=600")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(NatsListenerException.class)
				.hasMessageContaining("its concurrency is 600, and only 500 messages may be in flight"));
	}

	private static Object concurrency(NatsListenerRegistry registry, String id) {
		Object settings = ReflectionTestUtils.getField(registry.getListenerContainer(id), "settings");
		return ReflectionTestUtils.getField(settings, "concurrency");
	}

	@Configuration(proxyBeanMethods = false)
	static class Orders {

		@Bean
		Billing billing() {
			return new Billing();
		}

		@Bean
		Others others() {
			return new Others();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyOrders {

		@Bean
		@Lazy
		Billing billing() {
			return new Billing();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Programmatic {

		@Bean
		NatsListenerConfigurer programmatic() {
			return (registrar) -> registrar
				.registerEndpoint(NatsListenerEndpoint.forListener("programmatic", (message, acknowledgment) -> {
				}).stream("ORDERS").consumer("programmatic").build());
		}

	}

	static class Billing {

		@NatsListener(id = "orders-billing", stream = "ORDERS", consumer = "billing")
		void on(String text) {
		}

	}

	static class Others {

		@NatsListener(id = "orders.dotted", stream = "ORDERS", consumer = "dotted")
		void dotted(String text) {
		}

		@NatsListener(id = "price", subjects = "price.{sku}")
		void price(String text) {
		}

	}

}
