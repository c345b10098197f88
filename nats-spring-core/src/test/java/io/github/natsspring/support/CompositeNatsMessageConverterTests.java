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

package io.github.natsspring.support;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.util.MimeType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CompositeNatsMessageConverter} and the converters it is made of.
 */
class CompositeNatsMessageConverterTests {

	private static final Type ORDERS = new ParameterizedTypeReference<List<Order>>() {
	}.getType();

	private final NatsMessageConverter converter = CompositeNatsMessageConverter.withDefaults(List.of(),
			new JacksonNatsMessageConverter(JsonMapper.shared()));

	@Test
	void readsJsonOfAnotherLanguageWithoutContentType() {
		assertThat(read("{\"sku\":\"book\",\"quantity\":2}", null, Order.class)).isEqualTo(new Order("book", 2));
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "application/json;charset=utf-8", "APPLICATION/JSON",
			"application/vnd.order.v1+json" })
	void readsJsonContentTypes(String contentType) {
		assertThat(read("{\"sku\":\"book\",\"quantity\":2}", contentType, Order.class)).isEqualTo(new Order("book", 2));
	}

	@Test
	void readsGenericTypes() {
		assertThat(read("[{\"sku\":\"book\",\"quantity\":2}]", null, ORDERS)).isEqualTo(List.of(new Order("book", 2)));
	}

	@Test
	void findsTheContentTypeWhateverItsCase() {
		Message message = NatsMessage.builder()
			.subject("orders")
			.headers(new Headers().add("content-type", "text/plain"))
			.data("42")
			.build();
		assertThat(this.converter.read(message, Integer.class)).isEqualTo(42);
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> this.converter.read(message, Order.class))
			.withMessageContaining("text/plain");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "text/plain", "application/octet-stream", "no-content-type" })
	void givesStringsAndBytesWhateverTheContentType(String contentType) {
		assertThat(read("{\"a\":1}", contentType, String.class)).isEqualTo("{\"a\":1}");
		assertThat(read("{\"a\":1}", contentType, byte[].class))
			.isEqualTo("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void readsTextInItsCharset() {
		assertThat(read("Grüße".getBytes(StandardCharsets.ISO_8859_1), "text/plain;charset=ISO-8859-1", String.class))
			.isEqualTo("Grüße");
		assertThat(read("Grüße", "text/plain", String.class)).isEqualTo("Grüße");
		assertThat(read("Grüße", null, String.class)).isEqualTo("Grüße");
	}

	@Test
	void refusesACharsetThatIsNotKnown() {
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> read("x", "text/plain;charset=klingon", String.class))
			.withMessageContaining("klingon");
	}

	@Test
	void readsSimpleValues() {
		assertThat(read("42", null, Integer.class)).isEqualTo(42);
		assertThat(read("42", null, int.class)).isEqualTo(42);
		assertThat(read("42", "application/json", long.class)).isEqualTo(42L);
		assertThat(read("1.50", "text/plain", BigDecimal.class)).isEqualTo(new BigDecimal("1.50"));
		assertThat(read("true", null, boolean.class)).isEqualTo(true);
		assertThat(read("NEW", null, Status.class)).isEqualTo(Status.NEW);
		assertThat(read("\"NEW\"", null, Status.class)).isEqualTo(Status.NEW);
		assertThat(read("\"NEW\"", "application/json", Status.class)).isEqualTo(Status.NEW);
		assertThat(read("NEW", "text/plain;charset=UTF-8", Status.class)).isEqualTo(Status.NEW);
		UUID id = UUID.randomUUID();
		assertThat(read(id.toString(), null, UUID.class)).isEqualTo(id);
	}

	@Test
	void readsObjectsByTheirContentType() {
		assertThat(read("{\"a\":1}", null, Object.class)).isEqualTo(Map.of("a", 1));
		assertThat(read("hello", "text/plain", Object.class)).isEqualTo("hello");
		assertThat(read("hello", "application/octet-stream", Object.class))
			.isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void givesNullForAnEmptyBodyUnlessTextOrBytesAreWanted() {
		assertThat(read("", null, Order.class)).isNull();
		assertThat(read("", "application/json", Order.class)).isNull();
		assertThat(read("", "text/plain", Order.class)).isNull();
		assertThat(read("", null, Integer.class)).isNull();
		assertThat(read("", null, String.class)).isEqualTo("");
		assertThat(read("", null, byte[].class)).isEqualTo(new byte[0]);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"sku\":\"secret\",\"quantity\":\"secret\"}", "{\"sku\":secret", "secret", "{} secret",
			"[\"secret\"]" })
	void namesTheTypeAndContentTypeButNeverThePayload(String body) {
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> read(body, "application/json", Order.class))
			.withMessageContaining(Order.class.getTypeName())
			.withMessageContaining("'application/json'")
			.withMessageContaining("'orders'")
			.satisfies((ex) -> {
				for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
					assertThat(cause).asString().doesNotContain("secret");
				}
			});
	}

	@Test
	void namesThePropertyThatCannotBeRead() {
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> read("[{\"sku\":\"book\",\"quantity\":1},{\"quantity\":\"many\"}]", null, ORDERS))
			.withMessageContaining("[1].quantity")
			.withMessageContaining("no content type");
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> read("{\"secret\":{\"quantity\":\"many\"}}", null,
					new ParameterizedTypeReference<Map<String, Order>>() {
					}.getType()))
			.withMessageContaining("'*.quantity'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "application/xml", "application/octet-stream" })
	void refusesContentTypesThatNoConverterReads(String contentType) {
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> read("secret", contentType, Order.class))
			.withMessageContaining(contentType)
			.withMessageContaining(Order.class.getTypeName())
			.withMessageNotContaining("secret");
	}

	@Test
	void refusesBadTextAsNumber() {
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> read("secret", "text/plain", Integer.class))
			.withMessageContaining("java.lang.Integer")
			.withMessageNotContaining("secret")
			.withNoCause();
	}

	@Test
	void keepsHostileContentTypesOutOfMessages() {
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> read("x", "a" + "b".repeat(5000), Order.class))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(400));
	}

	@Test
	void writesObjectsAsJson() {
		Headers headers = new Headers();
		byte[] body = this.converter.write(new Order("book", 2), headers);
		assertThat(new String(body, StandardCharsets.UTF_8)).isEqualTo("{\"sku\":\"book\",\"quantity\":2}");
		assertThat(headers.get("Content-Type")).containsExactly("application/json");
	}

	@Test
	void writesTextAsUtf8() {
		Headers headers = new Headers();
		assertThat(this.converter.write("Grüße", headers)).isEqualTo("Grüße".getBytes(StandardCharsets.UTF_8));
		assertThat(headers.get("Content-Type")).containsExactly("text/plain;charset=UTF-8");
	}

	@Test
	void writesBytesAsTheyAreWithoutAContentType() {
		Headers headers = new Headers();
		byte[] bytes = { 1, 2, 3 };
		assertThat(this.converter.write(bytes, headers)).isEqualTo(bytes);
		assertThat(headers.isEmpty()).isTrue();
	}

	@Test
	void honoursTheContentTypeOfTheSender() {
		assertThat(write("{\"a\":1}", "application/json")).isEqualTo("{\"a\":1}");
		assertThat(write(new byte[] { 'x' }, "image/png")).isEqualTo("x");
		assertThat(write(new Order("book", 2), "application/vnd.order+json")).contains("\"book\"");
		assertThat(write(42, "text/plain")).isEqualTo("42");
		assertThat(write(Status.NEW, "text/plain")).isEqualTo("NEW");
		assertThat(write(Status.NEW, null)).isEqualTo("\"NEW\"");
		Headers headers = new Headers().add("Content-Type", "text/plain;charset=ISO-8859-1");
		assertThat(this.converter.write("Grüße", headers)).isEqualTo("Grüße".getBytes(StandardCharsets.ISO_8859_1));
		assertThat(headers.get("Content-Type")).containsExactly("text/plain;charset=ISO-8859-1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json;charset=ISO-8859-1", "application/json;charset=UTF-8",
			"application/json;charset=UTF-16", "application/json" })
	void writesJsonInTheCharsetItNamesSoThatItIsReadAgain(String contentType) {
		Headers headers = new Headers().add("Content-Type", contentType);
		byte[] body = this.converter.write(new Order("Grüner Tee", 2), headers);
		assertThat(read(body, contentType, Order.class)).isEqualTo(new Order("Grüner Tee", 2));
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain;charset=ISO-8859-1", "application/json;charset=US-ASCII" })
	void refusesToWriteCharactersThatTheCharsetDoesNotHave(String contentType) {
		for (Object payload : List.of("5 €", new Order("5 €", 2))) {
			if (payload instanceof String || contentType.startsWith("application/json")) {
				assertThatExceptionOfType(MessageConversionException.class)
					.isThrownBy(() -> write(payload, contentType))
					.withMessageContaining(contentType)
					.withMessageContaining("charset has not all characters")
					.withMessageNotContaining("€");
			}
		}
	}

	@Test
	void refusesToWriteWhatNoConverterWrites() {
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> write(new Order("secret", 2), "application/xml"))
			.withMessageContaining("application/xml")
			.withMessageContaining(Order.class.getTypeName())
			.withMessageNotContaining("secret");
	}

	@Test
	void refusesToWriteABrokenObjectWithoutShowingIt() {
		assertThatExceptionOfType(MessageConversionException.class).isThrownBy(() -> write(new Broken("secret"), null))
			.withMessageContaining(Broken.class.getTypeName())
			.withMessageNotContaining("secret");
	}

	@Test
	void asksTheConvertersOfTheUserFirst() {
		NatsMessageConverter composite = CompositeNatsMessageConverter.withDefaults(List.of(new ShoutingConverter()),
				null);
		Headers headers = new Headers();
		assertThat(composite.write("hello", headers)).isEqualTo("HELLO".getBytes(StandardCharsets.UTF_8));
		assertThat(headers).extracting(Headers::isEmpty).isEqualTo(true);
		assertThat(composite.read(message("hello", null), String.class)).isEqualTo("HELLO");
		assertThat(composite.read(message("hello", "text/plain"), String.class)).isEqualTo("hello");
	}

	@Test
	void managesWithoutJackson() {
		NatsMessageConverter composite = CompositeNatsMessageConverter.withDefaults(List.of(), null);
		assertThat(composite.read(message("42", null), Integer.class)).isEqualTo(42);
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> composite.read(message("{}", null), Order.class))
			.withMessageContaining("no converter reads it");
		assertThat(composite.canWrite(Order.class, null)).isFalse();
	}

	private @Nullable Object read(String body, @Nullable String contentType, Type type) {
		return read(body.getBytes(StandardCharsets.UTF_8), contentType, type);
	}

	private @Nullable Object read(byte[] body, @Nullable String contentType, Type type) {
		return this.converter.read(message(body, contentType), type);
	}

	private String write(Object payload, @Nullable String contentType) {
		Headers headers = new Headers();
		if (contentType != null) {
			headers.add("Content-Type", contentType);
		}
		byte[] body = this.converter.write(payload, headers);
		if (contentType != null) {
			assertThat(headers.get("Content-Type")).containsExactly(contentType);
		}
		return new String(body, StandardCharsets.UTF_8);
	}

	private static Message message(String body, @Nullable String contentType) {
		return message(body.getBytes(StandardCharsets.UTF_8), contentType);
	}

	private static Message message(byte[] body, @Nullable String contentType) {
		NatsMessage.Builder builder = NatsMessage.builder().subject("orders").data(body);
		if (contentType != null) {
			builder.headers(new Headers().add("Content-Type", contentType));
		}
		return builder.build();
	}

	record Order(String sku, int quantity) {
	}

	enum Status {

		NEW, BILLED

	}

	record Broken(String name) {

		@JsonProperty
		String value() {
			throw new IllegalStateException("secret");
		}

	}

	static class ShoutingConverter implements NatsMessageConverter {

		@Override
		public boolean canRead(Type type, @Nullable MimeType contentType) {
			return type == String.class && contentType == null;
		}

		@Override
		public Object read(Message message, Type type) {
			return new String(message.getData(), StandardCharsets.UTF_8).toUpperCase();
		}

		@Override
		public boolean canWrite(Class<?> type, @Nullable MimeType contentType) {
			return type == String.class;
		}

		@Override
		public byte[] write(Object payload, Headers headers) {
			return payload.toString().toUpperCase().getBytes(StandardCharsets.UTF_8);
		}

	}

}
