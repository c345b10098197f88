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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.natsspring.support.NatsHeaders;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the arguments that listener methods get.
 */
class MethodListenerArgumentsTests extends AbstractMethodListenerTests {

	@Test
	void convertsThePayloadToTheGenericTypeOfTheParameter() throws Exception {
		run(new Object() {
			void on(List<Item> items) {
				MethodListenerArgumentsTests.this.seen = items.get(0).sku();
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
				MethodListenerArgumentsTests.this.seen = item;
			}
		}, "");
		assertThat(this.seen).isEqualTo(Optional.empty());
		run(new Object() {
			void on(@Nullable Item item) {
				MethodListenerArgumentsTests.this.seen = (item != null) ? item : "nothing";
			}
		}, "");
		assertThat(this.seen).isEqualTo("nothing");
		run(new Object() {
			void on(@Payload(required = false) Item item) {
				MethodListenerArgumentsTests.this.seen = (item != null) ? item : "none";
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
				MethodListenerArgumentsTests.this.seen = "%d %s %d %s %s".formatted(priority, tags, number, none,
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
				MethodListenerArgumentsTests.this.seen = "%s %s %s %s".formatted(map.get("Priority"), map.get("Tag"),
						wire.getFirst("Priority"), all.get(NatsHeaders.SUBJECT));
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
				MethodListenerArgumentsTests.this.seen = message.getPayload().sku() + " "
						+ message.getHeaders().get("Priority");
			}
		}, "{\"sku\":\"apple\"}");
		assertThat(this.seen).isEqualTo("apple 3");
	}

	@Test
	void fillsVariablesOfThePatternThatMatches() throws Exception {
		run(new Object() {
			void on(@DestinationVariable Optional<String> region, @DestinationVariable int id) {
				MethodListenerArgumentsTests.this.seen = region + " " + id;
			}
		}, "", "other.{region}.{id}", "orders.*.{id}", "orders.{region}.*.{id}");
		assertThat(this.seen).isEqualTo("Optional.empty 7");
	}

	@Test
	void givesNothingForEmptyTextThatMayBeMissing() throws Exception {
		run(new Object() {
			void on(Optional<String> text) {
				MethodListenerArgumentsTests.this.seen = text;
			}
		}, "");
		assertThat(this.seen).isEqualTo(Optional.empty());
		run(new Object() {
			void on(byte @Nullable [] bytes) {
				MethodListenerArgumentsTests.this.seen = (bytes != null) ? bytes : "nothing";
			}
		}, "");
		assertThat(this.seen).isEqualTo("nothing");
		run(new Object() {
			void on(byte[] bytes) {
				MethodListenerArgumentsTests.this.seen = bytes.length;
			}
		}, "");
		assertThat(this.seen).isEqualTo(0);
	}

	@Test
	void validatesTheValuesOfAMapAndTheElementsOfAnArray() throws Exception {
		this.factory.setValidator(new SkuValidator());
		Object map = new Object() {
			void on(@Validated Map<String, List<Item>> items) {
				MethodListenerArgumentsTests.this.seen = items;
			}
		};
		run(map, "{\"a\":[{\"sku\":\"x\"}],\"b\":[null]}");
		assertThat(this.seen).isNotNull();
		assertThatExceptionOfType(MethodArgumentNotValidException.class)
			.isThrownBy(() -> run(map, "{\"a\":[{\"sku\":\"x\"}],\"b\":[{\"sku\":\"\"}]}"))
			.satisfies((ex) -> assertThat(ex.getBindingResult()).isNotNull()
				.extracting((result) -> result.getObjectName())
				.isEqualTo("items[1][0]"));
		assertThatExceptionOfType(MethodArgumentNotValidException.class).isThrownBy(() -> run(new Object() {
			void on(@Validated Item[] items) {
			}
		}, "[{\"sku\":\"\"}]"));
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
				MethodListenerArgumentsTests.this.seen = duration + " " + text;
			}
		}, "abc");
		assertThat(this.seen).isEqualTo("PT3S abc");
	}

	@Test
	void validatesWhatIsToBeValidated() throws Exception {
		Object bean = new Object() {
			void on(@Validated Item item) {
				MethodListenerArgumentsTests.this.seen = item;
			}
		};
		this.factory.setValidator(new SkuValidator());
		run(bean, "{\"sku\":\"apple\"}");
		assertThat(this.seen).isEqualTo(new Item("apple"));
		assertThatExceptionOfType(MethodArgumentNotValidException.class).isThrownBy(() -> run(bean, "{\"sku\":\"\"}"))
			.satisfies((ex) -> assertThat(ex.getBindingResult()).isNotNull())
			.satisfies((ex) -> assertThat(ex.getFailedMessage().getPayload()).isEqualTo(new byte[0]));
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

}
