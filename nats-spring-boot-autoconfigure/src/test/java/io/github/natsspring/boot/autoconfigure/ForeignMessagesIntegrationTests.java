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

package io.github.natsspring.boot.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import io.github.natsspring.annotation.NatsListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for values that clients of other languages write, in the bytes of the protocol as
 * they send them: each reaches the method as its type.
 */
class ForeignMessagesIntegrationTests extends AbstractArgumentTests {

	private static final byte[] JSON = "{\"sku\":\"Grüner Tee\",\"quantity\":2,\"unknown\":true}"
		.getBytes(StandardCharsets.UTF_8);

	@Test
	void readsJsonWithoutAContentType() {
		this.contextRunner.withBean(Orders.class).run((context) -> {
			send("order", null, JSON);
			assertSeenTwice(context, new Order("Grüner Tee", 2));
		});
	}

	@Test
	void readsJsonWithAContentTypeInAnySpellingOfTheHeader() {
		this.contextRunner.withBean(Orders.class).run((context) -> {
			send("order", "Content-Type: application/json", JSON);
			send("order", "content-type:application/json", JSON);
			send("order", "CONTENT-TYPE: application/vnd.shop.order+json;v=1", JSON);
			assertSeenTwice(context, new Order("Grüner Tee", 2), new Order("Grüner Tee", 2),
					new Order("Grüner Tee", 2));
		});
	}

	@Test
	void readsJsonInOtherCharsets() {
		this.contextRunner.withBean(Orders.class).run((context) -> {
			send("order", "Content-Type: application/json; charset=utf-8", JSON);
			send("order", "Content-Type: application/json;charset=iso-8859-1", in(StandardCharsets.ISO_8859_1));
			send("order", "Content-Type: application/json", in(StandardCharsets.UTF_16LE));
			// With the mark of its byte order, as Windows writes it
			send("order", null, HexFormat.of().parseHex("efbbbf" + HexFormat.of().formatHex(JSON)));
			assertSeenTwice(context, new Order("Grüner Tee", 2), new Order("Grüner Tee", 2), new Order("Grüner Tee", 2),
					new Order("Grüner Tee", 2));
		});
	}

	@Test
	void readsPlainText() {
		this.contextRunner.withBean(Texts.class).run((context) -> {
			send("text", null, "Grüner Tee".getBytes(StandardCharsets.UTF_8));
			send("text", "Content-Type: text/plain; charset=windows-1252", "5 €".getBytes("windows-1252"));
			send("number", null, "42".getBytes(StandardCharsets.UTF_8));
			send("number", "Content-Type: text/plain", "43\r\n".getBytes(StandardCharsets.UTF_8));
			assertSeenTwice(context, "Grüner Tee", "5 €", 42, 43);
		});
	}

	@Test
	void readsAnEmptyMessage() {
		this.contextRunner.withBean(Orders.class).withBean(Texts.class).run((context) -> {
			send("optional", null, new byte[0]);
			send("optional", "Content-Type: application/json", new byte[0]);
			send("text", null, new byte[0]);
			assertSeenTwice(context, Optional.empty(), Optional.empty(), "");
		});
	}

	@Test
	void readsHeadersWithSeveralAndEmptyValues() {
		this.contextRunner.withBean(HeaderListener.class).run((context) -> {
			send("header", "Tag: a\r\nEmpty:\r\nTag:b", new byte[0]);
			assertSeenTwice(context, "[a, b] ''");
		});
	}

	@Test
	void deadLettersWhatNobodyCanRead() {
		this.contextRunner.withBean(Orders.class).run((context) -> {
			send("order", "Content-Type: application/x-protobuf", new byte[] { 8, 1 });
			send("order", "Content-Type: nonsense", JSON);
			send("order", "Content-Type: application/json;charset=klingon", JSON);
			send("order", null, new byte[] { (byte) 0x93, 1, 2, 3 });
			assertDeadLettered(context, MessageConversionException.class, 4);
			assertSeen(context);
		});
	}

	private static byte[] in(Charset charset) {
		return new String(JSON, StandardCharsets.UTF_8).getBytes(charset);
	}

	/**
	 * Publish as any client does, by the text of the protocol.
	 */
	private void send(String token, @Nullable String headers, byte[] data) throws IOException {
		URI url = URI.create(server.url());
		try (Socket socket = new Socket(url.getHost(), url.getPort())) {
			socket.setSoTimeout(5000);
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			out.writeBytes("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"lang\":\"other\"}\r\n"
				.getBytes(StandardCharsets.UTF_8));
			if (headers == null) {
				out.writeBytes(
						"PUB %s.%s %d\r\n".formatted(this.stream, token, data.length).getBytes(StandardCharsets.UTF_8));
			}
			else {
				byte[] lines = ("NATS/1.0\r\n" + headers + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
				out.writeBytes(
						"HPUB %s.%s %d %d\r\n".formatted(this.stream, token, lines.length, lines.length + data.length)
							.getBytes(StandardCharsets.UTF_8));
				out.writeBytes(lines);
			}
			out.writeBytes(data);
			out.writeBytes("\r\nPING\r\n".getBytes(StandardCharsets.UTF_8));
			out.writeTo(socket.getOutputStream());
			awaitPong(socket.getInputStream());
		}
	}

	private static void awaitPong(InputStream in) throws IOException {
		StringBuilder answer = new StringBuilder();
		while (!answer.toString().contains("PONG")) {
			int next = in.read();
			assertThat(next).as("what follows %s", answer).isNotNegative();
			answer.append((char) next);
		}
		assertThat(answer.toString()).doesNotContain("-ERR");
	}

	record Order(String sku, int quantity) {
	}

	static class Orders {

		private final Seen seen;

		Orders(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.order")
		@NatsListener(stream = "${test}", consumer = "order", subjects = "${test}.order")
		void on(Order order) {
			this.seen.add(order);
		}

		@NatsListener("${test}.optional")
		@NatsListener(stream = "${test}", consumer = "optional", subjects = "${test}.optional")
		void onOptional(Optional<Order> order) {
			this.seen.add(order);
		}

	}

	static class Texts {

		private final Seen seen;

		Texts(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.text")
		@NatsListener(stream = "${test}", consumer = "text", subjects = "${test}.text")
		void on(String text) {
			this.seen.add(text);
		}

		@NatsListener("${test}.number")
		@NatsListener(stream = "${test}", consumer = "number", subjects = "${test}.number")
		void onNumber(int number) {
			this.seen.add(number);
		}

	}

	static class HeaderListener {

		private final Seen seen;

		HeaderListener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.header")
		@NatsListener(stream = "${test}", consumer = "header", subjects = "${test}.header")
		void on(@Header("Tag") List<String> tags, @Header("Empty") String empty) {
			this.seen.add("%s '%s'".formatted(tags, empty));
		}

	}

}
