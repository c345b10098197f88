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

package io.github.natsspring.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Random input as token of a subject, as a whole subject and as header: it is refused, or
 * exactly the intended message reaches the server.
 */
@Timeout(120)
class FuzzedInputIntegrationTests extends AbstractNatsTemplateTests {

	private static final int STRINGS = 100_000;

	private static final long SEED = 20261121;

	private static final List<String> PIECES = List.of(".", "*", ">", " ", "\r", "\n", "\t", "\0", "\r\n", "$JS.API.",
			"$SYS.", "_INBOX.", "..", "{id}", "\r\nPUB evil 1\r\nx\r\n", "\r\nSUB > 9\r\n", "-ERR", ":", "\u0085",
			"\u00a0", "\u2028", "\u3000", "\ud800", "\udc00", "\u00e9", "\u4e2d", "\ud83d\ude00", "\u007f",
			"\u001b[31m", "%0d%0a", "Nats-Msg-Id: 1");

	private final Random random = new Random(SEED);

	private final Queue<String> received = new ConcurrentLinkedQueue<>();

	@Test
	void sendsTheIntendedMessageOrNothing() throws Exception {
		SubjectTemplate subjects = SubjectTemplate.parse("fuzz.{id}.end");
		List<String> sent = new ArrayList<>();
		try (Connection observer = Nats.connect(Options.builder().server(server.url()).supportUTF8Subjects().build())) {
			observer.createDispatcher((message) -> this.received.add(describe(message)))
				.subscribe(">")
				.setPendingLimits(-1, -1);
			observer.flush(LONG);
			int refused = 0;
			for (int i = 0; i < STRINGS; i++) {
				String input = input();
				Headers headers = headers(input);
				String filled = accepted(() -> subjects.expand(input));
				refused += (filled != null) ? 0 : 1;
				send(filled, headers, sent);
				// Every tenth one as the whole subject
				if (i % 10 == 0) {
					send(input, headers, sent);
				}
			}
			this.template.publish("last", "");
			sent.add("last\n\n");
			await().until(() -> this.received.contains("last\n\n") || this.received.size() > sent.size());
			assertThat(refused).isBetween(STRINGS / 4, STRINGS * 3 / 4);
		}
		assertThat(sent).hasSizeGreaterThan(STRINGS / 4);
		// One at a time: the lists are too long to print
		List<String> arrived = List.copyOf(this.received);
		for (int i = 0; i < Math.min(arrived.size(), sent.size()); i++) {
			assertThat(arrived.get(i)).as("message " + i).isEqualTo(sent.get(i));
		}
		assertThat(arrived).hasSameSizeAs(sent);
		assertThat(this.holder.get().getLastError()).isNullOrEmpty();
		assertThat(this.holder.get().getStatistics().getReconnects()).isZero();
	}

	/**
	 * Publish where the API lets it, and note what must arrive.
	 */
	private void send(@Nullable String subject, @Nullable Headers headers, List<String> sent) {
		if (subject == null) {
			return;
		}
		String published = accepted(() -> {
			this.template.publish(subject, new byte[0],
					(options) -> options.headers((headers != null) ? headers : new Headers()));
			return subject;
		});
		if (published != null) {
			String value = (headers != null) ? headers.getFirst("X-Input") : null;
			sent.add(published + "\n" + value(value) + "\n");
		}
	}

	private static @Nullable Headers headers(String input) {
		return accepted(() -> new RequestOptions(LONG).header("X-Input", input).headers());
	}

	private static <T> @Nullable T accepted(Supplier<T> action) {
		try {
			return action.get();
		}
		catch (IllegalArgumentException | NatsPublishException ex) {
			assertThat(ex.getMessage()).doesNotContain("\r")
				.doesNotContain("\n")
				.doesNotContain("\0")
				.doesNotContain("\u001b");
			return null;
		}
	}

	private static String describe(Message message) {
		Headers headers = message.getHeaders();
		List<String> names = new ArrayList<>((headers != null) ? headers.keySet() : List.of());
		names.remove("X-Input");
		names.remove("Content-Type");
		String value = (headers != null) ? headers.getFirst("X-Input") : null;
		return message.getSubject() + "\n" + value(value) + "\n" + String.join(",", names)
				+ new String(message.getData(), StandardCharsets.UTF_8);
	}

	private static String value(@Nullable String value) {
		// Blanks around a value do not count
		return (value != null) ? value.strip() : "";
	}

	private String input() {
		StringBuilder input = new StringBuilder();
		int pieces = 1 + this.random.nextInt(5);
		for (int i = 0; i < pieces; i++) {
			int kind = this.random.nextInt(20);
			if (kind < 3) {
				input.append(PIECES.get(this.random.nextInt(PIECES.size())));
			}
			else if (kind == 3) {
				input.append((char) this.random.nextInt(0x10000));
			}
			else if (kind == 4) {
				input.append((char) this.random.nextInt(0x100));
			}
			else {
				input.append((char) ('!' + this.random.nextInt('~' - '!' + 1)));
			}
		}
		return (this.random.nextInt(1000) == 0) ? input.toString().repeat(1 + this.random.nextInt(400))
				: input.toString();
	}

}
