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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Mistakes in annotations and methods of listeners. Each fails the start of the
 * application before a server is asked, and the message names class, method, attribute
 * (or parameter), value and what to do.
 */
class AnnotationMistakesTests {

	@ParameterizedTest
	@MethodSource("mistakes")
	void failsAtTheStartAndSaysWhatToDo(Mistake mistake) {
		try (AnnotationConfigApplicationContext context = context()) {
			context.registerBean("mistake", mistake.listener());
			String listener = mistake.listener().getName() + "#on";
			assertThatExceptionOfType(NatsListenerException.class).isThrownBy(context::refresh).satisfies((ex) -> {
				assertThat(ex.getListener()).isEqualTo(listener);
				assertThat(ex.getProblem()).contains(mistake.attribute(), mistake.value()).doesNotEndWith(".");
				assertThat(ex.getAction()).contains(mistake.action()).doesNotEndWith(".");
				assertThat(ex).hasMessageContainingAll(listener, ex.getProblem(), ex.getAction());
			});
		}
	}

	@Test
	void knowsMoreThanFortyMistakes() {
		assertThat(mistakes().map(Mistake::listener).distinct()).hasSizeGreaterThan(40);
	}

	private static AnnotationConfigApplicationContext context() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("many", "lots", "nothing", "")));
		context.register(Application.class);
		context.registerBean("taken", MethodMistakes.Taken.class);
		return context;
	}

	static Stream<Mistake> mistakes() {
		return Stream.of(ofAttributes(), ofJetStream(), ofMethods()).flatMap((mistakes) -> mistakes);
	}

	private static Stream<Mistake> ofAttributes() {
		return Stream.of(
				new Mistake(AttributeMistakes.UnresolvedPlaceholder.class, "'subjects'", "orders.${no.such.property}",
						"Set the property, give it a default as in ${name:default}"),
				new Mistake(AttributeMistakes.UnresolvedNumber.class, "'concurrency'", "${no.such.number}",
						"Set the property"),
				new Mistake(AttributeMistakes.BadExpression.class, "'subjects'", "#{orders.}",
						"correct the expression"),
				new Mistake(AttributeMistakes.ExpressionWithoutBean.class, "'concurrency'", "#{@nobody.size}",
						"correct the expression"),
				new Mistake(AttributeMistakes.EmptySubject.class, "'subjects'", "'${nothing}'",
						"Set a subject such as orders.{region}.created"),
				new Mistake(AttributeMistakes.SubjectWithTwoDots.class, "'subjects'", "'orders..created'",
						"Correct the subject"),
				new Mistake(AttributeMistakes.SubjectWithBlank.class, "'subjects'", "'orders created'",
						"Correct the subject"),
				new Mistake(AttributeMistakes.VariableInAToken.class, "'subjects'", "'orders.{region}-{id}'",
						"Correct the subject"),
				new Mistake(AttributeMistakes.VariableTwice.class, "'subjects'", "'orders.{id}.{id}'",
						"Correct the subject"),
				new Mistake(AttributeMistakes.RestInTheMiddle.class, "'subjects'", "'orders.>.created'",
						"Correct the subject"),
				new Mistake(AttributeMistakes.NoConcurrency.class, "'concurrency'", "'0'",
						"Set a number of at least 1"),
				new Mistake(AttributeMistakes.WrittenConcurrency.class, "'concurrency'", "'lots' (from '${many}')",
						"Set a number of at least 1"),
				new Mistake(AttributeMistakes.NegativeMaxInFlight.class, "'maxInFlight'", "'-1'",
						"Set a number of at least 1"),
				new Mistake(AttributeMistakes.NoBatchSize.class, "'batchSize'", "'0'", "Set a number of at least 1"),
				new Mistake(AttributeMistakes.SoonBatchTimeout.class, "'batchTimeout'", "'soon'",
						"Set a duration of zero or more, as in 200ms"),
				new Mistake(AttributeMistakes.NegativeBatchTimeout.class, "'batchTimeout'", "'-5s'",
						"Set a duration of zero or more"),
				new Mistake(AttributeMistakes.MisspeltAckMode.class, "'ackMode'", "'manul'",
						"Did you mean 'manual'? Otherwise set one of auto"),
				new Mistake(AttributeMistakes.MisspeltDeliverPolicy.class, "'deliverPolicy'", "'lst'",
						"Did you mean 'last'? Otherwise set one of all"),
				new Mistake(AttributeMistakes.StartSequenceZero.class, "'startSequence'", "'0'",
						"Set a stream sequence of at least 1"),
				new Mistake(AttributeMistakes.StartTimeYesterday.class, "'startTime'", "'yesterday'",
						"Set a time in ISO 8601 with an offset"),
				new Mistake(AttributeMistakes.StartTimeWithoutOffset.class, "'startTime'", "'2026-11-21T08:00:00'",
						"with an offset, as in 2026-11-21T08:00:00Z"),
				new Mistake(AttributeMistakes.PerhapsAutoStartup.class, "'autoStartup'", "'perhaps'",
						"et one of true, false"),
				new Mistake(AttributeMistakes.NoErrorHandler.class, "'errorHandler'", "'strct'",
						"Did you mean 'strict'? Otherwise name a bean of type io.github.natsspring.listener.NatsErrorHandler"),
				new Mistake(AttributeMistakes.TextAsErrorHandler.class, "'errorHandler'", "'text'",
						"ame a bean of type io.github.natsspring.listener.NatsErrorHandler"),
				new Mistake(AttributeMistakes.NoMessageConverter.class, "'messageConverter'", "'nobody'",
						"ame a bean of type io.github.natsspring.support.NatsMessageConverter"),
				new Mistake(AttributeMistakes.NoExecutor.class, "'executor'", "'pol'", "Did you mean 'pool'?"),
				new Mistake(AttributeMistakes.NoContainerFactory.class, "'containerFactory'", "'fctory'",
						"ame a bean of type io.github.natsspring.config.NatsListenerContainerFactory"),
				new Mistake(AttributeMistakes.NoConnection.class, "'connection'", "'backup'",
						"eclare it (nats.connections.backup.servers)"),
				new Mistake(AttributeMistakes.ConnectionOfAnotherFactory.class, "'connection'", "'backup'",
						"Remove one of the two attributes"),
				new Mistake(AttributeMistakes.StreamThatIsASubject.class, "'stream'", "'orders.>'",
						"subjects belong into 'subjects'"),
				new Mistake(AttributeMistakes.ConsumerWithBlank.class, "'consumer'", "'my work'", "Correct the name"),
				new Mistake(AttributeMistakes.QueueWithBlank.class, "'queue'", "'my group'", "Correct the name"));
	}

	private static Stream<Mistake> ofJetStream() {
		return Stream.of(
				new Mistake(JetStreamMistakes.NothingToListenTo.class, "neither a subject nor a stream nor a consumer",
						"nothing to listen to", "Set 'subjects' for core NATS, or 'stream' and 'consumer'"),
				new Mistake(JetStreamMistakes.OrderedOnADurable.class, "'ordered' is true", "'consumer' 'work'",
						"or remove 'consumer'"),
				new Mistake(JetStreamMistakes.OrderedAndConcurrent.class, "'ordered' is true", "'concurrency' '4'",
						"Remove one of them"),
				new Mistake(JetStreamMistakes.OrderedByKey.class, "'ordered' is true", "'orderingKey' '{region}'",
						"Remove 'orderingKey'"),
				new Mistake(JetStreamMistakes.OrderedAndSingleActive.class, "'ordered' is true",
						"'singleActive' 'true'", "Remove 'singleActive'"),
				new Mistake(JetStreamMistakes.OrderedInBatches.class, "'ordered' is true", "'batchSize' '5'",
						"Remove one of them"),
				new Mistake(JetStreamMistakes.OrderedAndSettled.class, "'ordered' is true", "'ackMode' 'manual'",
						"Remove one of them"),
				new Mistake(JetStreamMistakes.OrderedWithAcknowledgment.class, "'ordered' is true",
						"Acknowledgment parameter", "Remove the parameter"),
				new Mistake(JetStreamMistakes.OrderedOnCore.class, "'ordered'", "'true'",
						"Name a stream or a consumer"),
				new Mistake(JetStreamMistakes.QueueOnJetStream.class, "'queue'", "'all'",
						"Remove the attribute: all instances that share a consumer share its messages"),
				new Mistake(JetStreamMistakes.ConcurrencyOnCore.class, "'concurrency'", "'4'",
						"Name a stream or a consumer, or remove the attribute"),
				new Mistake(JetStreamMistakes.AckModeOnCore.class, "'ackMode'", "'MANUAL'",
						"Name a stream or a consumer, or remove the attribute"),
				new Mistake(JetStreamMistakes.BatchSizeOnCore.class, "'batchSize'", "'10'",
						"Name a stream or a consumer, or remove the attribute"),
				new Mistake(JetStreamMistakes.SingleActiveOnCore.class, "'singleActive'", "'true'",
						"Name a stream or a consumer, or remove the attribute"),
				new Mistake(JetStreamMistakes.MoreHandlersThanMessages.class, "concurrency is 8", "only 4 messages",
						"Lower 'concurrency', or raise 'maxInFlight'"),
				new Mistake(JetStreamMistakes.BatchWithoutList.class, "batchSize is above 1",
						"'text' (java.lang.String)", "takes one parameter, which is a List<T>"),
				new Mistake(JetStreamMistakes.BatchWithoutParameter.class, "batchSize is above 1",
						"no parameter for the messages", "takes one parameter, which is a List<T>"),
				new Mistake(JetStreamMistakes.BatchOfAnything.class, "does not say what the list holds",
						"'texts' (java.util.List)", "takes one parameter, which is a List<T>"),
				new Mistake(JetStreamMistakes.BatchWithHeader.class, "batchSize is above 1", "'priority' (int)",
						"Remove the parameter"),
				new Mistake(JetStreamMistakes.BatchSettledByHand.class, "'batchSize' is 10", "ack mode 'manual'",
						"throw BatchListenerFailedException"),
				new Mistake(JetStreamMistakes.BatchByKey.class, "'batchSize' is 10", "'orderingKey' '{region}'",
						"Remove one of them"),
				new Mistake(JetStreamMistakes.BatchAboveMessages.class, "'batchSize' is 10", "only 5 messages",
						"Lower 'batchSize', or raise 'maxInFlight'"),
				new Mistake(JetStreamMistakes.TimeoutWithoutBatch.class, "'batchTimeout'", "1000 ms",
						"Set 'batchSize', or remove 'batchTimeout'"),
				new Mistake(JetStreamMistakes.KeyThatIsNoVariable.class, "'orderingKey'", "'{customer}'",
						"Write {customer} for a token of each subject"),
				new Mistake(JetStreamMistakes.KeyThatIsNoExpression.class, "'orderingKey'", "'headers['",
						"such as headers['Customer']"),
				new Mistake(JetStreamMistakes.KeyWithoutAcknowledgements.class, "'orderingKey' is '{region}'",
						"ack mode 'none'", "remove 'orderingKey'"),
				new Mistake(JetStreamMistakes.ManualWithoutAcknowledgment.class, "ack mode is 'manual'",
						"no Acknowledgment parameter",
						"Add a parameter of the type io.github.natsspring.listener.Acknowledgment"),
				new Mistake(JetStreamMistakes.AcknowledgmentForNothing.class, "ack mode is 'none'",
						"Acknowledgment parameter", "Remove the parameter, or set another ack mode"),
				new Mistake(JetStreamMistakes.DeliverPolicyOfADeclaredConsumer.class, "'deliverPolicy' is 'new'",
						"consumer 'billing' is declared in application.yml", "Remove the attribute"),
				new Mistake(JetStreamMistakes.StartSequenceOfADeclaredConsumer.class, "'startSequence' is '7'",
						"consumer 'billing' is declared in application.yml", "Remove the attribute"),
				new Mistake(JetStreamMistakes.SubjectsBesideTheDeclaredFilter.class,
						"subjects [orders.{region}.closed]", "'orders.*.created'",
						"Widen a subject so that it covers 'orders.*.created'"),
				new Mistake(JetStreamMistakes.TwoBeginnings.class, "'startSequence' ('7')",
						"'startTime' ('2026-11-21T08:00Z')", "Remove one of them"),
				new Mistake(JetStreamMistakes.BeginningWithoutItsTime.class, "'deliverPolicy' is 'by-start-time'",
						"without 'startTime'", "Set 'startTime'"),
				new Mistake(JetStreamMistakes.BeginningInSpiteOfASequence.class, "'deliverPolicy' is 'new'",
						"in spite of 'startSequence'", "Remove one of them"),
				new Mistake(JetStreamMistakes.SingleActiveWithoutDurable.class, "'singleActive' is true",
						"names no consumer", "Name a durable consumer in 'consumer'"),
				new Mistake(JetStreamMistakes.ConsumerOfNoStream.class, "consumer", "unheard-of",
						"Set 'stream' in the annotation, or declare the consumer"),
				new Mistake(JetStreamMistakes.ConsumerOfTwoStreams.class, "consumer", "'twice'",
						"Set 'stream' in the annotation to one of them"));
	}

	private static Stream<Mistake> ofMethods() {
		return Stream.of(
				new Mistake(MethodMistakes.PrivateMethod.class, "the method is", "private",
						"Make it an instance method that is not private"),
				new Mistake(MethodMistakes.StaticMethod.class, "the method is", "static", "Make it an instance method"),
				new Mistake(MethodMistakes.TwoPayloads.class, "'text' (java.lang.String)", "'bytes' ([B)",
						"Annotate one of them, or remove it"),
				new Mistake(MethodMistakes.PayloadAndMessageOfIt.class, "'text' (java.lang.String)",
						"'message' (org.springframework.messaging.Message)", "A listener method takes one payload"),
				new Mistake(MethodMistakes.UnknownVariable.class, "@DestinationVariable 'regoin'",
						"[orders.{region}.created]", "Write {regoin} for a token of the subject, or correct the name"),
				new Mistake(MethodMistakes.VariableOfOneSubject.class, "@DestinationVariable 'region'",
						"[orders.{region}, parcels.*]", "for a token of each subject, or make the parameter Optional"),
				new Mistake(MethodMistakes.VariableOfNoUse.class, "'region' (java.lang.Runnable)",
						"java.lang.String to a java.lang.Runnable", "Use another type"),
				new Mistake(MethodMistakes.UnknownHeader.class, "@Header", "'nats_subjet'",
						"Did you mean 'nats_subject'?"),
				new Mistake(MethodMistakes.JetStreamHeaderOnCore.class, "@Header", "'nats_stream'",
						"Name a stream or a consumer"),
				new Mistake(MethodMistakes.HeaderOfNoUse.class, "header 'Priority'", "java.lang.Runnable",
						"Use another type"),
				new Mistake(MethodMistakes.HeaderWithBadDefault.class, "header 'Priority'", "default value 'high'",
						"Correct the default value"),
				new Mistake(MethodMistakes.HeaderThatMayBeMissing.class, "header 'Priority'", "not required",
						"Use java.lang.Integer, or set a default value"),
				new Mistake(MethodMistakes.HeadersAsList.class, "@Headers", "'headers' (java.util.List)",
						"Use one of these types, or @Header"),
				new Mistake(MethodMistakes.PayloadByExpression.class, "@Payload", "'customer.name'",
						"Take the whole payload"),
				new Mistake(MethodMistakes.PayloadThatMayBeMissing.class, "@Payload(required = false)",
						"'number' (int)", "Use java.lang.Integer"),
				new Mistake(MethodMistakes.ConnectionAsPayload.class, "no payload",
						"'connection' (io.nats.client.Connection)", "inject everything else into the bean"),
				new Mistake(MethodMistakes.OptionalAcknowledgment.class, "no payload",
						"io.github.natsspring.listener.Acknowledgment", "comes as exactly one of the types"),
				new Mistake(MethodMistakes.ValidWithoutValidator.class, "to be validated", "'order'",
						"spring-boot-starter-validation"),
				new Mistake(MethodMistakes.MetaDataOnCore.class, "needs JetStream", "NatsJetStreamMetaData",
						"Name a stream or a consumer"),
				new Mistake(MethodMistakes.AcknowledgmentOnCore.class, "needs JetStream", "Acknowledgment",
						"Name a stream or a consumer"),
				new Mistake(MethodMistakes.ReturnedValueOnJetStream.class, "it returns", "java.lang.String",
						"Return void"),
				new Mistake(MethodMistakes.SameIdAsAnother.class, "id", "'other'",
						"Give each listener an 'id' of its own"),
				new Mistake(MethodMistakes.SameDurableAsAnother.class, "consumer", "'taken' of stream 'ORDERS'",
						"Give each listener a consumer of its own"));
	}

	/**
	 * A mistake.
	 *
	 * @param listener the class, whose method is called {@code on}
	 * @param attribute how the message names the attribute or parameter
	 * @param value how it shows the value
	 * @param action what it says to do
	 */
	record Mistake(Class<?> listener, String attribute, String value, String action) {

		@Override
		public String toString() {
			return this.listener.getSimpleName();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableNats
	static class Application {

		@Bean
		ConnectionHolder connectionHolder() {
			// Nobody listens there: what is not refused fails otherwise
			return new ConnectionHolder(new ConnectionSettings("test",
					() -> Options.builder().server("nats://127.0.0.1:1").maxReconnects(0), StartupMode.FAIL_FAST,
					Duration.ofMillis(100), Duration.ofSeconds(1), List.of(), List.of()));
		}

		@Bean(NatsListenerBeanNames.CONTAINER_FACTORY)
		DefaultNatsListenerContainerFactory factory(ConnectionHolder holder) {
			DefaultNatsListenerContainerFactory factory = new DefaultNatsListenerContainerFactory(holder,
					ListenerContext.converter());
			TopologyDefinition topology = new TopologyDefinition(List.of(),
					List.of(consumer("ORDERS", "billing"), consumer("ORDERS", "twice"), consumer("PARCELS", "twice")),
					List.of(), List.of());
			factory.setTopology(() -> topology);
			return factory;
		}

		private static ConsumerDefinition consumer(String stream, String name) {
			return new ConsumerDefinition(stream, name, "application.yml",
					(builder) -> builder.filterSubjects("orders.*.created"));
		}

		@Bean
		NatsErrorHandler strict() {
			return (failure) -> null;
		}

		@Bean
		Executor pool() {
			return (task) -> new Thread(task).start();
		}

		@Bean
		String text() {
			return "text";
		}

	}

}
