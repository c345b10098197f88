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

package io.github.natsspring.config;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.core.CoreListenerContainer;
import io.github.natsspring.listener.pull.JetStreamListenerContainer;
import io.github.natsspring.support.CompositeNatsMessageConverter;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.Options;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link HandlerChecks}, through the container factory and without a server.
 */
class HandlerChecksTests {

	private final ConnectionHolder connection = new ConnectionHolder(new ConnectionSettings("test", Options::builder,
			StartupMode.BACKGROUND, Duration.ofSeconds(1), Duration.ofSeconds(1), List.of(), List.of()));

	private final DefaultNatsListenerContainerFactory factory = new DefaultNatsListenerContainerFactory(this.connection,
			CompositeNatsMessageConverter.withDefaults(List.of(), null));

	@AfterEach
	void destroy() {
		this.factory.destroy();
		this.connection.destroy();
	}

	@Test
	void listensToWhatTheHandlersAreFor() {
		NatsListenerEndpoint endpoint = jetStream(handler("created", "orders.{id}.created"),
				handler("deleted", "orders.{id}.deleted"))
			.build();
		assertThat(endpoint.getSubjects()).extracting(SubjectTemplate::pattern)
			.containsExactly("orders.*.created", "orders.*.deleted");
		assertThat(endpoint.getDescription()).isEqualTo(Orders.class.getName());
		assertThat(this.factory.createContainer(endpoint)).isInstanceOf(JetStreamListenerContainer.class);
		assertThat(this.factory.createContainer(
				core(handler("created", "orders.{id}.created"), handler("deleted", "orders.{id}.deleted")).build()))
			.isInstanceOf(CoreListenerContainer.class);
	}

	@Test
	void listensToTheSubjectsOfTheClassIfTheHandlersCoverThemTogether() {
		NatsListenerEndpoint endpoint = jetStream(handler("created", "orders.*"), handler("deleted", "orders.*.>"))
			.subjects("orders.>")
			.build();
		assertThat(endpoint.getSubjects()).extracting(SubjectTemplate::pattern).containsExactly("orders.>");
		assertThat(this.factory.createContainer(endpoint)).isNotNull();
	}

	@Test
	void refusesASubjectThatTwoHandlersMatch() {
		assertThatRefused(jetStream(handler("created", "orders.*.created"), handler("deleted", "orders.eu.{what}")))
			.withMessageStartingWith("Listener %s: ".formatted(Orders.class.getName()))
			.withMessageContaining("the subject 'orders.eu.created' matches both 'orders.*.created' of the handler "
					+ "created and 'orders.eu.{what}' of the handler deleted")
			.withMessageEndingWith("Narrow one of the two subjects, so that each message has one handler.");
		assertThatRefused(core(handler("created", "orders.>"), handler("deleted", "orders.a")))
			.withMessageContaining("the subject 'orders.a' matches both");
	}

	@Test
	void refusesASubjectThatNoHandlerMatches() {
		assertThatRefused(jetStream(handler("created", "orders.*.created"), handler("deleted", "orders.*.deleted"))
			.subjects("orders.*.*"))
			.withMessageContaining("it listens to 'orders.*.*', and no handler matches a subject such as "
					+ "'orders.other.other'; there are [created [orders.*.created], deleted [orders.*.deleted]]")
			.withMessageContaining("Add a @NatsHandler method for it");
	}

	@Test
	void refusesAHandlerThatIsNeverCalled() {
		assertThatRefused(
				jetStream(handler("created", "orders.>"), handler("deleted", "parcels.>")).subjects("orders.>"))
			.withMessageContaining("the handler deleted is for 'parcels.>', and no subject that the class listens to "
					+ "[orders.>] matches it");
	}

	@Test
	void refusesAHandlerWithoutASubject() {
		assertThatRefused(jetStream(handler("created"))).withMessageContaining("the handler created has no subject");
	}

