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
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.deadletter.RedriveTarget;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.core.CoreListenerContainer;
import io.github.natsspring.listener.pull.JetStreamListenerContainer;
import io.github.natsspring.support.CompositeNatsMessageConverter;
import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.impl.NatsMessage;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link DefaultNatsListenerContainerFactory}, without a server.
 */
class DefaultNatsListenerContainerFactoryTests {

	private final ConnectionHolder connection = new ConnectionHolder(new ConnectionSettings("test", Options::builder,
			StartupMode.BACKGROUND, Duration.ofSeconds(1), Duration.ofSeconds(1), List.of(), List.of()));

	private final DefaultNatsListenerContainerFactory factory = new DefaultNatsListenerContainerFactory(this.connection,
			CompositeNatsMessageConverter.withDefaults(List.of(), null));

	private final List<ConsumerDefinition> declared = new ArrayList<>();

	@BeforeEach
	void declare() {
		this.factory.setTopology(() -> new TopologyDefinition(List.of(), this.declared, List.of(), List.of()));
	}

	@AfterEach
	void destroy() {
		this.factory.destroy();
		this.connection.destroy();
	}

	@Test
	void makesACoreContainerWithoutStreamAndConsumer() {
		assertThat(this.factory.createContainer(endpoint().subjects("a").build()))
			.isInstanceOf(CoreListenerContainer.class);
	}

	@Test
	void makesAJetStreamContainerWithAConsumer() {
		assertThat(this.factory.createContainer(endpoint().stream("ORDERS").consumer("billing").build()))
			.isInstanceOf(JetStreamListenerContainer.class);
	}

	@Test
	void takesAutoStartupFromTheEndpointFirst() {
		this.factory.setAutoStartup(false);
		assertThat(this.factory.createContainer(endpoint().subjects("a").build()).isAutoStartup()).isFalse();
		assertThat(this.factory.createContainer(endpoint().subjects("a").autoStartup(true).build()).isAutoStartup())
			.isTrue();
	}

	@Test
	void findsTheStreamOfTheOnlyDeclaredConsumerOfThatName() {
		declare("ORDERS", "billing");
		declare("ORDERS", "shipping");
		assertThat(this.factory.complete(endpoint().consumer("billing").build()).getStream()).isEqualTo("ORDERS");
	}

	@Test
	void refusesAConsumerAloneThatIsNotDeclaredOrTwice() {
		assertThatRefused(endpoint().consumer("billing"))
			.withMessageContaining("its consumer 'billing' has no stream, and no declared stream has");
		declare("ORDERS", "billing");
		declare("INVOICES", "billing");
		assertThatRefused(endpoint().consumer("billing")).withMessageContaining("[ORDERS, INVOICES]");
	}

	@Test
	void refusesJetStreamAttributesOnACoreListener() {
		assertThatRefused(endpoint().subjects("a").deliverPolicy(DeliverPolicy.New))
			.withMessageContaining("'deliverPolicy' is 'new', which is for JetStream");
		assertThatRefused(endpoint().subjects("a").startSequence(3L)).withMessageContaining("'startSequence' is '3'");
		assertThatRefused(endpoint().subjects("a").startTime(ZonedDateTime.parse("2026-11-21T08:00:00Z")))
			.withMessageContaining("'startTime' is '2026-11-21T08:00Z'");
	}

	@Test
	void refusesSettlementAttributesOnACoreListener() {
		assertThatRefused(endpoint().subjects("a").concurrency(2)).withMessageContaining("'concurrency' is '2'");
		assertThatRefused(endpoint().subjects("a.{b}").orderingKey("{b}"))
			.withMessageContaining("'orderingKey' is '{b}'");
		assertThatRefused(endpoint().subjects("a").ackMode(AckMode.MANUAL))
			.withMessageContaining("'ackMode' is 'MANUAL'");
		assertThatRefused(endpoint().subjects("a").errorHandler((failure) -> null))
			.withMessageContaining("'errorHandler'")
			.withMessageContaining("this is a core NATS listener");
	}

