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

package io.github.natsspring.deadletter;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.TypeDescriptor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeadLetterFactory}.
 */
class DeadLetterFactoryTests {

	private static final byte[] DATA = "{\"sku\":\"book\"}".getBytes(StandardCharsets.UTF_8);

	private static final long LARGE = 1 << 20;

	private final DeadLetterFactory factory = new DeadLetterFactory();

	@Test
	void keepsBytesAndHeadersAndTellsTheOrigin() {
		Headers headers = new Headers().add("X-Tenant", "a", "b").add("Content-Type", "application/json");
		OutgoingLetter letter = create(DATA, headers, new IllegalStateException("boom"), LARGE, false);
		assertThat(letter.body()).isEqualTo(DATA);
		assertThat(letter.omitted()).isEmpty();
		assertThat(letter.isReference()).isFalse();
		assertThat(letter.headers().get("X-Tenant")).containsExactly("a", "b");
		assertThat(letter.headers().get("Content-Type")).containsExactly("application/json");
		assertThat(first(letter, "Nats-Msg-Id")).isEqualTo("id-1");
		assertThat(first(letter, "Dead-Letter-Stream")).isEqualTo("ORDERS");
		assertThat(first(letter, "Dead-Letter-Consumer")).isEqualTo("billing");
		assertThat(first(letter, "Dead-Letter-Subject")).isEqualTo("orders.eu.created");
		assertThat(first(letter, "Dead-Letter-Sequence")).isEqualTo("42");
		assertThat(first(letter, "Dead-Letter-Deliveries")).isEqualTo("5");
		assertThat(first(letter, "Dead-Letter-Timestamp")).isEqualTo("2026-01-02T03:04:05.123456789Z");
		assertThat(first(letter, "Dead-Letter-Listener")).isEqualTo("com.example.Billing#on");
		assertThat(first(letter, "Dead-Letter-Exception")).isEqualTo("java.lang.IllegalStateException");
		assertThat(first(letter, "Dead-Letter-Exception-Message")).isEqualTo("boom");
		assertThat(letter.headers().containsKey("Dead-Letter-Stack-Trace")).isFalse();
		assertThat(letter.headers().containsKey("Dead-Letter-Omitted")).isFalse();
	}

	@Test
	void dropsControlHeadersOfTheOriginalWhateverTheirCase() {
		Headers headers = new Headers();
		for (String name : List.of("Nats-Msg-Id", "Nats-Expected-Last-Sequence", "Nats-Expected-Stream", "Nats-Rollup",
				"Nats-TTL", "Nats-Schedule", "Nats-Incr", "Nats-Batch-Id", "nats-rollup", "NATS-TTL")) {
			headers.add(name, "x");
		}
		headers.add("Natsy", "kept");
		OutgoingLetter letter = create(DATA, headers, new IllegalStateException(), LARGE, false);
		assertThat(letter.headers().keySet()).filteredOn((name) -> name.toLowerCase().startsWith("nats-"))
			.containsExactly("Nats-Msg-Id");
		assertThat(first(letter, "Nats-Msg-Id")).isEqualTo("id-1");
		assertThat(first(letter, "Natsy")).isEqualTo("kept");
	}

	@Test
	void takesNothingFromForgedHeaders() {
		Headers headers = new Headers().add("Dead-Letter-Stream", "FORGED")
			.add("dead-letter-consumer", "forged")
			.add("Dead-Letter-Deliveries", "2147483648")
			.add("Dead-Letter-Stack-Trace", "forged")
			.add("Dead-Letter-Omitted", "body");
		OutgoingLetter letter = create(DATA, headers, new IllegalStateException(), LARGE, false);
		assertThat(letter.headers().get("Dead-Letter-Stream")).containsExactly("ORDERS");
		assertThat(first(letter, "Dead-Letter-Deliveries")).isEqualTo("5");
		assertThat(letter.headers().toString()).doesNotContainIgnoringCase("forged");
		assertThat(letter.headers().containsKey("Dead-Letter-Stack-Trace")).isFalse();
		assertThat(letter.headers().containsKey("Dead-Letter-Omitted")).isFalse();
	}

