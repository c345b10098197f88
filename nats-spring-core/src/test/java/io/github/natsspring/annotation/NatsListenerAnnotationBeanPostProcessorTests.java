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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.config.NatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.api.DeliverPolicy;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link NatsListenerAnnotationBeanPostProcessor}.
 */
class NatsListenerAnnotationBeanPostProcessorTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final Map<String, Object> properties = new LinkedHashMap<>();

	NatsListenerAnnotationBeanPostProcessorTests() {
		this.context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", this.properties));
		this.context.register(ListenerConfiguration.class);
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void readsBatchesAndOneActiveInstance() {
		this.properties.putAll(Map.of("size", "50", "timeout", "200ms"));
		NatsListenerEndpoint endpoint = single(Batches.class);
		assertThat(endpoint.getBatchSize()).isEqualTo(50);
		assertThat(endpoint.getBatchTimeout()).isEqualTo(Duration.ofMillis(200));
		assertThat(endpoint.isSingleActive()).isTrue();
	}

	@Test
	void refusesAnUnreadableBatchTimeout() {
		this.properties.putAll(Map.of("size", "50", "timeout", "soon"));
		assertThatFailureOf(Batches.class)
			.withMessageContaining("its attribute 'batchTimeout' is 'soon' (from '${timeout}')");
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
	void namesTheMethodTheAttributeAndTheValueOfAnUnresolvedPlaceholder() {
		assertThatFailureOf(Unresolved.class).withMessageContaining(Unresolved.class.getName() + "#on")
			.withMessageContaining(
					"its attribute 'subjects' is 'orders.${no.such.property}', which cannot be resolved");
	}

	@Test
	void namesWhatIsWrongWithAValue() {
		this.properties.put("policy", "sometimes");
		assertThatFailureOf(WithPolicy.class)
			.withMessageContaining("its attribute 'deliverPolicy' is 'sometimes' (from '${policy}')")
			.withMessageContaining("by-start-sequence");
	}

	@Test
	void refusesANumberBelowOne() {
		this.properties.put("max", "0");
		assertThatFailureOf(WithMaximum.class).withMessageContaining("its attribute 'maxInFlight' is '0'");
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

	@Test
	void refusesSettlementThatCannotBeRead() {
		this.properties.put("ack", "sometimes");
		assertThatFailureOf(WithAckMode.class)
			.withMessageContaining("its attribute 'ackMode' is 'sometimes' (from '${ack}')")
			.withMessageContaining("one of auto, auto-confirmed, manual, none");
	}

	@Test
	void refusesAConcurrencyBelowOne() {
		this.properties.put("ack", "auto");
		this.properties.put("concurrency", "0");
		assertThatFailureOf(WithAckMode.class).withMessageContaining("its attribute 'concurrency' is '0'");
	}

	@Test
	void refusesAnErrorHandlerThatIsNotThere() {
		this.properties.put("ack", "Auto-Confirmed");
		assertThatFailureOf(WithAckMode.class)
			.withMessageContaining("its attribute 'errorHandler' is 'nobody', which is no usable bean")
			.withMessageContaining("NatsErrorHandler");
	}

	@Test
	void refusesASubjectThatIsNone() {
		assertThatFailureOf(BadSubject.class).withMessageContaining("'orders..created'")
			.withMessageContaining(BadSubject.class.getName() + "#on");
	}

	@Test
	void refusesABeanThatIsNotThere() {
		assertThatFailureOf(NoSuchExecutor.class)
			.withMessageContaining("its attribute 'executor' is 'nobody', which is no usable bean");
	}

	@Test
	void refusesTheSameIdTwice() {
		this.context.registerBean("other", Fixed.class);
		assertThatFailureOf(Fixed.class).withMessageContaining("its id 'fixed' is also that of");
	}

	@Test
	void refusesTwoListenersOfOneConsumer() {
		this.context.registerBean("other", Durable.class);
		assertThatFailureOf(Durable.class)
			.withMessageContaining("the consumer 'billing' of stream 'ORDERS' already has the listener");
	}

	@Test
	void refusesPrototypes() {
		this.context.registerBean("listener", Plain.class,
				(definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE));
		this.context.refresh();
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> this.context.getBean("listener"))
			.havingRootCause()
			.isInstanceOf(NatsListenerException.class)
			.withMessageContaining("its bean 'listener' is a prototype");
	}

	@Test
	void saysThatTheContainerFactoryIsMissing() {
		try (AnnotationConfigApplicationContext bare = new AnnotationConfigApplicationContext()) {
			bare.register(OnlyEnabled.class);
			bare.registerBean("listener", Plain.class);
			assertThatExceptionOfType(NatsListenerException.class).isThrownBy(bare::refresh)
				.withMessageContaining("there is no bean 'natsListenerContainerFactory'");
		}
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

	private <T> ThrowableAssertAlternative<NatsListenerException> assertThatFailureOf(Class<T> type) {
		this.context.registerBean("listener", type);
		return assertThatExceptionOfType(NatsListenerException.class).isThrownBy(this.context::refresh);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableNats
	static class OnlyEnabled {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableNats
	static class ListenerConfiguration {

		@Bean(NatsListenerBeanNames.CONTAINER_FACTORY)
		RecordingFactory factory() {
			return new RecordingFactory();
		}

		@Bean
		NatsErrorHandler never() {
			return (failure) -> null;
		}

		@Bean
		Executor pool() {
			return Runnable::run;
		}

		@Bean
		List<String> moreSubjects() {
			return List.of("a", "b");
		}

	}

	static class RecordingFactory implements NatsListenerContainerFactory {

		final List<RecordingContainer> containers = new ArrayList<>();

		@Override
		public MessageListenerContainer createContainer(NatsListenerEndpoint endpoint) {
			RecordingContainer container = new RecordingContainer(endpoint);
			this.containers.add(container);
			return container;
		}

	}

	static class RecordingContainer implements MessageListenerContainer {

		final NatsListenerEndpoint endpoint;

		boolean running;

		RecordingContainer(NatsListenerEndpoint endpoint) {
			this.endpoint = endpoint;
		}

		@Override
		public String getListenerId() {
			return this.endpoint.getId();
		}

		@Override
		public ContainerStatus getStatus() {
			return new ContainerStatus(ContainerStatus.State.STOPPED, null, 0, null);
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

	static class Batches {

		@NatsListener(stream = "ORDERS", consumer = "bill", batchSize = "${size}", batchTimeout = "${timeout}",
				singleActive = true)
		void on(List<String> texts) {
		}

	}

	static class Everything {

		@NatsListener(id = "${id}", subjects = { "orders.${region}.{id}", "#{@moreSubjects}" }, stream = "${stream}",
				consumer = "#{'${consumer}'}", queue = "${none:}", deliverPolicy = "BY_START_SEQUENCE",
				startSequence = "${sequence}", maxInFlight = "${max}", autoStartup = "${start}", executor = "#{@pool}")
		void on() {
		}

	}

	static class Plain {

		@NatsListener("plain")
		void on() {
		}

	}

	static class WithPolicy {

		@NatsListener(stream = "ORDERS", consumer = "billing", deliverPolicy = "${policy}")
		void on() {
		}

	}

	static class WithMaximum {

		@NatsListener(subjects = "a", maxInFlight = "${max}")
		void on() {
		}

	}

	static class Settled {

		@NatsListener(stream = "A", consumer = "a", subjects = "a.{region}", concurrency = "${concurrency}",
				orderingKey = "{region}", ackMode = "${ack}", errorHandler = "never")
		void on() {
		}

	}

	static class WithAckMode {

		@NatsListener(stream = "A", consumer = "a", ackMode = "${ack}", concurrency = "${concurrency:1}",
				errorHandler = "nobody")
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

	static class Unresolved {

		@NatsListener("orders.${no.such.property}")
		void on() {
		}

	}

	static class BadSubject {

		@NatsListener("orders..created")
		void on() {
		}

	}

	static class NoSuchExecutor {

		@NatsListener(subjects = "a", executor = "nobody")
		void on() {
		}

	}

	static class Fixed {

		@NatsListener(id = "fixed", subjects = "a")
		void on() {
		}

	}

	static class Durable {

		@NatsListener(stream = "ORDERS", consumer = "billing")
		void on() {
		}

	}

}
