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

package io.github.natsspring.annotation;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;

import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.StringNatsMessageConverter;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.api.DeliverPolicy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that every attribute of {@link NatsListener} takes placeholders
 * (<code>${…}</code>) and expressions (<code>#{…}</code>).
 */
class ListenerPlaceholderTests extends AbstractNatsListenerAnnotationTests {

	@BeforeEach
	void setProperties() {
		Map<String, String> values = new LinkedHashMap<>();
		values.put("id", "billing");
		values.put("subject", "orders.{region}");
		values.put("queue", "all");
		values.put("stream", "ORDERS");
		values.put("consumer", "work");
		values.put("deliver-policy", "by-start-time");
		values.put("sequence", "5");
		values.put("time", "2026-11-21T08:00:00Z");
		values.put("concurrency", "4");
		values.put("key", "{region}");
		values.put("ack-mode", "manual");
		values.put("handler", "never");
		values.put("max", "17");
		values.put("size", "3");
		values.put("timeout", "250ms");
		values.put("start", "false");
		values.put("converter", "texts");
		values.put("executor", "pool");
		values.put("factory", "second");
		values.put("connection", "backup");
		this.properties.putAll(values);
		this.context.registerBean("texts", NatsMessageConverter.class, StringNatsMessageConverter::new);
		this.context.registerBean("second", RecordingFactory.class);
		this.context.registerBean(NatsListenerBeanNames.containerFactory("backup"), RecordingFactory.class);
	}

	@Test
	void coversEveryAttribute() {
		Set<String> attributes = new TreeSet<>();
		for (Method attribute : NatsListener.class.getDeclaredMethods()) {
			if (attribute.getReturnType() != boolean.class && !attribute.getName().equals("value")) {
				attributes.add(attribute.getName());
			}
		}
		assertThat(attributesThatContain("${")).isEqualTo(attributes);
		assertThat(attributesThatContain("#{")).isEqualTo(attributes);
	}

	@Test
	void resolvesPlaceholders() {
		assertThatEverythingIsSet(WithPlaceholders.class);
	}

	@Test
	void evaluatesExpressions() {
		assertThatEverythingIsSet(WithExpressions.class);
	}

	private void assertThatEverythingIsSet(Class<?> type) {
		this.context.registerBean("listener", type);
		this.context.refresh();
		NatsListenerEndpoint endpoint = single(NatsListenerBeanNames.CONTAINER_FACTORY);
		assertThat(endpoint.getId()).isEqualTo("billing");
		assertThat(endpoint.getSubjects()).extracting(SubjectTemplate::toString).containsExactly("orders.{region}");
		assertThat(endpoint.getQueue()).isEqualTo("all");
		assertThat(endpoint.getStream()).isEqualTo("ORDERS");
		assertThat(endpoint.getConsumer()).isEqualTo("work");
		assertThat(endpoint.getDeliverPolicy()).isEqualTo(DeliverPolicy.ByStartTime);
		assertThat(endpoint.getStartSequence()).isEqualTo(5);
		assertThat(endpoint.getStartTime()).isEqualTo(ZonedDateTime.parse("2026-11-21T08:00:00Z"));
		assertThat(endpoint.getConcurrency()).isEqualTo(4);
		assertThat(endpoint.getOrderingKey()).isEqualTo("{region}");
		assertThat(endpoint.getAckMode()).isEqualTo(AckMode.MANUAL);
		assertThat(endpoint.getErrorHandler()).isSameAs(this.context.getBean(NatsErrorHandler.class));
		assertThat(endpoint.getMaxInFlight()).isEqualTo(17);
		assertThat(endpoint.getBatchSize()).isEqualTo(3);
		assertThat(endpoint.getBatchTimeout()).isEqualTo(Duration.ofMillis(250));
		assertThat(endpoint.getAutoStartup()).isFalse();
		assertThat(endpoint.getMessageConverter()).isSameAs(this.context.getBean("texts"));
		assertThat(endpoint.getExecutor()).isSameAs(this.context.getBean(Executor.class));
		assertThat(single("second").getId()).isEqualTo("second");
		assertThat(single(NatsListenerBeanNames.containerFactory("backup")).getId()).isEqualTo("backup");
	}

	private NatsListenerEndpoint single(String factory) {
		List<RecordingContainer> containers = this.context.getBean(factory, RecordingFactory.class).containers;
		assertThat(containers).hasSize(1);
		return containers.get(0).endpoint;
	}

	private static Set<String> attributesThatContain(String text) {
		Set<String> attributes = new TreeSet<>();
		Class<?> type = text.equals("${") ? WithPlaceholders.class : WithExpressions.class;
		for (Method method : type.getDeclaredMethods()) {
			NatsListener annotation = AnnotatedElementUtils.findMergedAnnotation(method, NatsListener.class);
			for (Method attribute : NatsListener.class.getDeclaredMethods()) {
				Object value = (annotation != null) ? ReflectionUtils.invokeMethod(attribute, annotation) : null;
				String written = (value instanceof String[] texts) ? Arrays.toString(texts) : String.valueOf(value);
				if (written.contains(text) && !attribute.getName().equals("value")) {
					attributes.add(attribute.getName());
				}
			}
		}
		return attributes;
	}

	static class WithPlaceholders {

		@NatsListener(id = "${id}", subjects = "${subject}", queue = "${queue}", stream = "${stream}",
				consumer = "${consumer}", deliverPolicy = "${deliver-policy}", startSequence = "${sequence}",
				startTime = "${time}", concurrency = "${concurrency}", orderingKey = "${key}", ackMode = "${ack-mode}",
				errorHandler = "${handler}", maxInFlight = "${max}", batchSize = "${size}", batchTimeout = "${timeout}",
				autoStartup = "${start}", messageConverter = "${converter}", executor = "${executor}")
		void everything() {
		}

		@NatsListener(id = "second", subjects = "a", containerFactory = "${factory}")
		void second() {
		}

		@NatsListener(id = "backup", subjects = "a", connection = "${connection}")
		void backup() {
		}

	}

	static class WithExpressions {

		@NatsListener(id = "#{environment['id']}", subjects = "#{environment['subject']}", queue = "#{'${queue}'}",
				stream = "#{environment['stream']}", consumer = "#{environment['consumer']}",
				deliverPolicy = "#{T(io.nats.client.api.DeliverPolicy).ByStartTime}", startSequence = "#{2 + 3}",
				startTime = "#{environment['time']}", concurrency = "#{2 * 2}", orderingKey = "#{environment['key']}",
				ackMode = "#{T(io.github.natsspring.listener.AckMode).MANUAL}", errorHandler = "#{@never}",
				maxInFlight = "#{${max}}", batchSize = "#{1 + 2}",
				batchTimeout = "#{T(java.time.Duration).ofMillis(250)}", autoStartup = "#{false}",
				messageConverter = "#{@texts}", executor = "#{@pool}")
		void everything() {
		}

		@NatsListener(id = "second", subjects = "a", containerFactory = "#{@second}")
		void second() {
		}

		@NatsListener(id = "backup", subjects = "a", connection = "#{environment['connection']}")
		void backup() {
		}

	}

}
