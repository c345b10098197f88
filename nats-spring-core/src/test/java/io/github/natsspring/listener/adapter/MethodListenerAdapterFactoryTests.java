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

package io.github.natsspring.listener.adapter;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.support.CompositeNatsMessageConverter;
import io.github.natsspring.support.JacksonNatsMessageConverter;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;
import io.nats.client.impl.NatsMessage;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MethodListenerAdapterFactory} and the listeners that it makes.
 */
class MethodListenerAdapterFactoryTests {

	private final Acknowledgment acknowledgment = (Acknowledgment) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { Acknowledgment.class }, (proxy, method, args) -> null);

	private final ConnectionHolder connection = new ConnectionHolder(new ConnectionSettings("test", Options::builder,
			StartupMode.BACKGROUND, Duration.ofSeconds(1), Duration.ofSeconds(1), List.of(), List.of()));

	private final MethodListenerAdapterFactory factory = new MethodListenerAdapterFactory(this.connection,
			CompositeNatsMessageConverter.withDefaults(List.of(),
					new JacksonNatsMessageConverter(JsonMapper.builder().build())));

	private final Headers headers = new Headers().add("Priority", "3").add("Tag", "a", "b");

	private @Nullable Object seen;

	@AfterEach
	void destroy() {
		this.connection.destroy();
	}

	@Test
	void convertsThePayloadToTheGenericTypeOfTheParameter() throws Exception {
		run(new Object() {
			void on(List<Item> items) {
				MethodListenerAdapterFactoryTests.this.seen = items.get(0).sku();
			}
		}, "[{\"sku\":\"apple\"}]");
		assertThat(this.seen).isEqualTo("apple");
	}

	@Test
	void convertsThePayloadToATypeThatASubclassFixes() throws Exception {
		run(new ItemListener(), "{\"sku\":\"pear\"}");
		assertThat(ItemListener.last).isEqualTo(new Item("pear"));
	}

	@Test
	void givesAnEmptyOptionalAndNullForAMissingPayload() throws Exception {
		run(new Object() {
			void on(Optional<Item> item) {
				MethodListenerAdapterFactoryTests.this.seen = item;
			}
		}, "");
		assertThat(this.seen).isEqualTo(Optional.empty());
		run(new Object() {
			void on(@Nullable Item item) {
				MethodListenerAdapterFactoryTests.this.seen = (item != null) ? item : "nothing";
			}
		}, "");
		assertThat(this.seen).isEqualTo("nothing");
		run(new Object() {
			void on(@Payload(required = false) Item item) {
				MethodListenerAdapterFactoryTests.this.seen = (item != null) ? item : "none";
			}
		}, "");
		assertThat(this.seen).isEqualTo("none");
	}

	@Test
	void failsWithoutAPayloadThatIsRequired() {
		assertThatExceptionOfType(MethodArgumentResolutionException.class).isThrownBy(() -> run(new Object() {
			void on(Item item) {
			}
		}, "")).withMessageContaining("The message has no payload");
	}

	@Test
	void givesHeadersByTheirWireNames() throws Exception {
		run(new Object() {
			void on(@Header("Priority") int priority, @Header("Tag") List<String> tags,
					@Header(name = "No", defaultValue = "7") long number, @Header("No") Optional<String> none,
					@Header(NatsHeaders.SUBJECT) String subject) {
				MethodListenerAdapterFactoryTests.this.seen = "%d %s %d %s %s".formatted(priority, tags, number, none,
						subject);
			}
		}, "");
		assertThat(this.seen).isEqualTo("3 [a, b] 7 Optional.empty orders.eu.7");
	}

	@Test
	void givesAllHeadersInEachForm() throws Exception {
		run(new Object() {
			void on(@org.springframework.messaging.handler.annotation.Headers Map<String, Object> map, Headers wire,
					MessageHeaders all) {
				MethodListenerAdapterFactoryTests.this.seen = "%s %s %s %s".formatted(map.get("Priority"),
						map.get("Tag"), wire.getFirst("Priority"), all.get(NatsHeaders.SUBJECT));
			}
		}, "");
		assertThat(this.seen).isEqualTo("3 [a, b] 3 orders.eu.7");
	}

	@Test
	void failsWithoutAHeaderThatIsRequiredOrWithOneThatCannotBeConverted() {
		assertThatExceptionOfType(MethodArgumentResolutionException.class).isThrownBy(() -> run(new Object() {
			void on(@Header("No") String header) {
			}
		}, "")).withMessageContaining("The message has no header 'No'");
		assertThatExceptionOfType(MethodArgumentResolutionException.class).isThrownBy(() -> run(new Object() {
			void on(@Header("Tag") int tag) {
			}
		}, "")).withMessageContaining("The header 'Tag' is no int");
	}

	@Test
	void givesASpringMessageWithConvertedPayload() throws Exception {
		run(new Object() {
			void on(org.springframework.messaging.Message<Item> message) {
				MethodListenerAdapterFactoryTests.this.seen = message.getPayload().sku() + " "
						+ message.getHeaders().get("Priority");
			}
		}, "{\"sku\":\"apple\"}");
		assertThat(this.seen).isEqualTo("apple 3");
	}

	@Test
	void fillsVariablesOfThePatternThatMatches() throws Exception {
		run(new Object() {
			void on(@DestinationVariable Optional<String> region, @DestinationVariable int id) {
				MethodListenerAdapterFactoryTests.this.seen = region + " " + id;
			}
		}, "", "other.{region}.{id}", "orders.*.{id}", "orders.{region}.*.{id}");
		assertThat(this.seen).isEqualTo("Optional.empty 7");
	}

	@Test
	void asksTheResolversOfTheApplicationFirst() throws Exception {
		this.factory.setArgumentResolvers(List.of(new HandlerMethodArgumentResolver() {

			@Override
			public boolean supportsParameter(MethodParameter parameter) {
				return parameter.getParameterType() == Duration.class;
			}

			@Override
			public Object resolveArgument(MethodParameter parameter, org.springframework.messaging.Message<?> message) {
				return Duration.ofSeconds(((byte[]) message.getPayload()).length);
			}

		}));
		run(new Object() {
			void on(Duration duration, String text) {
				MethodListenerAdapterFactoryTests.this.seen = duration + " " + text;
			}
		}, "abc");
		assertThat(this.seen).isEqualTo("PT3S abc");
	}

	@Test
	void validatesWhatIsToBeValidated() throws Exception {
		Object bean = new Object() {
			void on(@Validated Item item) {
				MethodListenerAdapterFactoryTests.this.seen = item;
			}
		};
		this.factory.setValidator(new SkuValidator());
		run(bean, "{\"sku\":\"apple\"}");
		assertThat(this.seen).isEqualTo(new Item("apple"));
		assertThatExceptionOfType(MethodArgumentNotValidException.class).isThrownBy(() -> run(bean, "{\"sku\":\"\"}"))
			.satisfies((ex) -> assertThat(ex.getBindingResult()).isNotNull())
			.satisfies((ex) -> assertThat(ex.getFailedMessage().getPayload()).isEqualTo(new byte[0]));
	}

	@Test
	void throwsWhatTheMethodThrows() {
		Error error = new AssertionError("expected");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> run(new Object() {
			void on() {
				throw error;
			}
		}, "")).isSameAs(error);
		IllegalArgumentException exception = new IllegalArgumentException("expected");
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> run(new Object() {
			void on() {
				throw exception;
			}
		}, "")).isSameAs(exception);
	}

	@Test
	void callsThroughProxies() throws Exception {
		ProxyFactory proxy = new ProxyFactory(new Implementation());
		proxy.setProxyTargetClass(false);
		create(proxy.getProxy(), method(Implementation.class), false).onMessage(message("hello"), this.acknowledgment);
		assertThat(Implementation.last).isEqualTo("hello");
		ProxyFactory subclass = new ProxyFactory(new Implementation());
		subclass.setProxyTargetClass(true);
		create(subclass.getProxy(), method(Implementation.class), false).onMessage(message("again"),
				this.acknowledgment);
		assertThat(Implementation.last).isEqualTo("again");
	}

	@Test
	void refusesAJdkProxyWithoutTheMethod() {
		ProxyFactory proxy = new ProxyFactory(new Hidden());
		proxy.setInterfaces(Runnable.class);
		Object bean = proxy.getProxy();
		assertThat(Proxy.isProxyClass(bean.getClass())).isTrue();
		assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> create(bean, method(Hidden.class), false))
			.withMessageContaining("none of its interfaces has the method");
	}

	@Test
	void refusesTwoPayloads() {
		assertThatRefused(new Object() {
			void on(String one, @Nullable Item other) {
			}
		}).withMessageContaining("'one' (java.lang.String)").withMessageContaining("would both be the payload");
	}

	@Test
	void refusesPrivateAndStaticMethods() {
		assertThatRefused(new PrivateMethod()).withMessageContaining("the method is private");
		assertThatRefused(new StaticMethod()).withMessageContaining("the method is static");
	}

	@Test
	void refusesAVariableThatIsNotInThePattern() {
		assertThatRefused(new Object() {
			void on(@DestinationVariable String city) {
			}
		}).withMessageContaining("the @DestinationVariable 'city' is not in the subjects [orders.{region}.{id}]");
	}

	@Test
	void refusesJetStreamMetaDataOnACoreListener() {
		assertThatRefused(new Object() {
			void on(NatsJetStreamMetaData metaData) {
			}
		}).withMessageContaining("needs JetStream");
	}

	@Test
	void refusesAReturnValueOnAJetStreamListener() {
		Object bean = new Object() {
			String on(String payload) {
				return payload;
			}
		};
		assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> create(bean, method(bean.getClass()), true))
			.withMessageContaining("it returns java.lang.String, and a JetStream message has nobody to reply to")
			.withMessageContaining("Return void");
	}

	@Test
	void refusesResultsThatAreNotSupported() {
		assertThatRefused(new Object() {
			CompletableFuture<String> on() {
				return new CompletableFuture<>();
			}
		}).withMessageContaining("CompletableFuture, which is not supported");
		assertThatRefused(new Object() {
			@SendTo("elsewhere")
			String on() {
				return "";
			}
		}).withMessageContaining("@SendTo");
	}

	@Test
	void refusesValidationWithoutAValidator() {
		assertThatRefused(new Object() {
			void on(@Validated Item item) {
			}
		}).withMessageContaining("is to be validated, and there is no Validator");
	}

	@Test
	void refusesADefaultValueThatCannotBeConverted() {
		assertThatRefused(new Object() {
			void on(@Header(name = "No", defaultValue = "many") int number) {
			}
		}).withMessageContaining("the default value 'many' of header 'No' is no int");
	}

	private ThrowableAssertAlternative<NatsListenerException> assertThatRefused(Object bean) {
		return assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> create(bean, method(bean.getClass()), false, "orders.{region}.{id}"))
			.withMessageContaining("test.Listener#on");
	}

	private void run(Object bean, String payload, String... subjects) throws Exception {
		create(bean, method(bean.getClass()), false, subjects).onMessage(message(payload), this.acknowledgment);
	}

	private Message message(String payload) {
		return NatsMessage.builder().subject("orders.eu.7").headers(this.headers).data(payload).build();
	}

	private NatsMessageListener create(Object bean, Method method, boolean jetStream, String... subjects) {
		return this.factory.create(bean, method, "test.Listener#on",
				Arrays.stream(subjects).map(SubjectTemplate::parse).toList(), jetStream, null);
	}

	private static Method method(Class<?> type) {
		for (Class<?> current = type; current != null; current = current.getSuperclass()) {
			for (Method method : current.getDeclaredMethods()) {
				if (method.getName().equals("on") && !method.isBridge()) {
					return method;
				}
			}
		}
		throw new IllegalStateException("No method");
	}

	record Item(String sku) {
	}

	static class SkuValidator implements Validator {

		@Override
		public boolean supports(Class<?> type) {
			return type == Item.class;
		}

		@Override
		public void validate(Object target, Errors errors) {
			if (((Item) target).sku().isEmpty()) {
				errors.reject("empty", "must not be empty");
			}
		}

	}

	abstract static class Base<T> {

		void on(T payload) {
			accept(payload);
		}

		abstract void accept(T payload);

	}

	static class ItemListener extends Base<Item> {

		static @Nullable Item last;

		@Override
		void accept(Item payload) {
			last = payload;
		}

	}

	interface Api {

		void on(String payload);

	}

	static class Implementation implements Api {

		static @Nullable String last;

		@Override
		public void on(String payload) {
			last = payload;
		}

	}

	static class Hidden implements Runnable {

		@Override
		public void run() {
		}

		void on(String payload) {
		}

	}

	static class PrivateMethod {

		private void on(String payload) {
		}

	}

	static class StaticMethod {

		static void on(String payload) {
		}

	}

}
