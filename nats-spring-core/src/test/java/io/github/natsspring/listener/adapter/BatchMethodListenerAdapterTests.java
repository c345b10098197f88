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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.BatchListenerFailedException;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.PartialBatchException;
import io.github.natsspring.support.CompositeNatsMessageConverter;
import io.github.natsspring.support.JacksonNatsMessageConverter;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.impl.NatsJetStreamMetaData;
import io.nats.client.impl.NatsMessage;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BatchMethodListenerAdapter} and its plans.
 */
class BatchMethodListenerAdapterTests {

	private final ConnectionHolder connection = new ConnectionHolder(new ConnectionSettings("test", Options::builder,
			StartupMode.BACKGROUND, Duration.ofSeconds(1), Duration.ofSeconds(1), List.of(), List.of()));

	private final MethodListenerAdapterFactory factory = new MethodListenerAdapterFactory(this.connection,
			CompositeNatsMessageConverter.withDefaults(List.of(),
					new JacksonNatsMessageConverter(JsonMapper.builder().build())));

	private final List<Object> seen = new ArrayList<>();

	@AfterEach
	void destroy() {
		this.connection.destroy();
	}

	@Test
	void convertsEachMessageToTheTypeOfTheList() throws Exception {
		run(new Object() {
			void on(List<Item> items) {
				items.forEach((item) -> BatchMethodListenerAdapterTests.this.seen.add(item.sku()));
			}
		}, "{\"sku\":\"apple\"}", "{\"sku\":\"pear\"}");
		assertThat(this.seen).containsExactly("apple", "pear");
	}

	@Test
	void convertsEachMessageToAGenericType() throws Exception {
		run(new Object() {
			void on(List<List<Item>> items) {
				items.forEach((list) -> BatchMethodListenerAdapterTests.this.seen.add(list.get(0).sku()));
			}
		}, "[{\"sku\":\"apple\"}]", "[{\"sku\":\"pear\"}]");
		assertThat(this.seen).containsExactly("apple", "pear");
	}

	@Test
	void convertsEachMessageToTheBoundOfAWildcard() throws Exception {
		run(new Object() {
			void on(List<? extends Item> items) {
				items.forEach((item) -> BatchMethodListenerAdapterTests.this.seen.add(item.sku()));
			}
		}, "{\"sku\":\"apple\"}");
		assertThat(this.seen).containsExactly("apple");
	}

	@Test
	void convertsEachMessageToATypeThatASubclassFixes() throws Exception {
		ItemListener listener = new ItemListener();
		run(listener, "{\"sku\":\"apple\"}");
		assertThat(listener.items).containsExactly(new Item("apple"));
	}

	@Test
	void givesTheMessagesOfJnats() throws Exception {
		run(new Object() {
			void on(List<Message> messages) {
				BatchMethodListenerAdapterTests.this.seen.addAll(messages);
			}
		}, "a", "b");
		assertThat(this.seen).allSatisfy((message) -> assertThat(message).isInstanceOf(NatsMessage.class)).hasSize(2);
	}

	@Test
	void givesSpringMessagesWithConvertedPayloadsAndHeaders() throws Exception {
		run(new Object() {
			void on(List<org.springframework.messaging.Message<Item>> messages) {
				messages.forEach((message) -> BatchMethodListenerAdapterTests.this.seen
					.add(message.getPayload().sku() + " " + message.getHeaders().get(NatsHeaders.SUBJECT)));
			}
		}, "{\"sku\":\"apple\"}");
		assertThat(this.seen).containsExactly("apple orders.0");
	}

	@Test
	void givesTheBytesInASpringMessageOfAnything() throws Exception {
		run(new Object() {
			void on(List<org.springframework.messaging.Message<?>> messages) {
				messages.forEach((message) -> BatchMethodListenerAdapterTests.this.seen.add(message.getPayload()));
			}
		}, "a");
		assertThat(this.seen).containsExactly("a".getBytes());
	}

	@Test
	void handlesThoseBeforeAMessageThatCannotBeConvertedAndNamesIt() {
		assertThatExceptionOfType(BatchListenerFailedException.class).isThrownBy(() -> run(new Object() {
			void on(List<Item> items) {
				BatchMethodListenerAdapterTests.this.seen.addAll(items);
			}
		}, "{\"sku\":\"apple\"}", "{\"sku\":\"pear\"}", "poison", "{\"sku\":\"plum\"}")).satisfies((ex) -> {
			assertThat(ex.getIndex()).isEqualTo(2);
			assertThat(ex.getCause()).isInstanceOf(MessageConversionException.class);
		});
		assertThat(this.seen).containsExactly(new Item("apple"), new Item("pear"));
	}

