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

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.listener.MessageListenerContainer;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said for one listener in {@code nats.listeners} wins over its annotation, and
 * that over {@code nats.listener}: for each key. The keys are found by reflection, so
 * that a new one without a case fails.
 */
class ListenerPrecedenceTests {

	private static final Map<String, Case> CASES = cases();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsJetStreamAutoConfiguration.class))
		.withUserConfiguration(Listeners.class)
		.withBean(ObservationRegistry.class, ObservationRegistry::create)
		// Nothing of this asks a server
		.withPropertyValues("nats.servers=nats://localhost:1", "nats.startup-mode=background");

	private static Map<String, Case> cases() {
		Map<String, Case> cases = new LinkedHashMap<>();
		cases.put("auto-startup", new Case("true", "false", "true", "false", settings("autoStartup")));
		cases.put("concurrency", new Case("1", "2", "3", "4", settings("concurrency")));
		cases.put("ack-mode", new Case("AUTO", "AUTO_CONFIRMED", "AUTO", "AUTO_CONFIRMED", settings("ackMode")));
		cases.put("max-in-flight",
				new Case("500 to 4000", "20 to 20", "30 to 30", "40 to 40",
						(container) -> settings("maxInFlight").apply(container) + " to "
								+ settings("quickMaxInFlight").apply(container))
					.written("20", "40"));
		cases.put("max-bytes-in-flight",
				new Case("67108864", "1024", null, "2048", settings("maxBytesInFlight")).written("1KB", "2KB"));
		cases.put("missing-consumer", new Case("WAIT", "FAIL", null, "RECREATE", settings("missingConsumer")));
		cases.put("shutdown-timeout", duration("20", "5", "6", settings("shutdownTimeout")));
		cases.put("stall-timeout", duration("30", "5", "6", settings("stallTimeout")));
		cases.put("idle-event-interval",
				new Case("null", "PT5S", null, "PT6S", settings("events.idleInterval")).written("5s", "6s"));
		cases.put("observation-enabled",
				new Case("MethodListenerAdapter", "ObservedListener", null, "MethodListenerAdapter",
						(container) -> field(container, "listener").getClass().getSimpleName())
					.written("true", "false"));
		cases.put("retry.mode", new Case("REDELIVER", "IN_PLACE", null, "IN_PLACE", plan("retry.mode")));
		cases.put("retry.max-attempts", new Case("null", "7", null, "8", plan("maxAttempts")));
		cases.put("retry.max-deliveries", new Case("null", "70", null, "80", plan("maxDeliveries")));
		cases.put("retry.initial-interval", duration("1", "2", "3", plan("retry.initialInterval")));
		cases.put("retry.multiplier", new Case("2.0", "3.0", null, "4.0", plan("retry.multiplier")));
		cases.put("retry.max-interval", duration("60", "20", "30", plan("retry.maxInterval")));
		cases.put("retry.jitter", new Case("0.2", "0.3", null, "0.4", plan("retry.jitter")));
		cases.put("retry.not-retryable",
				new Case("[]", "[class java.lang.IllegalStateException]", null,
						"[class java.lang.IllegalArgumentException]", plan("retry.notRetryable"))
					.written("java.lang.IllegalStateException", "java.lang.IllegalArgumentException"));
		cases.put("retry.on-exhausted", new Case("DEAD_LETTER", "DISCARD", null, "DISCARD", plan("retry.onExhausted")));
		cases.put("dead-letter.enabled", new Case("null", "true", null, "false", letters("enabled")));
		cases.put("dead-letter.subject",
				new Case("dlq.{stream}.{consumer}", "all.{stream}", null, "own.{stream}", letters("subject")));
		cases.put("dead-letter.stream", new Case("null", "ALL", null, "OWN", letters("stream")));
		cases.put("dead-letter.include-stack-trace",
				new Case("false", "true", null, "false", letters("includeStackTrace")));
		cases.put("ack-extension.enabled", new Case("true", "false", null, "true", settings("extendAcks")));
		cases.put("ack-extension.max-duration", duration("1800", "5", "6", settings("longestExtension")));
		return cases;
	}

	static Stream<String> keys() {
		return keys("", NatsListenerProperties.class).stream();
	}

	@Test
	void thereIsACaseForEachKey() {
		assertThat(CASES.keySet()).containsExactlyInAnyOrderElementsOf(keys().toList());
	}

	@Test
	void theKeysOfOneListenerAreThoseOfAll() {
		assertThat(keys("", NatsListenerProperties.class)).isEqualTo(keys("", NatsProperties.Listener.class));
	}

	@ParameterizedTest
	@MethodSource("keys")
	void whatIsSaidForOneListenerWinsOverItsAnnotationAndThatOverWhatIsSaidForAll(String key) {
		Case row = CASES.get(key);
		assertThat(row).as("a case for " + key).isNotNull();
		run("plain", key, row, row.builtIn());
		run("plain", key, row, row.all(), "nats.listener." + key + "=" + row.allWritten());
		run("plain", key, row, row.own(), "nats.listener." + key + "=" + row.allWritten(),
				"nats.listeners.plain." + key + "=" + row.ownWritten());
		// Without anything for all
		run("plain", key, row, row.own(), "nats.listeners.plain." + key + "=" + row.ownWritten());
		String annotation = row.annotation();
		if (annotation != null) {
			run("annotated", key, row, annotation, "nats.listener." + key + "=" + row.allWritten());
			run("annotated", key, row, row.own(), "nats.listener." + key + "=" + row.allWritten(),
					"nats.listeners.annotated." + key + "=" + row.ownWritten());
		}
		// Of another listener
		run("plain", key, row, row.builtIn(), "nats.listeners.annotated." + key + "=" + row.ownWritten());
	}

	private void run(String id, String key, Case row, String expected, String... properties) {
		this.contextRunner.withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			MessageListenerContainer container = context.getBean(NatsListenerEndpointRegistry.class)
				.getListenerContainer(id);
			assertThat(String.valueOf(row.effective().apply(container)))
				.as("%s of '%s' with %s", key, id, List.of(properties))
				.isEqualTo(expected);
		});
	}

	/**
	 * The leaves of a properties class, in the form in which they are written.
	 */
	private static Set<String> keys(String prefix, Class<?> type) {
		Set<String> keys = new TreeSet<>();
		for (Field field : type.getDeclaredFields()) {
			String name = prefix + TopologyFields.kebab(field.getName());
			if (field.getType().getEnclosingClass() == type
					|| prefix.isEmpty() && field.getType().getEnclosingClass() == NatsProperties.class) {
				keys.addAll(keys(name + ".", field.getType()));
			}
			else if (!field.isSynthetic()) {
				keys.add(name);
			}
		}
		return keys;
	}

	private static Case duration(String builtIn, String all, String own,
			Function<MessageListenerContainer, Object> effective) {
		return new Case(Duration.ofSeconds(Long.parseLong(builtIn)).toString(), "PT" + all + "S", null,
				"PT" + own + "S", effective)
			.written(all + "s", own + "s");
	}

	private static Function<MessageListenerContainer, Object> settings(String path) {
		return (container) -> field(container, "settings." + path);
	}

	private static Function<MessageListenerContainer, Object> plan(String path) {
		return (container) -> field(container, "failureHandler.plan." + path);
	}

	private static Function<MessageListenerContainer, Object> letters(String path) {
		return (container) -> field(container, "failureHandler.settings." + path);
	}

	private static Object field(Object target, String path) {
		Object value = target;
		for (String name : path.split("\\.")) {
			value = ReflectionTestUtils.getField(value, name);
		}
		return value;
	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		@Bean
		Plain plain() {
			return new Plain();
		}

		@Bean
		Annotated annotated() {
			return new Annotated();
		}

	}

	static class Plain {

		@NatsListener(id = "plain", stream = "ORDERS", consumer = "plain")
		void on(String text) {
		}

	}

	static class Annotated {

		@NatsListener(id = "annotated", stream = "ORDERS", consumer = "annotated", concurrency = "3", ackMode = "AUTO",
				maxInFlight = "30", autoStartup = "true")
		void on(String text) {
		}

	}

	/**
	 * The values of one key.
	 *
	 * @param builtIn what holds when nothing is said
	 * @param all what is said for all listeners
	 * @param annotation what the annotation says, or {@code null} if it has no such
	 * attribute
	 * @param own what is said for the listener
	 * @param effective finds what holds
	 * @param allWritten what is written for all
	 * @param ownWritten what is written for the listener
	 */
	private record Case(String builtIn, String all, @Nullable String annotation, String own,
			Function<MessageListenerContainer, Object> effective, String allWritten, String ownWritten) {

		Case(String builtIn, String all, @Nullable String annotation, String own,
				Function<MessageListenerContainer, Object> effective) {
			this(builtIn, all, annotation, own, effective, all, own);
		}

		Case written(String all, String own) {
			return new Case(this.builtIn, this.all, this.annotation, this.own, this.effective, all, own);
		}

	}

}
