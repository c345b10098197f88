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
 * Tests for {@link AverageRun}.
 */
class AverageRunTests {

	@Test
	void countsASlowRunByHalf() {
		AverageRun average = new AverageRun(1000);
		average.add(9000);
		assertThat(average.nanos()).isEqualTo(5000);
		average.add(5001);
		assertThat(average.nanos()).isEqualTo(5000);
	}

	@Test
	void countsAQuickRunByAnEighth() {
		AverageRun average = new AverageRun(9000);
		average.add(1000);
		assertThat(average.nanos()).isEqualTo(8000);
		average.add(0);
		assertThat(average.nanos()).isEqualTo(7000);
	}

	@Test
	void comesCloseToWhatAllRunsTake() {
		AverageRun average = new AverageRun(0);
		for (int i = 0; i < 20; i++) {
			average.add(1000);
		}
		assertThat(average.nanos()).isBetween(990L, 1000L);
		for (int i = 0; i < 200; i++) {
			average.add(10);
		}
		assertThat(average.nanos()).isBetween(10L, 20L);
	}

}
