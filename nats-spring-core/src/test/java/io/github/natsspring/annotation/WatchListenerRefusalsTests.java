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

import java.util.stream.Stream;

import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NatsListenerException;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.ObjectInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what is refused of methods that watch buckets, and what is said. No server is
 * asked.
 */
class WatchListenerRefusalsTests extends AbstractWatchRefusalsTests {

	static Stream<Arguments> mistakes() {
		return Stream.of(row(NoBucket.class, "its attribute 'bucket' is empty", "Set the name of the bucket"),
				row(BadBucket.class, "its attribute 'bucket' cannot be used: 'my.bucket' is no name of a bucket",
						"Correct the name"),
				row(UnresolvedBucket.class, "its attribute 'bucket' is '${no.such.bucket}', which cannot be resolved",
						"Set the property"),
				row(UnresolvedKey.class, "its attribute 'keys' is 'a.${no.such.key}', which cannot be resolved",
						"Set the property"),
				row(EmptyKey.class, "its attribute 'keys' holds '', which is an empty key",
						"remove the attribute to watch all keys"),
				row(EmptyToken.class,
						"its attribute 'keys' cannot be used: 'user..x' is no key or pattern of keys: it has an empty token",
						"Correct the key"),
				row(BadCharacter.class,
						"'user.a:b' is no key or pattern of keys: 'a:b' has other characters than letters",
						"Correct the key"),
				row(PartVariable.class, "a variable must be a whole token of the form {name}", "Correct the key"),
				row(Rest.class, "'>' must be the last token", "Correct the key"),
				row(HistoryOnly.class, "its attribute 'includeHistory' is 'true', and 'includeCurrent' is 'false'",
						"Remove one of them"),
				row(TwoPayloads.class, "would both be the payload", "Annotate one of them, or remove it"),
				row(WithAcknowledgment.class, "is an Acknowledgment, and there is nothing to settle in a bucket",
						"Remove the parameter"),
				row(UnknownVariable.class, "the @DestinationVariable 'name' is not in its attribute 'keys' [user.{id}]",
						"Write {name} for a token of the keys, or correct the name"),
				row(VariableWithoutKeys.class, "the @DestinationVariable 'id' is not in its attribute 'keys' [>]",
						"Write {id} for a token of the keys"),
				row(VariableOfOne.class,
						"the @DestinationVariable 'id' is not in each of its attribute 'keys' [user.{id}, group.*]",
						"make the parameter Optional"),
				row(NotNullable.class,
						"its attribute 'includeDeletes' is 'true', and the parameter 'value' (java.lang.String) cannot be without a value",
						"Annotate it with @Nullable"),
				row(PrimitiveDeletes.class, "the parameter 'value' (int) cannot be without a value",
						"make it Optional"),
				row(Returning.class, "it returns java.lang.String, and an update of a bucket has nobody to reply to",
						"Return void"),
				row(Sending.class, "it has @SendTo, and what watches a bucket returns nothing", "JetStreamTemplate"),
				row(PrivateMethod.class, "the method is private", "not private"),
				row(UnknownHandler.class, "its attribute 'errorHandler' is 'nobody', which is no usable bean",
						"Name a bean of type io.github.natsspring.listener.NatsErrorHandler"),
				row(BadAutoStartup.class, "its attribute 'autoStartup' is 'perhaps'", "Set 'true' or 'false'"),
				row(SameId.class, "its id 'same' is also that of", "Give each listener an 'id' of its own"));
	}

	@Test
	void refusesAPrototype() {
		try (ListenerContext context = new ListenerContext("nats://localhost:1")) {
			context.context().registerBean("listener", Fine.class, (definition) -> definition.setScope("prototype"));
			assertThatExceptionOfType(NatsListenerException.class).isThrownBy(context::start)
				.withMessageContaining("its bean 'listener' is no singleton but has the scope 'prototype'");
		}
	}

	@Test
	void refusesAnAsyncMethodInWhichUpdatesWouldOvertakeEachOther() {
		try (ListenerContext context = new ListenerContext("nats://localhost:1")) {
			context.context().register(AsyncConfiguration.class);
			assertThatExceptionOfType(NatsListenerException.class)
				.isThrownBy(context.bean("listener", AsyncWatch.class)::start)
				.withMessageContaining(AsyncWatch.class.getName() + "#changed")
				.withMessageContaining("the method is run on another thread (@Async), so that updates would overtake");
		}
	}