	@Test
	void doesNotCallTheMethodForAMessageThatCannotBeConverted() {
		assertThatExceptionOfType(BatchListenerFailedException.class).isThrownBy(() -> run(new Object() {
			void on(List<Item> items) {
				BatchMethodListenerAdapterTests.this.seen.addAll(items);
			}
		}, "poison")).satisfies((ex) -> assertThat(ex.getIndex()).isZero());
		assertThat(this.seen).isEmpty();
	}

	@Test
	void saysHowManyOfThoseBeforeAMessageThatCannotBeConvertedFailedAndWithWhat() {
		assertThatExceptionOfType(PartialBatchException.class).isThrownBy(() -> run(new Object() {
			void on(List<Item> items) {
				throw new IllegalStateException("no stock");
			}
		}, "{\"sku\":\"apple\"}", "{\"sku\":\"pear\"}", "poison"))
			.satisfies((ex) -> assertThat(ex.getSize()).isEqualTo(2))
			.withCauseInstanceOf(IllegalStateException.class);
		assertThatExceptionOfType(PartialBatchException.class).isThrownBy(() -> run(new Object() {
			void on(List<Item> items) {
				throw new BatchListenerFailedException(0, new IllegalStateException("no stock"));
			}
		}, "{\"sku\":\"apple\"}", "poison")).satisfies((ex) -> assertThat(ex.getSize()).isOne());
	}

	@Test
	void validatesEachMessage() {
		this.factory.setValidator(new SkuValidator());
		assertThatExceptionOfType(BatchListenerFailedException.class).isThrownBy(() -> run(new Object() {
			void on(@Validated List<Item> items) {
				BatchMethodListenerAdapterTests.this.seen.addAll(items);
			}
		}, "{\"sku\":\"apple\"}", "{\"sku\":\"\"}")).satisfies((ex) -> {
			assertThat(ex.getIndex()).isOne();
			assertThat(ex.getCause()).isInstanceOf(MethodArgumentNotValidException.class);
		});
		assertThat(this.seen).containsExactly(new Item("apple"));
	}

	@Test
	void refusesParametersThatConcernASingleMessage() {
		assertThatRefused(new Object() {
			void on(List<Item> items, @Header("Tag") String tag) {
			}
		}).withMessageContaining("test.Listener#on")
			.withMessageContaining("the parameter 'tag' (java.lang.String) is not a list of the messages")
			.withMessageContaining("List<io.nats.client.Message>");
		assertThatRefused(new Object() {
			void on(@DestinationVariable String region, List<Item> items) {
			}
		}).withMessageContaining("'region'");
		assertThatRefused(new Object() {
			void on(List<Item> items, Acknowledgment acknowledgment) {
			}
		}).withMessageContaining("'acknowledgment'");
		assertThatRefused(new Object() {
			void on(List<Item> items, NatsJetStreamMetaData metaData) {
			}
		}).withMessageContaining("'metaData'");
		assertThatRefused(new Object() {
			void on(List<Item> items, List<Message> messages) {
			}
		}).withMessageContaining("'messages'");
	}

	@Test
	void refusesASinglePayloadNoParameterAndAListOfAnything() {
		assertThatRefused(new Object() {
			void on(Item item) {
			}
		}).withMessageContaining("'item'");
		assertThatRefused(new Object() {
			void on() {
			}
		}).withMessageContaining("it has no parameter for the messages");
		assertThatRefused(new Object() {
			@SuppressWarnings("rawtypes")
			void on(List items) {
			}
		}).withMessageContaining("does not say what the list holds");
		assertThatRefused(new Object() {
			void on(List<?> items) {
			}
		}).withMessageContaining("does not say what the list holds");
	}

	@Test
	void refusesAResult() {
		assertThatRefused(new Object() {
			String on(List<Item> items) {
				return "";
			}
		}).withMessageContaining("it returns java.lang.String");
	}

	private ThrowableAssertAlternative<NatsListenerException> assertThatRefused(Object bean) {
		return assertThatExceptionOfType(NatsListenerException.class).isThrownBy(() -> create(bean));
	}

	private void run(Object bean, String... payloads) throws Exception {
		List<Message> messages = new ArrayList<>();
		for (String payload : payloads) {
			messages.add(NatsMessage.builder().subject("orders." + messages.size()).data(payload).build());
		}
		create(bean).onMessages(messages);
	}

	private NatsBatchListener create(Object bean) {
		return this.factory.createBatch(bean, method(bean.getClass()), "test.Listener#on", null);
	}

	private static Method method(Class<?> type) {
		Class<?> declaring = (type.getSuperclass() != Object.class) ? type.getSuperclass() : type;
		return Arrays.stream(declaring.getDeclaredMethods())
			.filter((method) -> method.getName().equals("on"))
			.findFirst()
			.orElseThrow();
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

		final List<T> items = new ArrayList<>();

		void on(List<T> payloads) {
			this.items.addAll(payloads);
		}

	}

	static class ItemListener extends Base<Item> {

	}

}