	@Test
	void refusesMoreHandlersThanMessagesInFlight() {
		assertThatRefused(jetStream().concurrency(5).maxInFlight(4))
			.withMessageContaining("its concurrency is 5, and only 4 messages may be in flight");
		this.factory.setConcurrency(8);
		assertThatRefused(jetStream().maxInFlight(4)).withMessageContaining("its concurrency is 8, and only 4");
		assertThat(this.factory.createContainer(jetStream().concurrency(4).maxInFlight(4).build())).isNotNull();
		assertThatIllegalArgumentException().isThrownBy(() -> this.factory.setConcurrency(0))
			.withMessageContaining("at least 1, and is 0");
	}

	@Test
	void refusesAnOrderWithoutAcknowledgements() {
		assertThatRefused(jetStream().subjects("orders.{region}").orderingKey("{region}").ackMode(AckMode.NONE))
			.withMessageContaining("its 'orderingKey' is '{region}' and its ack mode 'none'");
	}

	@Test
	void refusesAnOrderingKeyThatIsNotInTheSubjects() {
		assertThatRefused(jetStream().subjects("orders.*").orderingKey("{region}"))
			.withMessageContaining("not in each of its subjects [orders.*]");
	}

	@Test
	void refusesMoreAttemptsThanDeliveries() {
		this.factory.setMaxAttempts(8);
		this.factory.setMaxDeliveries(7);
		assertThatRefused(jetStream()).withMessageContaining("retry.max-attempts is 8 and retry.max-deliveries only 7");
		// In place they are attempts of one delivery
		assertThat(this.factory.createContainer(jetStream().orderingKey("subject").build())).isNotNull();
	}

	@Test
	void refusesAnAckModeThatTheMethodDoesNotFit() throws Exception {
		Method without = Methods.class.getDeclaredMethod("without", String.class);
		Method with = Methods.class.getDeclaredMethod("with", String.class, Acknowledgment.class);
		assertThatRefused(method(without).ackMode(AckMode.MANUAL))
			.withMessageContaining("'manual', and the method has no Acknowledgment parameter");
		assertThatRefused(method(with).ackMode(AckMode.NONE))
			.withMessageContaining("'none', and the method has an Acknowledgment parameter");
		for (AckMode mode : new AckMode[] { AckMode.AUTO, AckMode.AUTO_CONFIRMED, AckMode.MANUAL }) {
			assertThat(this.factory.createContainer(method(with).ackMode(mode).build())).isNotNull();
		}
		this.factory.setAckMode(AckMode.MANUAL);
		assertThatRefused(method(without)).withMessageContaining("'manual'");
		assertThat(this.factory.createContainer(method(without).ackMode(AckMode.AUTO).build())).isNotNull();
	}

	@Test
	void redrivesOnlyWhatIsJetStream() {
		assertThat(this.factory.createRedriveTarget(jetStream().build())).isNotNull();
		assertThat(this.factory.createRedriveTarget(endpoint().subjects("a").build())).isNull();
	}

	@Test
	void waitsForARedriveAsLongAsMessagesAreKeptInProgress() {
		Message message = new NatsMessage("orders.created", null, new byte[0]);
		this.factory.setAckExtension(true, Duration.ofMillis(20));
		RedriveTarget forAll = this.factory.createRedriveTarget(jetStream().ackMode(AckMode.MANUAL).build());
		assertThatException().isThrownBy(() -> forAll.handle(message)).withMessageContaining("within 20 ms");
		NatsListenerOverrides own = new NatsListenerOverrides("nats.listeners.listener");
		own.setLongestExtension(Duration.ofMillis(30));
		this.factory.setOverrides((id) -> own);
		RedriveTarget forOne = this.factory.createRedriveTarget(jetStream().ackMode(AckMode.MANUAL).build());
		assertThatException().isThrownBy(() -> forOne.handle(message)).withMessageContaining("within 30 ms");
	}

	@Test
	void refusesACoreListenerWithoutSubjects() {
		assertThatRefused(endpoint()).withMessageContaining("there is nothing to listen to");
	}

	@Test
	void refusesAQueueOnAJetStreamListener() {
		assertThatRefused(endpoint().stream("ORDERS").consumer("billing").queue("workers"))
			.withMessageContaining("'queue' is 'workers', which is for core NATS");
	}

