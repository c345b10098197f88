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

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.api.DeliverPolicy;
import org.junit.jupiter.api.Test;

import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what {@link NatsListenerAnnotationBeanPostProcessor} reads from annotations.
 */
class NatsListenerAttributesTests extends AbstractNatsListenerAnnotationTests {

	@Test
	void readsBatchesAndOneActiveInstance() {
		this.properties.putAll(Map.of("size", "50", "timeout", "200ms"));
		NatsListenerEndpoint endpoint = single(Batches.class);
		assertThat(endpoint.getBatchSize()).isEqualTo(50);
		assertThat(endpoint.getBatchTimeout()).isEqualTo(Duration.ofMillis(200));
		assertThat(endpoint.isSingleActive()).isTrue();
	}

	@Test
	void resolvesPlaceholdersAndExpressionsInEveryAttribute() {
		this.properties.putAll(Map.of("id", "billing", "region", "eu", "stream", "ORDERS", "consumer", "bill", "max",
				"17", "start", "false", "sequence", "5"));
		NatsListenerEndpoint endpoint = single(Everything.class);
		assertThat(endpoint.getId()).isEqualTo("billing");
		assertThat(endpoint.getSubjects()).extracting(SubjectTemplate::toString)
			.containsExactly("orders.eu.{id}", "a", "b");
		assertThat(endpoint.getStream()).isEqualTo("ORDERS");
		assertThat(endpoint.getConsumer()).isEqualTo("bill");
		assertThat(endpoint.getQueue()).isNull();
		assertThat(endpoint.getMaxInFlight()).isEqualTo(17);
		assertThat(endpoint.getAutoStartup()).isFalse();
		assertThat(endpoint.getDeliverPolicy()).isEqualTo(DeliverPolicy.ByStartSequence);
		assertThat(endpoint.getStartSequence()).isEqualTo(5);
		assertThat(endpoint.getExecutor()).isSameAs(this.context.getBean("pool"));
	}

	@Test
	void leavesUnsetWhatTheAnnotationLeavesOut() {
		NatsListenerEndpoint endpoint = single(Plain.class);
		assertThat(endpoint.getId()).isEqualTo("listener-on");
		assertThat(endpoint.getDescription()).isEqualTo(Plain.class.getName() + "#on");
		assertThat(endpoint)
			.extracting("queue", "stream", "consumer", "deliverPolicy", "startSequence", "startTime", "maxInFlight",
					"concurrency", "orderingKey", "ackMode", "errorHandler", "autoStartup", "messageConverter",
					"executor")
			.containsOnlyNulls();
		assertThat(endpoint.isJetStream()).isFalse();
	}

	@Test
	void readsDeliverPoliciesInAnyCaseAndSpelling() {
		this.properties.put("policy", "Last-Per-Subject");
		assertThat(single(WithPolicy.class).getDeliverPolicy()).isEqualTo(DeliverPolicy.LastPerSubject);
	}

	@Test
	void registersEachOfSeveralAnnotationsUnderAnIdOfItsOwn() {
		assertThat(endpoints(Repeated.class)).extracting(NatsListenerEndpoint::getId)
			.containsExactly("listener-on", "listener-on-2");
	}

	@Test
	void findsMetaAnnotations() {
		NatsListenerEndpoint endpoint = single(Composed.class);
		assertThat(endpoint.getSubjects()).extracting(SubjectTemplate::toString).containsExactly("composed");
		assertThat(endpoint.getQueue()).isEqualTo("all");
	}

	@Test
	void registersTheListenersOfALazyBeanWhenItIsMade() {
		this.context.registerBean("listener", Plain.class, (definition) -> definition.setLazyInit(true));
		this.context.refresh();
		assertThat(factory().containers).isEmpty();
		this.context.getBean("listener");
		assertThat(factory().containers).singleElement()
			.satisfies((container) -> assertThat(container.running).isTrue());
	}

	@Test
	void takesHowMessagesAreSettled() {
		this.properties.putAll(Map.of("concurrency", "4", "ack", "Auto-Confirmed"));
		NatsListenerEndpoint endpoint = single(Settled.class);
		assertThat(endpoint.getConcurrency()).isEqualTo(4);
		assertThat(endpoint.getOrderingKey()).isEqualTo("{region}");
		assertThat(endpoint.getAckMode()).isEqualTo(AckMode.AUTO_CONFIRMED);
		assertThat(endpoint.getErrorHandler()).isSameAs(this.context.getBean("never"));
		assertThat(endpoint.mutate().build()).usingRecursiveComparison().isEqualTo(endpoint);
	}

	private NatsListenerEndpoint single(Class<?> type) {
		List<NatsListenerEndpoint> endpoints = endpoints(type);
		assertThat(endpoints).hasSize(1);
		return endpoints.get(0);
	}

	private <T> List<NatsListenerEndpoint> endpoints(Class<T> type) {
		this.context.registerBean("listener", type);
		this.context.refresh();
		return factory().containers.stream().map((container) -> container.endpoint).toList();
	}

	private RecordingFactory factory() {
		return this.context.getBean(RecordingFactory.class);
	}

	static class Everything {

		@NatsListener(id = "${id}", subjects = { "orders.${region}.{id}", "#{@moreSubjects}" }, stream = "${stream}",
				consumer = "#{'${consumer}'}", queue = "${none:}", deliverPolicy = "BY_START_SEQUENCE",
				startSequence = "${sequence}", maxInFlight = "${max}", autoStartup = "${start}", executor = "#{@pool}")
		void on() {
		}

	}

	static class Settled {

		@NatsListener(stream = "A", consumer = "a", subjects = "a.{region}", concurrency = "${concurrency}",
				orderingKey = "{region}", ackMode = "${ack}", errorHandler = "never")
		void on() {
		}

	}

	static class Repeated {

		@NatsListener("first")
		@NatsListener("second")
		void on() {
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@NatsListener(queue = "all")
	@interface Everywhere {

		@AliasFor(annotation = NatsListener.class, attribute = "subjects")
		String[] to();

	}

	static class Composed {

		@Everywhere(to = "composed")
		void on() {
		}

	}

	static class Batches {

		@NatsListener(stream = "ORDERS", consumer = "bill", batchSize = "${size}", batchTimeout = "${timeout}",
				singleActive = true)
		void on(List<String> texts) {
		}

	}

}