	@Test
	void refusesBatches() {
		assertThatRefused(jetStream(handler("created", "a")).batchSize(10))
			.withMessageContaining("its 'batchSize' is 10, and it has several handlers");
	}

	@Test
	void refusesManualAcknowledgmentIfAHandlerCannotGiveIt() {
		assertThatRefused(jetStream(handler("settled", "a"), handler("created", "b")).ackMode(AckMode.MANUAL))
			.withMessageContaining("its ack mode is 'manual', and the handler created has no Acknowledgment");
		assertThat(this.factory.createContainer(jetStream(handler("settled", "a")).ackMode(AckMode.MANUAL).build()))
			.isNotNull();
	}

	@Test
	void refusesAcknowledgmentsWhereNothingIsSettled() {
		assertThatRefused(jetStream(handler("settled", "a")).ackMode(AckMode.NONE))
			.withMessageContaining("its ack mode is 'none', and the handler settled has an Acknowledgment");
		assertThatRefused(jetStream(handler("settled", "a")).consumer(null).ordered(true))
			.withMessageContaining("its 'ordered' is true, and the handler settled has an Acknowledgment");
	}

	@Test
	void takesOrderingKeysThatEachHandlerHas() {
		assertThat(this.factory.createContainer(
				jetStream(handler("created", "orders.{id}.created"), handler("deleted", "orders.{id}.deleted"))
					.subjects("orders.*.created", "orders.*.deleted")
					.orderingKey("{id}")
					.build()))
			.isNotNull();
		assertThatRefused(
				jetStream(handler("created", "orders.{id}.created"), handler("deleted", "orders.{key}.deleted"))
					.orderingKey("{id}"))
			.withMessageContaining("its 'orderingKey' is '{id}', and this variable is not in each of its subjects");
	}

	@Test
	void plansEachHandlerByItself() {
		assertThatRefused(jetStream(handler("withVariable", "orders.{key}")))
			.withMessageStartingWith("Listener %s#withVariable: ".formatted(Orders.class.getName()))
			.withMessageContaining("the @DestinationVariable 'id' is not in the subjects");
		assertThat(this.factory.createContainer(
				jetStream(handler("withVariable", "orders.{id}"), handler("created", "orders.{key}.created")).build()))
			.isNotNull();
	}

	@Test
	void keepsHandlersInACopy() {
		NatsListenerEndpoint endpoint = jetStream(handler("created", "a"), handler("deleted", "b")).build();
		NatsListenerEndpoint copy = endpoint.mutate().build();
		assertThat(copy.getHandlers()).isEqualTo(endpoint.getHandlers());
		assertThat(copy.getSubjects()).isEqualTo(endpoint.getSubjects());
	}

	private ThrowableAssertAlternative<NatsListenerException> assertThatRefused(NatsListenerEndpointBuilder builder) {
		return assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> this.factory.createContainer(builder.build()));
	}

	private static NatsListenerEndpointBuilder jetStream(NatsListenerHandler... handlers) {
		return core(handlers).stream("ORDERS").consumer("billing");
	}

	private static NatsListenerEndpointBuilder core(NatsListenerHandler... handlers) {
		return NatsListenerEndpoint.forHandlers("orders", new Orders(), new ArrayList<>(List.of(handlers)));
	}

	private static NatsListenerHandler handler(String method, String... subjects) {
		Method found = Arrays.stream(ReflectionUtils.getDeclaredMethods(Orders.class))
			.filter((candidate) -> candidate.getName().equals(method))
			.findFirst()
			.orElseThrow();
		return new NatsListenerHandler(found, Arrays.stream(subjects).map(SubjectTemplate::parse).toList());
	}

	static class Orders {

		void created(String payload) {
		}

		void deleted(String payload) {
		}

		void settled(String payload, Acknowledgment acknowledgment) {
		}

		void withVariable(@DestinationVariable String id) {
		}

	}

}
