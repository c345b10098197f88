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

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link DeadLetterSettings} and {@link DeadLetterId}.
 */
class DeadLetterSettingsTests {

	@Test
	void fillsTheTemplates() {
		DeadLetterSettings settings = DeadLetterSettings.defaults();
		assertThat(settings.enabled()).isNull();
		assertThat(settings.subjectFor("ORDERS", "billing")).isEqualTo("dlq.ORDERS.billing");
		assertThat(settings.streamFor("ORDERS", "billing")).isEqualTo("ORDERS_DLQ");
	}

	@Test
	void hasTheStreamCaptureWhatFurtherListenersNeed() {
		assertThat(DeadLetterSettings.defaults().capturedBy("ORDERS", "billing")).isEqualTo("dlq.ORDERS.*");
		assertThat(settings("dlq.{stream}.{consumer}", "ALL_DLQ").capturedBy("ORDERS", "billing")).isEqualTo("dlq.*.*");
		assertThat(settings("dlq.{stream}.{consumer}", "{stream}_{consumer}").capturedBy("ORDERS", "billing"))
			.isEqualTo("dlq.ORDERS.billing");
		assertThat(settings("dead.letters", "DLQ").capturedBy("ORDERS", "billing")).isEqualTo("dead.letters");
	}

	@Test
	void namesThePropertyThatIsWrong() {
		refuses("dlq..x", null, "nats.listener.dead-letter.subject", "empty token");
		refuses("dlq.{region}", null, "nats.listener.dead-letter.subject", "{region}");
		refuses("dlq.>", null, "nats.listener.dead-letter.subject", "wildcards");
		refuses("dlq", "a.b", "nats.listener.dead-letter.stream", "'a.b'");
		refuses("dlq", "{subject}_DLQ", "nats.listener.dead-letter.stream", "{subject}");
		refuses("dlq", "", "nats.listener.dead-letter.stream", "''");
		refuses("dlq", "x{", "nats.listener.dead-letter.stream", "'x{'");
	}

	@Test
	void readsAnIdAsItWasWritten() {
		DeadLetterId id = new DeadLetterId("ORDERS_DLQ", 17);
		assertThat(DeadLetterId.parse(id.toString())).isEqualTo(id).hasToString("ORDERS_DLQ:17");
		for (String text : new String[] { "", "ORDERS_DLQ", ":1", "A:", "A:x", "A:0", "A:-1" }) {
			assertThatIllegalArgumentException().isThrownBy(() -> DeadLetterId.parse(text))
				.withMessageContaining("'%s'".formatted(text));
		}
	}

	private static DeadLetterSettings settings(String subject, String stream) {
		return new DeadLetterSettings(null, subject, stream, false);
	}

	private static void refuses(String subject, String stream, String... texts) {
		assertThatIllegalArgumentException().isThrownBy(() -> settings(subject, stream))
			.withMessageContainingAll(texts);
	}

}
