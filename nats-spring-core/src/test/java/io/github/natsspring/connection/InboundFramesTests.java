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

package io.github.natsspring.connection;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link InboundFrames} with a server whose bytes arrive in pieces of any size.
 */
class InboundFramesTests {

	private static final String ODD = "NATS/1.0\r\nX-Name: Zoë\r\nMy Header: v\r\n\r\n";

	// As long in bytes
	private static final String READABLE = "NATS/1.0\r\nX-Name: Zo?\r\nMy_Header: v \r\n\r\n";

	private static final String LIKE_PROTOCOL = "\r\nHMSG a 1 " + length(ODD) + " " + length(ODD) + "\r\n" + ODD
			+ "\r\nMSG a 1 99999\r\nZoë";

	private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

	private final ByteArrayOutputStream expected = new ByteArrayOutputStream();

	private final List<String> repaired = new ArrayList<>();

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 7, 64, 1000, 1 << 20 })
	void repairsHeadersAndNothingElseHoweverTheBytesArrive(int piece) throws IOException {
		script();
		assertPasses(() -> piece, () -> 1 << 16);
		this.repaired.clear();
		assertPasses(() -> 1 << 20, () -> piece);
		this.repaired.clear();
		assertPasses(() -> piece, () -> piece);
		assertThat(this.repaired).containsExactly("odd", "odd.payload", "odd.reply", "short", "garbage", "odd.large");
	}

	@RepeatedTest(50)
	void repairsHeadersAndNothingElseInRandomPieces() throws IOException {
		Random random = new Random();
		for (int i = 0; i < 3; i++) {
			script();
		}
		int most = 1 << random.nextInt(17);
		assertPasses(() -> 1 + random.nextInt(most), () -> 1 + random.nextInt(most));
		assertThat(this.repaired).hasSize(18);
	}

	@Test
	void passesWhatIsBeforeAMessageThatIsNotThereYet() throws IOException {
		String there = "PING\r\nMSG a 1 2\r\nhi\r\n";
		InboundFrames frames = frames(new ByteArrayInputStream((there + "HMSG odd 1 40").getBytes()), () -> 1 << 20);
		assertThat(frames.read(new byte[1024], 0, 1024)).isEqualTo(there.length());
	}

	@Test
	void saysThatTheServerEndedAndThatItFailed() throws IOException {
		InboundFrames ended = frames(new ByteArrayInputStream("HMSG odd 1 4".getBytes()), () -> 100);
		assertThat(ended.read(new byte[100], 0, 100)).isEqualTo(-1);
		InboundFrames failed = new InboundFrames((target, offset, length) -> {
			throw new IOException("reset");
		}, this.repaired::add);
		assertThatIOException().isThrownBy(() -> failed.read(new byte[100], 0, 100)).withMessage("reset");
	}

	@ParameterizedTest
	@ValueSource(strings = { "MSG\r\n", "MSG a b c\r\nMSG a 1 2\r\nhi\r\n", "HMSG a 1 9 5\r\n", "HMSG 5\r\n",
			"MESSAGE x\r\n", "H\r\n", "\r\n\r\n", "\n", "MSG a 1 99999999999999\r\n", "MSG a 1 -5\r\n" })
	void leavesWhatItDoesNotKnowToJnats(String text) throws IOException {
		both(text);
		assertPasses(() -> 1, () -> 100);
		assertPasses(() -> 100, () -> 100);
	}

	@Test
	void leavesALineWithoutAnEndToJnats() throws IOException {
		both("M".repeat(3 << 20));
		assertPasses(() -> 1 << 16, () -> 1 << 16);
	}

	private void script() throws IOException {
		String large = "\u0000ë\r\n".repeat(50_000);
		both("INFO {\"server_id\":\"Zoë\"}\r\n", "PING\r\n", "+OK\r\n", "-ERR 'Zoë'\r\n", "PONG\r\n");
		both("MSG plain 1 0\r\n\r\n", "msg plain 1 reply 5\r\nhello\r\n");
		message("readable", "", "NATS/1.0\r\nA: b\r\n\r\n", "Zoë");
		message("odd", "", ODD, "");
		both("MSG like 1 " + length(LIKE_PROTOCOL) + "\r\n", LIKE_PROTOCOL, "\r\n");
		message("odd.payload", "", ODD, LIKE_PROTOCOL);
		message("status", "", "NATS/1.0 404 No Messages\r\n\r\n", "");
		message("odd.reply", "$JS.ACK.S.c.1.2.3.4.5 ", ODD, "Zoë");
		message("short", "re.ply ", "x", "payload");
		message("garbage", "", "not a header, but long enough for one", LIKE_PROTOCOL);
		message("large", "", "NATS/1.0\r\nA: " + "b".repeat(70_000) + "\r\n\r\n", large);
		message("odd.large", "", "NATS/1.0\r\nA: " + "ë".repeat(70_000) + "\r\n\r\n", large);
		both("PING\r\n", "MSG last 1 " + length(large) + "\r\n", large, "\r\n");
	}

	private void message(String subject, String reply, String headers, String payload) throws IOException {
		send("HMSG " + subject + " 1 " + reply + length(headers) + " " + (length(headers) + length(payload)) + "\r\n"
				+ headers + payload + "\r\n");
		if (subject.equals("short") || subject.equals("garbage")) {
			expect("MSG " + subject + " 1 " + reply + length(payload) + "\r\n" + payload + "\r\n");
		}
		else {
			String readable = headers.equals(ODD) ? READABLE
					: headers.replaceAll("(ë+)(\r\n)", "$1" + " ".repeat(count(headers)) + "$2").replace('ë', '?');
			expect("HMSG " + subject + " 1 " + reply + length(headers) + " " + (length(headers) + length(payload))
					+ "\r\n" + readable + payload + "\r\n");
		}
	}

	private static int count(String text) {
		return (int) text.chars().filter((character) -> character == 'ë').count();
	}

	private void both(String... texts) throws IOException {
		for (String text : texts) {
			send(text);
			expect(text);
		}
	}

	private void send(String text) throws IOException {
		this.sent.write(text.getBytes(StandardCharsets.UTF_8));
	}

	private void expect(String text) throws IOException {
		this.expected.write(text.getBytes(StandardCharsets.UTF_8));
	}

	private static int length(String text) {
		return text.getBytes(StandardCharsets.UTF_8).length;
	}

	private void assertPasses(IntSupplier piece, IntSupplier size) throws IOException {
		InboundFrames frames = frames(new ByteArrayInputStream(this.sent.toByteArray()), piece);
		ByteArrayOutputStream passed = new ByteArrayOutputStream();
		byte[] target = new byte[(1 << 20) + 3];
		while (true) {
			int count = frames.read(target, 3, size.getAsInt());
			if (count < 0) {
				break;
			}
			assertThat(count).isPositive();
			passed.write(target, 3, count);
		}
		assertThat(passed.size()).isEqualTo(this.expected.size());
		assertThat(passed.toByteArray()).isEqualTo(this.expected.toByteArray());
	}

	private InboundFrames frames(ByteArrayInputStream bytes, IntSupplier piece) {
		return new InboundFrames(
				(target, offset, length) -> bytes.read(target, offset, Math.min(length, piece.getAsInt())),
				this.repaired::add);
	}

}
