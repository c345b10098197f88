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

import java.util.Map;

import io.github.natsspring.listener.NatsListenerException;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what {@link NatsListenerAnnotationBeanPostProcessor} refuses, and what it
 * says.
 */
class NatsListenerRefusalsTests extends AbstractNatsListenerAnnotationTests {

	@Test
	void refusesAnUnreadableBatchTimeout() {
		this.properties.putAll(Map.of("size", "50", "timeout", "soon"));
		assertThatFailureOf(NatsListenerAttributesTests.Batches.class)
			.withMessageContaining("its attribute 'batchTimeout' is 'soon' (from '${timeout}')");
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
	void refusesTwoIdsThatPropertiesCannotTellApart() {
		this.context.registerBean("other", Spelled.class);
		assertThatFailureOf(Fixed.class)
			.withMessageContaining("its id 'fixed' and 'FIX_ED', that of " + Spelled.class.getName() + "#on")
			.withMessageContaining("differ only in case, '-' and '_', and nats.listeners.<id> cannot tell them apart");
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
		assertThatExceptionOfType(NatsListenerException.class).isThrownBy(this.context::refresh)
			.withMessageContaining("its bean 'listener' is no singleton but has the scope 'prototype'");
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

	private <T> ThrowableAssertAlternative<NatsListenerException> assertThatFailureOf(Class<T> type) {
		this.context.registerBean("listener", type);
		return assertThatExceptionOfType(NatsListenerException.class).isThrownBy(this.context::refresh);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableNats
	static class OnlyEnabled {

	}

	static class WithMaximum {

		@NatsListener(subjects = "a", maxInFlight = "${max}")
		void on() {
		}

	}

	static class WithAckMode {

		@NatsListener(stream = "A", consumer = "a", ackMode = "${ack}", concurrency = "${concurrency:1}",
				errorHandler = "nobody")
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

	static class Spelled {

		@NatsListener(id = "FIX_ED", subjects = "a")
		void on() {
		}

	}

	static class Durable {

		@NatsListener(stream = "ORDERS", consumer = "billing")
		void on() {
		}

	}

}