	@Test
	void saysWhatSwitchedJetStreamOff() {
		try (ListenerContext context = new ListenerContext("nats://localhost:1")) {
			context.bean("listener", Fine.class)
				.factory((DefaultNatsListenerContainerFactory factory) -> factory
					.setJetStreamDisabledBy("nats.jetstream.enabled=false"));
			assertThatExceptionOfType(NatsListenerException.class).isThrownBy(context::start)
				.withMessageContaining("JetStream is switched off by nats.jetstream.enabled=false");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(proxyTargetClass = true)
	static class AsyncConfiguration {

	}

	static class AsyncWatch {

		@Async
		@NatsKeyValueListener(bucket = "b")
		void changed(String value) {
		}

	}

	static class Fine {

		@NatsKeyValueListener(bucket = "a")
		void on(KeyValueEntry entry) {
		}

	}

	static class NoBucket {

		@NatsKeyValueListener(bucket = "#{null}")
		void on(String value) {
		}

	}

	static class BadBucket {

		@NatsKeyValueListener(bucket = "my.bucket")
		void on(String value) {
		}

	}

	static class UnresolvedBucket {

		@NatsKeyValueListener(bucket = "${no.such.bucket}")
		void on(String value) {
		}

	}

	static class UnresolvedKey {

		@NatsKeyValueListener(bucket = "a", keys = "a.${no.such.key}")
		void on(String value) {
		}

	}

	static class EmptyKey {

		@NatsKeyValueListener(bucket = "a", keys = "")
		void on(String value) {
		}

	}

	static class EmptyToken {

		@NatsKeyValueListener(bucket = "a", keys = "user..x")
		void on(String value) {
		}

	}

	static class BadCharacter {

		@NatsKeyValueListener(bucket = "a", keys = "user.a:b")
		void on(String value) {
		}

	}

	static class PartVariable {

		@NatsKeyValueListener(bucket = "a", keys = "user-{id}")
		void on(String value) {
		}

	}

	static class Rest {

		@NatsKeyValueListener(bucket = "a", keys = "user.>.x")
		void on(String value) {
		}

	}

	static class HistoryOnly {

		@NatsKeyValueListener(bucket = "a", includeHistory = true, includeCurrent = false)
		void on(String value) {
		}

	}

	static class TwoPayloads {

		@NatsKeyValueListener(bucket = "a")
		void on(String one, Integer other) {
		}

	}

	static class WithAcknowledgment {

		@NatsKeyValueListener(bucket = "a")
		void on(String value, Acknowledgment acknowledgment) {
		}

	}

	static class UnknownVariable {

		@NatsKeyValueListener(bucket = "a", keys = "user.{id}")
		void on(String value, @DestinationVariable String name) {
		}

	}

	static class VariableWithoutKeys {

		@NatsKeyValueListener(bucket = "a")
		void on(String value, @DestinationVariable String id) {
		}

	}

	static class VariableOfOne {

		@NatsKeyValueListener(bucket = "a", keys = { "user.{id}", "group.*" })
		void on(String value, @DestinationVariable String id) {
		}

	}

	static class NotNullable {

		@NatsKeyValueListener(bucket = "a", includeDeletes = true)
		void on(String value, KeyValueEntry entry) {
		}

	}

	static class PrimitiveDeletes {

		@NatsKeyValueListener(bucket = "a", includeDeletes = true)
		void on(int value) {
		}

	}

	static class Returning {

		@NatsKeyValueListener(bucket = "a")
		String on(String value) {
			return value;
		}

	}

	static class Sending {

		@NatsKeyValueListener(bucket = "a")
		@SendTo("b")
		void on(String value) {
		}

	}

	static class PrivateMethod {

		@NatsKeyValueListener(bucket = "a")
		private void on(String value) {
		}

	}

	static class UnknownHandler {

		@NatsKeyValueListener(bucket = "a", errorHandler = "nobody")
		void on(String value) {
		}

	}

	static class BadAutoStartup {

		@NatsKeyValueListener(bucket = "a", autoStartup = "perhaps")
		void on(String value) {
		}

	}

	static class SameId {

		@NatsKeyValueListener(id = "same", bucket = "a")
		void on(String value) {
		}

		@NatsObjectStoreListener(id = "same", bucket = "a")
		void stored(ObjectInfo info) {
		}

	}

}
