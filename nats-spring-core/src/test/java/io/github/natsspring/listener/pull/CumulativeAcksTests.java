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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CumulativeAcks}.
 */
class CumulativeAcksTests {

	private final CumulativeAcks<String> acks = new CumulativeAcks<>();

	@Test
	void acknowledgesTheLastOfThoseThatAreHandled() {
		this.acks.learn(0, 0, 0, 0, 0);
		deliver(1, 3);
		handle(1, 2);
		assertThat(this.acks.take()).isEqualTo("2");
		assertThat(this.acks.take()).isNull();
		handle(3);
		assertThat(this.acks.take()).isEqualTo("3");
	}

	@Test
	void waitsForAMessageInTheMiddle() {
		this.acks.learn(0, 0, 0, 0, 0);
		deliver(1, 4);
		handle(1, 3, 4);
		assertThat(this.acks.take()).isEqualTo("1");
		assertThat(this.acks.isWaiting()).isTrue();
		handle(2);
		assertThat(this.acks.take()).isEqualTo("4");
		assertThat(this.acks.isWaiting()).isFalse();
	}

	@Test
	void acknowledgesNothingUntilWhatAnotherInstanceWasGivenIsHere() {
		// Another instance holds 1 and 2
		this.acks.learn(0, 0, 2, 2, 2);
		this.acks.delivered(3, 3, false, "3");
		handle(3);
		assertThat(this.acks.take()).isNull();
		this.acks.learn(0, 0, 3, 3, 3);
		assertThat(this.acks.take()).isNull();
		this.acks.delivered(1, 4, true, "1");
		this.acks.delivered(2, 5, true, "2");
		handle(1, 2);
		assertThat(this.acks.take()).isNull();
		this.acks.learn(0, 0, 5, 3, 3);
		// Three was delivered before the others, and goes with what comes later
		assertThat(this.acks.take()).isEqualTo("3");
	}

	@Test
	void acknowledgesUpToAGapInWhatWasDelivered() {
		this.acks.learn(0, 0, 0, 0, 0);
		deliver(1, 2);
		this.acks.delivered(4, 4, false, "4");
		handle(1, 2);
		assertThat(this.acks.take()).isEqualTo("2");
		this.acks.delivered(3, 5, true, "3");
		handle(3);
		assertThat(this.acks.take()).isNull();
		this.acks.learn(2, 2, 5, 4, 2);
		assertThat(this.acks.take()).isEqualTo("3");
	}

	@Test
	void leavesOutWhatTheServerWouldIgnore() {
		this.acks.learn(0, 0, 0, 0, 0);
		deliver(1, 2);
		this.acks.delivered(1, 3, true, "1 again");
		handle(1);
		assertThat(this.acks.take()).isEqualTo("1 again");
		// Delivered before the one that was acknowledged last
		handle(2);
		assertThat(this.acks.take()).isNull();
		assertThat(this.acks.delivered(2, 4, true, "2 again")).isFalse();
		assertThat(this.acks.take()).isEqualTo("2 again");
	}

	@Test
	void doesNotHaveAMessageHandledAgainOfWhichTheAcknowledgementWasLost() {
		this.acks.learn(0, 0, 0, 0, 0);
		deliver(1, 1);
		handle(1);
		assertThat(this.acks.take()).isEqualTo("1");
		assertThat(this.acks.delivered(1, 2, true, "again")).isFalse();
		assertThat(this.acks.take()).isEqualTo("again");
	}

	@Test
	void hasMessagesHandledAgainWhenSomebodySetsTheConsumerBack() {
		this.acks.learn(0, 0, 0, 0, 0);
		deliver(1, 2);
		handle(1, 2);
		assertThat(this.acks.take()).isEqualTo("2");
		assertThat(this.acks.delivered(1, 1, false, "anew")).isTrue();
		handle(1);
		this.acks.learn(0, 0, 1, 1, 1);
		assertThat(this.acks.take()).isEqualTo("anew");
	}

	@Test
	void takesNoNoticeOfWhatTheServerSaidBeforeAGap() {
		this.acks.learn(0, 0, 0, 0, 0);
		deliver(1, 1);
		handle(1);
		this.acks.take();
		this.acks.delivered(9, 9, false, "9");
		handle(9);
		this.acks.learn(1, 1, 1, 1, 0);
		assertThat(this.acks.take()).isNull();
	}

	@Test
	void forgetsWhatTheServerDoesNotWaitForAnyMore() {
		this.acks.learn(0, 0, 0, 0, 0);
		deliver(1, 3);
		handle(2, 3);
		assertThat(this.acks.take()).isNull();
		this.acks.learn(1, 4, 4, 3, 2);
		assertThat(this.acks.isWaiting()).isTrue();
		// Delivered before the acknowledgement of another instance
		assertThat(this.acks.take()).isNull();
		this.acks.learn(3, 6, 6, 3, 0);
		assertThat(this.acks.isWaiting()).isFalse();
	}

	private void deliver(long from, long to) {
		for (long sequence = from; sequence <= to; sequence++) {
			assertThat(this.acks.delivered(sequence, sequence, false, String.valueOf(sequence))).isTrue();
		}
	}

	private void handle(long... sequences) {
		for (long sequence : sequences) {
			this.acks.handled(sequence);
		}
	}

}
