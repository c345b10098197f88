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

import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeaderText}.
 */
class HeaderTextTests {

	@Test
	void givesBackWhatItWrote() {
		Random random = new Random(7);
		for (int i = 0; i < 10_000; i++) {
			StringBuilder text = new StringBuilder();
			for (int j = random.nextInt(12); j > 0; j--) {
				text.append(switch (random.nextInt(4)) {
					case 0 -> (char) random.nextInt(0x10000);
					case 1 -> '\\';
					case 2 -> 'u';
					default -> (char) (32 + random.nextInt(95));
				});
			}
			String encoded = HeaderText.encode(text.toString(), 1000);
			assertThat(encoded.chars()).allMatch((c) -> c >= 32 && c < 127);
			assertThat(HeaderText.decode(encoded)).isEqualTo(text.toString());
		}
	}

	@Test
	void cutsBetweenEscapesAndNeverAboveTheLimit() {
		for (int limit = 10; limit < 40; limit++) {
			String encoded = HeaderText.encode("é".repeat(100), limit);
			assertThat(encoded).hasSizeLessThanOrEqualTo(limit).matches("(\\\\u00e9)*\\.\\.\\.");
			assertThat(HeaderText.encode("a".repeat(limit), limit)).isEqualTo("a".repeat(limit));
			assertThat(HeaderText.encode("a".repeat(limit + 1), limit)).isEqualTo("a".repeat(limit - 3) + "...");
		}
	}

	@Test
	void leavesSendableValuesAsTheyAre() {
		assertThat(HeaderText.safe("C:\\temp\tx")).isEqualTo("C:\\temp\tx");
		assertThat(HeaderText.safe("a\r\nNats-Msg-Id: é")).isEqualTo("a\\u000d\\u000aNats-Msg-Id: \\u00e9");
	}

	@Test
	void readsBrokenEscapesAsText() {
		for (String text : new String[] { "\\u", "\\u12", "\\uzzzz", "x\\u00e", "\\" }) {
			assertThat(HeaderText.decode(text)).isEqualTo(text);
		}
	}

}
