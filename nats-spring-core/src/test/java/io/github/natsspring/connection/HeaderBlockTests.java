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

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

import io.nats.client.impl.Headers;
import io.nats.client.support.IncomingHeadersProcessor;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link HeaderBlock}, with jnats' own code as the judge.
 */
class HeaderBlockTests {

	@ParameterizedTest
	@ValueSource(strings = { "A: b\n", "A:b\n", "A:\n", "A: \n", "A : b\n", "A: b:c\n", "A:\tb\n", "A: b  \n",
			"!#%&'*+-.^_`|~: \u0001\u007f\n", "A: b\nA: c\nNats-Msg-Id: 7\n", "" })
	void leavesWhatJnatsReads(String lines) {
		assertThat(repaired(block(lines))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "NATS/1.0 503\r\n\r\n", "NATS/1.0 404 No Messages\r\n\r\n",
			"NATS/1.0 409 Message Size Exceeds MaxBytes\r\nNats-Pending-Messages: 1\r\nNats-Pending-Bytes: 0\r\n\r\n",
			"NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 1\r\n\r\n", "NATS/1.0\r\n\r\nleft over\r\n\r\n" })
	void leavesAStatus(String block) {
		assertThat(repaired(block.getBytes(StandardCharsets.UTF_8))).isNull();
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			X-Name: Zoë          | X-Name     | Zo?
			X-Name: 日本 😀      | X-Name     | ?? ?
			My Header: v         | My_Header  | v
			Größe: 1             | Gr__e      | 1
			 Folded: v           | Folded     | v
			Tab(TAB)here: v      | Tab_here   | v
			A: b(CR)c(LF)d       | A          | b?c?d
			A(CR)b(LF)c: d       | A_b_c      | d
			""", delimiter = '|', ignoreLeadingAndTrailingWhitespace = true)
	void replacesWhatJnatsCannotRead(String line, String name, String value) {
		String header = line.replace("(TAB)", "\t").replace("(CR)", "\r").replace("(LF)", "\n");
		if (name.equals("Folded")) {
			header = " " + header;
		}
		byte[] block = ("NATS/1.0\r\nBefore: 1\r\n" + header + "\r\nAfter: 2\r\n\r\n").getBytes(StandardCharsets.UTF_8);
		byte[] repaired = repaired(block);
		assertThat(repaired).hasSameSizeAs(block);
		Headers headers = new IncomingHeadersProcessor(repaired).getHeaders();
		assertThat(headers.keySet()).containsExactlyInAnyOrder("Before", name, "After");
		assertThat(headers.get(name)).containsExactly(value);
		assertThat(headers.get("Before")).containsExactly("1");
		assertThat(headers.get("After")).containsExactly("2");
	}

	@Test
	void replacesBytesThatAreNoUtf8() {
		byte[] block = "NATS/1.0\r\nX-Name: Zo\u00eb\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
		assertThat(new IncomingHeadersProcessor(repaired(block)).getHeaders().get("X-Name")).containsExactly("Zo?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "no header at all\n", ": no name\n", " : blank name\n", ":\n" })
	void leavesOutLinesThatAreNoHeader(String line) {
		byte[] block = block("A: b\n" + line + "C: d\n");
		byte[] repaired = repaired(block);
		assertThat(repaired).hasSameSizeAs(block);
		Headers headers = new IncomingHeadersProcessor(repaired).getHeaders();
		assertThat(headers.keySet()).containsExactlyInAnyOrder("A", "C");
		assertThat(headers.get("C")).containsExactly("d");
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "NATS/1.0", "NATS/1.0\r\n", "NATS/1.0\r\nA: b", "NATS/1.0\r\nA: b\r\n",
			"NATS/2.0\r\nA: b\r\n\r\n", "NATS/1.0 abc\r\n\r\n", "NATS/1.0   ", "NATS/1.0\r\nno header\r\n\r\n",
			"\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n" })
	void leavesNothingOfABlockThatIsNone(String block) {
		assertThat(repaired(block.getBytes(StandardCharsets.UTF_8))).isEmpty();
	}

	@RepeatedTest(20)
	void jnatsReadsWhateverIsLeft() {
		Random random = new Random();
		List<String> parts = List.of("NATS/1.0", "\r\n", "\r", "\n", ":", " ", "A", "Nats-Msg-Id", "ë", "\u0000",
				"\u007f", "😀", "503", "\t", "\r\n\r\n");
		for (int i = 0; i < 2000; i++) {
			StringBuilder text = new StringBuilder((random.nextInt(4) > 0) ? "NATS/1.0\r\n" : "");
			int count = random.nextInt(12);
			for (int part = 0; part < count; part++) {
				text.append(parts.get(random.nextInt(parts.size())));
			}
			text.append((random.nextInt(4) > 0) ? "\r\n\r\n" : "x");
			byte[] block = text.toString().getBytes(StandardCharsets.UTF_8);
			if (random.nextInt(3) == 0) {
				block[random.nextInt(block.length)] = (byte) random.nextInt(256);
			}
			byte[] repaired = repaired(block);
			if (repaired == null) {
				new IncomingHeadersProcessor(block);
			}
			else {
				assertThatIllegalArgumentOrBounds(block);
				if (repaired.length > 0) {
					assertThat(repaired).hasSameSizeAs(block);
					new IncomingHeadersProcessor(repaired);
				}
			}
		}
	}

	@Test
	void jnatsStillNeedsIt() {
		assertThatIllegalArgumentException().isThrownBy(() -> new IncomingHeadersProcessor(block("X-Name: Zoë\n")));
		assertThatIllegalArgumentException().isThrownBy(() -> new IncomingHeadersProcessor(block("My Header: v\n")));
	}

	private static void assertThatIllegalArgumentOrBounds(byte[] block) {
		RuntimeException refusal = null;
		try {
			new IncomingHeadersProcessor(block);
		}
		catch (RuntimeException ex) {
			refusal = ex;
		}
		assertThat(refusal).as("nothing is replaced without need").isNotNull();
	}

	private static byte[] block(String lines) {
		return ("NATS/1.0\r\n" + lines.replace("\n", "\r\n") + "\r\n").getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] repaired(byte[] block) {
		byte[] bytes = new byte[block.length + 10];
		System.arraycopy(block, 0, bytes, 5, block.length);
		return HeaderBlock.repair(bytes, 5, 5 + block.length);
	}

}
