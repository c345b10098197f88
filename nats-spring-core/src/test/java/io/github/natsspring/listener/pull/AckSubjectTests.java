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

package io.github.natsspring.listener.pull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AckSubject}.
 */
class AckSubjectTests {

	@ParameterizedTest
	@CsvSource({ "$JS.ACK.S.worker.1.10.9.1700000000000000000.42, false, 42",
			"$JS.ACK.S.worker.2.10.9.1700000000000000000.0, true, 0",
			"$JS.ACK.S.worker.12.10.9.1700000000000000000.7, true, 7",
			"$JS.ACK._.hash.S.worker.1.10.9.1700000000000000000.42, false, 42",
			"$JS.ACK.hub.hash.S.worker.3.10.9.1700000000000000000.42, true, 42",
			"$JS.ACK.hub.hash.S.worker.1.10.9.1700000000000000000.42.random, false, 42" })
	void readsWhatTheServerWrites(String subject, boolean redelivered, long pending) {
		assertThat(AckSubject.isRedelivered(subject)).isEqualTo(redelivered);
		assertThat(AckSubject.pending(subject)).isEqualTo(pending);
		assertThat(AckSubject.streamSequence(subject)).isEqualTo(10);
		assertThat(AckSubject.consumerSequence(subject)).isEqualTo(9);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "$JS.ACK", "$JS.ACK.S.worker.2.10.9.1700000000000000000", "........", "..........",
			"$JS.ACK.S.worker.2.10.9.1.x" })
	void makesNothingOfWhatItDoesNotKnow(String subject) {
		assertThat(AckSubject.pending(subject)).isEqualTo(-1);
	}

	@Test
	void makesNothingOfASequenceThatIsNoNumber() {
		String subject = "$JS.ACK.S.worker.1.x.y.1700000000000000000.42";
		assertThat(AckSubject.streamSequence(subject)).isEqualTo(-1);
		assertThat(AckSubject.consumerSequence(subject)).isEqualTo(-1);
	}

	@Test
	void findsNoRedeliveryWithoutACount() {
		assertThat(AckSubject.isRedelivered("$JS.ACK.S.worker")).isFalse();
	}

}