	@Test
	void escapesLineBreaksAndWhatIsNotAscii() {
		OutgoingLetter letter = create(DATA, null, new IllegalStateException("boom\r\nNats-Msg-Id: x é"), LARGE, true);
		assertThat(letter.headers().get("Nats-Msg-Id")).containsExactly("id-1");
		assertThat(first(letter, "Dead-Letter-Exception-Message"))
			.isEqualTo("boom\\u000d\\u000aNats-Msg-Id: x \\u00e9");
		letter.headers().forEach((name, values) -> assertThat(values).allMatch((value) -> value.matches("[ -~]*")));
	}

	@Test
	void capsMessageAndStackTrace() {
		OutgoingLetter letter = create(DATA, null, new IllegalStateException("é".repeat(1 << 20)), LARGE, true);
		assertThat(first(letter, "Dead-Letter-Exception-Message"))
			.hasSizeLessThanOrEqualTo(DeadLetterFactory.MAX_EXCEPTION_MESSAGE)
			.endsWith("...");
		assertThat(first(letter, "Dead-Letter-Stack-Trace")).hasSizeLessThanOrEqualTo(DeadLetterFactory.MAX_STACK_TRACE)
			.endsWith("...");
		assertThat(letter.omitted()).isEmpty();
	}

	@Test
	void survivesAnExceptionThatCannotBeRead() {
		OutgoingLetter letter = create(DATA, null, new Unreadable(), LARGE, true);
		assertThat(first(letter, "Dead-Letter-Exception")).endsWith("Unreadable");
		assertThat(first(letter, "Dead-Letter-Exception-Message")).contains("cannot be read");
	}

	@Test
	void tellsNoValueOfThePayloadThatAnExceptionQuotes() {
		String value = "4111-1111";
		Exception exception = new ConversionFailedException(TypeDescriptor.forObject(value),
				TypeDescriptor.valueOf(int.class), value, new IllegalArgumentException("no number: " + value));
		OutgoingLetter letter = create(DATA, null, exception, LARGE, true);
		assertThat(exception).hasMessageContaining(value);
		assertThat(first(letter, "Dead-Letter-Exception")).isEqualTo(ConversionFailedException.class.getName());
		assertThat(first(letter, "Dead-Letter-Exception-Message")).isEqualTo("a value cannot be converted to int");
		letter.headers().forEach((name, values) -> assertThat(values).noneMatch((text) -> text.contains(value)));
		assertThat(letter.omitted()).isEmpty();
	}

	@Test
	void leavesOutWhatDoesNotFitInItsOrder() {
		Headers headers = new Headers().add("Small", "s").add("Large", "l".repeat(5000));
		Exception exception = new IllegalStateException("m".repeat(900));
		OutgoingLetter whole = create(DATA, headers, exception, LARGE, true);
		int size = size(whole);
		assertThat(size).isGreaterThan(10_000);
		assertThat(create(DATA, headers, exception, size, true).omitted()).isEmpty();
		assertThat(create(DATA, headers, exception, size - 1, true).omitted())
			.containsExactlyInAnyOrder(DeadLetterPart.STACK_TRACE);
		int withoutTrace = size(create(DATA, headers, exception, size - 1, true));
		assertThat(create(DATA, headers, exception, withoutTrace - 1, true).omitted())
			.containsExactlyInAnyOrder(DeadLetterPart.STACK_TRACE, DeadLetterPart.EXCEPTION_MESSAGE);
		int withoutMessage = size(create(DATA, headers, exception, withoutTrace - 1, true));
		OutgoingLetter withoutLarge = create(DATA, headers, exception, withoutMessage - 1, true);
		assertThat(withoutLarge.omitted()).containsExactlyInAnyOrder(DeadLetterPart.STACK_TRACE,
				DeadLetterPart.EXCEPTION_MESSAGE, DeadLetterPart.HEADERS);
		assertThat(withoutLarge.headers().containsKey("Large")).isFalse();
		assertThat(first(withoutLarge, "Small")).isEqualTo("s");
		assertThat(withoutLarge.body()).isEqualTo(DATA);
		assertThat(first(withoutLarge, "Dead-Letter-Omitted").split(",")).containsExactlyInAnyOrder("stack-trace",
				"exception-message", "headers");
	}

