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

import io.github.natsspring.listener.pull.ConsumerPosition.Arrival;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OrderGuard}.
 */
class OrderGuardTests {

	private final OrderGuard guard = new OrderGuard();

	@Test
	void takesDeliveriesThatFollowEachOther() {
		assertThat(this.guard.arrived(1, 10, false)).isEqualTo(Arrival.EXPECTED);
		assertThat(this.guard.arrived(2, 14, false)).isEqualTo(Arrival.EXPECTED);
	}

	@Test
	void takesNothingMoreFromAConsumerThatLeftOneOut() {
		this.guard.arrived(1, 10, false);
		assertThat(this.guard.arrived(3, 12, false)).isEqualTo(Arrival.GAP);
		assertThat(this.guard.arrived(2, 11, false)).isEqualTo(Arrival.FOREIGN);
		assertThat(this.guard.arrived(4, 13, false)).isEqualTo(Arrival.FOREIGN);
		this.guard.begun();
		assertThat(this.guard.arrived(1, 11, false)).isEqualTo(Arrival.EXPECTED);
	}

	@Test
	void goesOnBehindWhatWasHandledAndNotBehindWhatArrived() {
		this.guard.forget(9);
		this.guard.arrived(1, 10, false);
		this.guard.arrived(2, 11, false);
		assertThat(this.guard.handledUpTo()).isEqualTo(9);
		this.guard.handled(10);
		assertThat(this.guard.handledUpTo()).isEqualTo(10);
		assertThat(this.guard.isHandled(10)).isTrue();
		assertThat(this.guard.isHandled(11)).isFalse();
	}

}