	@Test
	void makesAJetStreamContainerWithAStreamAlone() {
		assertThat(this.factory.createContainer(endpoint().stream("ORDERS").build()))
			.isInstanceOf(JetStreamListenerContainer.class);
		assertThat(this.factory.createContainer(endpoint().stream("ORDERS").ordered(true).build()))
			.isInstanceOf(JetStreamListenerContainer.class);
	}

	@Test
	void refusesOneActiveInstanceWithoutADurable() {
		assertThatRefused(endpoint().stream("ORDERS").singleActive(true))
			.withMessageContaining("its 'singleActive' is true and it names no consumer")
			.withMessageContaining("Name a durable consumer in 'consumer', or remove 'singleActive'");
	}

	@Test
	void refusesWhatContradictsOrder() {
		assertThatRefused(endpoint().subjects("a").ordered(true))
			.withMessageContaining("its attribute 'ordered' is 'true', which is for JetStream");
		assertThatRefused(jetStream().ordered(true))
			.withMessageContaining("Listener 'listener': its 'ordered' is true and its 'consumer' 'billing'")
			.withMessageContaining("or remove 'consumer'");
		assertThatRefused(ordered().concurrency(2)).withMessageContaining("'concurrency' '2'");
		assertThatRefused(ordered().ackMode(AckMode.AUTO_CONFIRMED))
			.withMessageContaining("'ackMode' 'auto-confirmed', and its messages are not acknowledged");
		assertThatRefused(ordered().orderingKey("subject")).withMessageContaining("'orderingKey' 'subject'");
		assertThatRefused(ordered().singleActive(true)).withMessageContaining("'singleActive' 'true'");
		assertThatRefused(ordered().batchSize(2)).withMessageContaining("'batchSize' '2'");
		assertThatRefused(ordered().queue("workers")).withMessageContaining("'queue' is 'workers'");
	}

	@Test
	void takesAnOrderedListenerWhateverIsSaidForAll() {
		this.factory.setConcurrency(4);
		this.factory.setAckMode(AckMode.MANUAL);
		assertThat(this.factory.createContainer(ordered().concurrency(1).ackMode(AckMode.NONE).batchSize(1).build()))
			.isInstanceOf(JetStreamListenerContainer.class);
	}

	@Test
	void refusesAnAcknowledgmentOfAnOrderedListener() {
		Method method = ReflectionUtils.findMethod(Methods.class, "with", String.class, Acknowledgment.class);
		assertThatRefused(NatsListenerEndpoint.forMethod("method", new Methods(), Objects.requireNonNull(method))
			.stream("ORDERS")
			.ordered(true)).withMessageContaining("there is nothing to settle").withMessageContaining("Methods#with");
	}

	@Test
	void refusesABeginningOnADeclaredConsumer() {
		declare("ORDERS", "billing");
		assertThatRefused(endpoint().stream("ORDERS").consumer("billing").deliverPolicy(DeliverPolicy.New))
			.withMessageContaining(
					"its attribute 'deliverPolicy' is 'new', and its consumer 'billing' is declared in ORDERS.billing");
	}

	@Test
	void refusesABeginningThatContradictsItself() {
		assertThatRefused(jetStream().deliverPolicy(DeliverPolicy.New).startSequence(3L))
			.withMessageContaining("'deliverPolicy' is 'new' in spite of 'startSequence'");
		assertThatRefused(jetStream().deliverPolicy(DeliverPolicy.ByStartTime))
			.withMessageContaining("'deliverPolicy' is 'by-start-time' without 'startTime'");
		assertThatRefused(jetStream().startSequence(3L).startTime(ZonedDateTime.now()))
			.withMessageContaining("both 'startSequence' ('3') and 'startTime'");
	}

	@Test
	void refusesJetStreamListenersWhenJetStreamIsSwitchedOff() {
		this.factory.setJetStreamDisabledBy("nats.jetstream.enabled=false");
		assertThatRefused(endpoint().consumer("billing")).withMessageContaining("'listener'")
			.withMessageContaining("nats.jetstream.enabled=false");
		assertThat(this.factory.createContainer(endpoint().subjects("a").build())).isNotNull();
	}

