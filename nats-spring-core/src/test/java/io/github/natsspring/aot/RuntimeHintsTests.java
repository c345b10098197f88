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

package io.github.natsspring.aot;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.natsspring.annotation.NatsHandler;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.connection.NatsDelegate;
import io.github.natsspring.store.KeyValueOperations;
import io.github.natsspring.store.KeyValueTemplate;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.ObjectStore;
import io.nats.client.ObjectStoreManagement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what native images are told, by processing applications ahead of time.
 */
class RuntimeHintsTests {

	@ParameterizedTest
	@ValueSource(classes = { Connection.class, JetStream.class, JetStreamManagement.class, KeyValue.class,
			KeyValueManagement.class, ObjectStore.class, ObjectStoreManagement.class })
	void objectsOfJnatsCanBeDelegates(Class<?> type) {
		RuntimeHints hints = process(Listeners.class);
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(type, NatsDelegate.class)).accepts(hints);
		assertThat(type.getMethods()).allSatisfy(
				(method) -> assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method)).accepts(hints));
	}

	@Test
	void jnatsFindsItsVersion() {
		assertThat(RuntimeHintsPredicates.resource().forResource("io/nats/jnats/version.properties"))
			.accepts(process(Listeners.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Plain", "WithWriteTimeout" })
	void jnatsCanMakeItsSockets(String port) throws ReflectiveOperationException {
		Class<?> type = Class.forName("io.github.natsspring.connection.DataPorts$" + port);
		assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getConstructor()))
			.accepts(process(Listeners.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "getSubject", "getVariables", "getHeaders" })
	void expressionsForOrderingKeysSeeTheMessage(String method) throws ClassNotFoundException {
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation("io.github.natsspring.config.OrderingKey$View", method))
			.accepts(process(Listeners.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "plain", "twice", "batch", "message", "later", "composed" })
	void listenersCanBeInvoked(String method) {
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Listeners.class, method))
			.accepts(process(Listeners.class));
	}

	@ParameterizedTest
	@ValueSource(classes = { Plain.class, PlainReply.class, Twice.class, Batch.class, Wrapped.class, Later.class,
			Composed.class, Nested.class })
	void payloadsAndRepliesOfListenersCanBeConverted(Class<?> type) {
		assertConvertible(type, process(Listeners.class));
	}

	@Test
	void handlersOfAClassCanBeInvokedAndTheirPayloadsConverted() {
		RuntimeHints hints = process(Handlers.class);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Handlers.class, "created")).accepts(hints);
		assertConvertible(Plain.class, hints);
	}

	@ParameterizedTest
	@ValueSource(classes = { InheritingListener.class, ImplementingListener.class })
	void listenersOfSupertypesCanBeInvokedAndTheirPayloadsConverted(Class<?> bean) {
		RuntimeHints hints = process(bean);
		Class<?> declaring = (bean == InheritingListener.class) ? BaseListener.class : ListenerContract.class;
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(declaring, "inherited")
			.or(RuntimeHintsPredicates.reflection().onMethodInvocation(bean, "inherited"))).accepts(hints);
		assertConvertible(Plain.class, hints);
	}

	@ParameterizedTest
	@ValueSource(classes = { Plain.class, Twice.class, Batch.class, Later.class, Composed.class, Nested.class })
	void valuesOfBucketsCanBeConverted(Class<?> type) {
		assertConvertible(type, process(StoresConfiguration.class));
	}

	@Test
	void otherTypesAreLeftAlone() {
		assertThat(RuntimeHintsPredicates.reflection().onType(Wrapped.class))
			.rejects(process(StoresConfiguration.class));
	}

	private static void assertConvertible(Class<?> type, RuntimeHints hints) {
		assertThat(type.getDeclaredMethods()).filteredOn((method) -> method.getName().equals("text"))
			.isNotEmpty()
			.allSatisfy((method) -> assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method))
				.accepts(hints));
		assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getDeclaredConstructors()[0]))
			.accepts(hints);
	}

	private static RuntimeHints process(Class<?> component) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(component);
			DefaultGenerationContext generation = new DefaultGenerationContext(
					new ClassNameGenerator(ClassName.get(RuntimeHintsTests.class)), new InMemoryGeneratedFiles());
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
			return generation.getRuntimeHints();
		}
	}

	static class Listeners {

		@NatsListener(subjects = "plain.{id}")
		PlainReply plain(Plain plain, @DestinationVariable String id, @Header("Name") String name) {
			return new PlainReply(plain.text());
		}

		@NatsListener(subjects = "first")
		@NatsListener(subjects = "second")
		void twice(Twice payload) {
		}

		@NatsListener(subjects = "batch")
		void batch(List<Batch> payloads) {
		}

		@NatsListener(subjects = "message")
		void message(Message<Wrapped> message) {
		}

		@NatsListener(subjects = "later")
		CompletionStage<Later> later() {
			return CompletableFuture.completedFuture(new Later("later"));
		}

		@Composing
		private void composed(Composed payload) {
		}

	}

	@NatsListener(subjects = "orders.>")
	static class Handlers {

		@NatsHandler(subjects = "orders.created")
		void created(Plain payload) {
		}

	}

	static class BaseListener {

		@NatsListener(subjects = "inherited")
		void inherited(Plain payload) {
		}

	}

	static class InheritingListener extends BaseListener {

	}

	interface ListenerContract {

		@NatsListener(subjects = "inherited")
		void inherited(Plain payload);

	}

	static class ImplementingListener implements ListenerContract {

		@Override
		public void inherited(Plain payload) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StoresConfiguration {

		@Bean
		Object store(KeyValueTemplate<List<Plain>> values) {
			return "made of " + values;
		}

		@Bean
		ConstructorStore constructorStore(ObjectProvider<KeyValueOperations<Twice>> values) {
			return new ConstructorStore(null, values);
		}

		@Bean
		InheritingStore inheritingStore() {
			return new InheritingStore();
		}

	}

	static class ConstructorStore {

		ConstructorStore(KeyValueTemplate<Batch> values, ObjectProvider<KeyValueOperations<Twice>> others) {
		}

		<E extends Enum<E>> void genericOfItself(Enum<E> one, Class<? extends Enum<?>> other) {
		}

	}

	static class BaseStore<T> {

		@Autowired
		KeyValueTemplate<T> values;

	}

	static class InheritingStore extends BaseStore<Composed> {

		@Autowired
		void setLater(KeyValueOperations<Later> later) {
		}

	}

	@NatsListener(subjects = "composed")
	@Retention(RetentionPolicy.RUNTIME)
	@interface Composing {

	}

	record Plain(String text) {
	}

	record PlainReply(String text) {
	}

	record Twice(String text) {
	}

	record Batch(String text) {
	}

	record Wrapped(String text) {
	}

	record Later(String text) {
	}

	record Composed(String text, Nested nested) {
	}

	record Nested(String text) {
	}

}