	@Test
	void refersToTheOriginalWhenTheBytesDoNotFit() {
		byte[] data = new byte[64 * 1024];
		Headers headers = new Headers().add("X-Tenant", "a");
		OutgoingLetter letter = create(data, headers, new IllegalStateException("boom"), data.length, true);
		assertThat(letter.isReference()).isTrue();
		assertThat(letter.body()).isEmpty();
		assertThat(letter.omitted()).containsExactly(DeadLetterPart.BODY);
		assertThat(first(letter, "Dead-Letter-Omitted")).isEqualTo("body");
		assertThat(first(letter, "Dead-Letter-Sequence")).isEqualTo("42");
		assertThat(first(letter, "Dead-Letter-Exception-Message")).isEqualTo("boom");
		assertThat(first(letter, "X-Tenant")).isEqualTo("a");
	}

	@Test
	void keepsTheHeadersBelowWhatTheServerStores() {
		Headers headers = new Headers();
		for (int i = 0; i < 66; i++) {
			headers.add("X-" + i, "x".repeat(1000));
		}
		OutgoingLetter letter = create(DATA, headers, new IllegalStateException("boom"), LARGE, true);
		assertThat(letter.headers().serializedLength()).isLessThanOrEqualTo(DeadLetterFactory.MAX_HEADERS);
		assertThat(letter.omitted()).containsExactlyInAnyOrder(DeadLetterPart.STACK_TRACE,
				DeadLetterPart.EXCEPTION_MESSAGE, DeadLetterPart.HEADERS);
		assertThat(letter.headers().keySet()).filteredOn((name) -> name.startsWith("X-")).hasSizeGreaterThan(55);
		assertThat(letter.body()).isEqualTo(DATA);
	}

	@Test
	void readsTheOmittedPartsBack() {
		assertThat(DeadLetterPart.read("stack-trace,body")).containsExactly(DeadLetterPart.STACK_TRACE,
				DeadLetterPart.BODY);
		assertThat(DeadLetterPart.read("nobody")).isEmpty();
		assertThat(DeadLetterPart.read(null)).isEmpty();
	}

	@Test
	void takesAnotherTraceInThePlaceOfThatOfTheOriginal() {
		Headers headers = new Headers().add("Traceparent", "original").add("tracestate", "a=b").add("X-Tenant", "a");
		Headers trace = new Headers().put("Nats-Msg-Id", "not this").put("traceparent", "run");
		OutgoingLetter letter = create(headers, LARGE, trace);
		assertThat(letter.headers().getIgnoreCase("traceparent")).containsExactly("run");
		assertThat(letter.headers().get("tracestate")).containsExactly("a=b");
		assertThat(letter.headers().get("X-Tenant")).containsExactly("a");
		assertThat(letter.headers().get("Nats-Msg-Id")).containsExactly("id-1");
	}

	@Test
	void leavesTheTraceOutBeforeTheBody() {
		Headers trace = new Headers().put("traceparent", "00-%s-%s-01".formatted("a".repeat(32), "b".repeat(16)));
		int without = size(create(new Headers(), LARGE, null));
		OutgoingLetter letter = create(new Headers(), without + 60, trace);
		assertThat(letter.body()).isEqualTo(DATA);
		assertThat(letter.headers().containsKey("traceparent")).isFalse();
		assertThat(letter.omitted()).containsExactlyInAnyOrder(DeadLetterPart.HEADERS,
				DeadLetterPart.EXCEPTION_MESSAGE);
		assertThat(create(new Headers(), without + 100, trace).headers().containsKey("traceparent")).isTrue();
	}

	private OutgoingLetter create(Headers headers, long maxSize, @Nullable Headers trace) {
		return this.factory.create(Letters.message(DATA, headers), Letters.ORIGIN, new IllegalStateException("boom"),
				"id-1", maxSize, false, trace);
	}

	private OutgoingLetter create(byte[] data, @Nullable Headers headers, Throwable exception, long maxSize,
			boolean stackTrace) {
		Message message = Letters.message(data, headers);
		return this.factory.create(message, Letters.ORIGIN, exception, "id-1", maxSize, stackTrace, null);
	}

	private static int size(OutgoingLetter letter) {
		return letter.headers().serializedLength() + letter.body().length;
	}

	private static String first(OutgoingLetter letter, String name) {
		return letter.headers().getFirst(name);
	}

	@SuppressWarnings("serial")
	private static final class Unreadable extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("no");
		}

	}

}