	private void declare(String stream, String name) {
		this.declared.add(new ConsumerDefinition(stream, name, stream + "." + name, UnaryOperator.identity()));
	}

	@Test
	void makesAContainerForBatches() throws Exception {
		assertThat(this.factory.createContainer(batch().batchSize(500).batchTimeout(Duration.ZERO).build()))
			.isInstanceOf(JetStreamListenerContainer.class);
	}

	@Test
	void takesAListForThePayloadOfOneMessageWithoutABatchSize() throws Exception {
		assertThat(this.factory.createContainer(batch().build())).isInstanceOf(JetStreamListenerContainer.class);
		assertThat(this.factory.createContainer(batch().batchSize(1).build()))
			.isInstanceOf(JetStreamListenerContainer.class);
	}

	@Test
	void refusesABatchThatIsSettledByHand() throws Exception {
		String problem = "its 'batchSize' is 10 and its ack mode 'manual'";
		assertThatRefused(batch().batchSize(10).ackMode(AckMode.MANUAL)).withMessageContaining("Methods#batch")
			.withMessageContaining(problem);
		this.factory.setAckMode(AckMode.MANUAL);
		assertThatRefused(batch().batchSize(10)).withMessageContaining(problem);
	}

	@Test
	void refusesABatchOfMoreThanMayBeInFlight() throws Exception {
		assertThatRefused(batch().batchSize(501))
			.withMessageContaining("its 'batchSize' is 501, and only 500 messages may be in flight");
		assertThatRefused(batch().batchSize(11).maxInFlight(10)).withMessageContaining("only 10 messages");
	}

	@Test
	void refusesABatchThatIsToBeInOrderByAKey() throws Exception {
		assertThatRefused(batch().batchSize(10).orderingKey("subject"))
			.withMessageContaining("its 'batchSize' is 10 and its 'orderingKey' 'subject'");
	}

	@Test
	void refusesABatchForAMethodThatTakesOneMessage() throws Exception {
		assertThatRefused(method(Methods.class.getDeclaredMethod("without", String.class)).batchSize(10))
			.withMessageContaining("Methods#without")
			.withMessageContaining("is not a list of the messages");
	}

	@Test
	void refusesABatchForAnObjectAndATimeoutWithoutABatch() throws Exception {
		assertThatRefused(jetStream().batchSize(10)).withMessageContaining("it is a listener object");
		assertThatRefused(batch().batchTimeout(Duration.ofMillis(7)))
			.withMessageContaining("its 'batchTimeout' is 7 ms, and its 'batchSize' not above 1");
	}

	@Test
	void refusesBatchesAndOneActiveInstanceOnACoreListener() {
		assertThatRefused(endpoint().subjects("a").batchSize(10)).withMessageContaining("'batchSize' is '10'");
		assertThatRefused(endpoint().subjects("a").batchTimeout(Duration.ofSeconds(1)))
			.withMessageContaining("'batchTimeout'");
		assertThatRefused(endpoint().subjects("a").singleActive(true)).withMessageContaining("'singleActive' is");
	}

	private NatsListenerEndpointBuilder batch() throws NoSuchMethodException {
		return method(Methods.class.getDeclaredMethod("batch", List.class));
	}

	private NatsListenerEndpointBuilder endpoint() {
		return NatsListenerEndpoint.forListener("listener", (message, acknowledgment) -> {
		});
	}

	private NatsListenerEndpointBuilder method(Method method) {
		return NatsListenerEndpoint.forMethod("method", new Methods(), method).stream("ORDERS").consumer("billing");
	}

	private NatsListenerEndpointBuilder ordered() {
		return endpoint().stream("ORDERS").ordered(true);
	}

	private NatsListenerEndpointBuilder jetStream() {
		return endpoint().stream("ORDERS").consumer("billing");
	}

	private ThrowableAssertAlternative<NatsListenerException> assertThatRefused(NatsListenerEndpointBuilder endpoint) {
		return assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> this.factory.createContainer(this.factory.complete(endpoint.build())));
	}

	static class Methods {

		void batch(List<String> texts) {
		}

		void without(String text) {
		}

		void with(String text, Acknowledgment acknowledgment) {
		}

	}

}
