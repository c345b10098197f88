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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.lang.reflect.Type;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Map;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.messaging.converter.MessageConversionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for payloads and headers that want to choose what is made of them.
 */
class UntrustedPayloadTests {

	private final NatsMessageConverter converter = CompositeNatsMessageConverter.withDefaults(List.of(),
			new JacksonNatsMessageConverter(JsonMapper.shared()));

	@Test
	void takesTheTypeFromTheMethodWhateverHeadersSay() {
		Headers headers = new Headers().put("__TypeId__", "java.net.URL")
			.put("__ContentTypeId__", "java.net.URL")
			.put("JavaType", "java.net.URL")
			.put("spring_json_header_types", "{\"a\":\"java.net.URL\"}")
			.put("Content-Type", "application/json;type=java.net.URL");
		assertThat(read("{\"sku\":\"a\"}", headers, Order.class)).isEqualTo(new Order("a"));
	}

	@Test
	void makesPlainValuesOfPayloadsThatNameAType() {
		assertThat(read("[\"java.net.URL\", \"http://localhost:1/\"]", new Headers(), Object.class))
			.isEqualTo(List.of("java.net.URL", "http://localhost:1/"));
		assertThat(read("{\"@class\":\"java.net.URL\",\"@type\":\"x\"}", new Headers(), Object.class))
			.isEqualTo(Map.of("@class", "java.net.URL", "@type", "x"));
		assertThat(read("{\"sku\":\"a\",\"@class\":\"java.net.URL\"}", new Headers(), Order.class))
			.isEqualTo(new Order("a"));
	}

	@Test
	void readsNoSerializedObjects() throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ObjectOutputStream output = new ObjectOutputStream(bytes)) {
			output.writeObject(new Date());
		}
		for (String contentType : List.of("application/x-java-serialized-object", "application/json",
				"application/octet-stream")) {
			Message message = message(bytes.toByteArray(), new Headers().put("Content-Type", contentType));
			for (Type type : List.of(Object.class, Date.class, URL.class, Order.class)) {
				try {
					assertThat(this.converter.read(message, type)).isInstanceOf(byte[].class);
				}
				catch (MessageConversionException ex) {
					assertThat(ex).hasMessageContaining("Cannot read the message");
				}
			}
		}
	}

	@Test
	void refusesNestingThatWouldOverflowTheStack() {
		int depth = 100_000;
		String json = "[".repeat(depth) + "]".repeat(depth);
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> read(json, new Headers(), Object.class));
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> read("{\"sku\":" + json + "}", new Headers(), Order.class));
	}

	@Test
	void refusesNumbersThatTakeForeverToRead() {
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> read("{\"sku\":" + "9".repeat(1_000_000) + "}", new Headers(), Order.class));
	}

	@Test
	void showsNoControlCharactersOfHeadersInMessages() {
		Message message = message("x".getBytes(StandardCharsets.UTF_8),
				new Headers().put("Content-Type", "application/json;\ta=b"));
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> this.converter.read(message, Order.class))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("\t").doesNotContain("\n"));
	}

	private Object read(String json, Headers headers, Type type) {
		return this.converter.read(message(json.getBytes(StandardCharsets.UTF_8), headers), type);
	}

	private static Message message(byte[] data, Headers headers) {
		return NatsMessage.builder().subject("orders.new").headers(headers).data(data).build();
	}

	record Order(String sku) {
	}

}
