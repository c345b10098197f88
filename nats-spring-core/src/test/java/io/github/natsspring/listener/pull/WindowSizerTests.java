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

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WindowSizer}.
 */
class WindowSizerTests {

	private static final long ACK_WAIT = Duration.ofSeconds(30).toNanos();

	@Test
	void startsSmallWhileTheHandlerIsUnknown() {
		assertThat(new WindowSizer(500, 500, 1, 1, ACK_WAIT).window()).isEqualTo(16);
		assertThat(new WindowSizer(1, 1, 1, 1, ACK_WAIT).window()).isEqualTo(1);
	}

	@Test
	void growsToTheCeilingWithAFastHandler() {
		WindowSizer sizer = new WindowSizer(500, 500, 1, 1, ACK_WAIT);
		handle(sizer, 2000, Duration.ofNanos(1000));
		assertThat(sizer.window()).isEqualTo(500);
	}

	@Test
	void buffersNoMoreThanAQuarterOfAckWaitOfWork() {
		WindowSizer sizer = new WindowSizer(500, 500, 1, 1, ACK_WAIT);
		handle(sizer, 2000, Duration.ofMillis(50));
		assertThat(sizer.window()).isBetween(140, 151);
	}

	@Test
	void shrinksAtOnceWhenTheHandlerBecomesSlow() {
		WindowSizer sizer = new WindowSizer(500, 500, 1, 1, ACK_WAIT);
		handle(sizer, 2000, Duration.ofNanos(1000));
		handle(sizer, 1, Duration.ofSeconds(10));
		assertThat(sizer.window()).isEqualTo(1);
	}

	@Test
	void growsAgainWhenTheHandlerRecovers() {
		WindowSizer sizer = new WindowSizer(500, 500, 1, 1, ACK_WAIT);
		handle(sizer, 3, Duration.ofSeconds(10));
		handle(sizer, 3000, Duration.ofNanos(1000));
		assertThat(sizer.window()).isEqualTo(500);
	}

	@Test
	void givesEachOfManyHandlersItsShare() {
		WindowSizer sizer = new WindowSizer(500, 500, 16, 1, ACK_WAIT);
		assertThat(sizer.window()).isEqualTo(32);
		handle(sizer, 2000, Duration.ofSeconds(1));
		assertThat(sizer.window()).isBetween(100, 16 * 8);
		handle(sizer, 2000, Duration.ofSeconds(60));
		assertThat(sizer.window()).isEqualTo(16);
	}

	@Test
	void growsBeyondTheCeilingForAHandlerOfMicroseconds() {
		WindowSizer sizer = new WindowSizer(500, 4000, 1, 1, ACK_WAIT);
		handle(sizer, 20_000, Duration.ofNanos(20_000));
		assertThat(sizer.window()).isEqualTo(4000);
	}

	@Test
	void staysAtTheCeilingWhenItIsMoreThanATenthOfASecondOfWork() {
		WindowSizer sizer = new WindowSizer(500, 4000, 1, 1, ACK_WAIT);
		handle(sizer, 20_000, Duration.ofNanos(30_000));
		assertThat(sizer.window()).isEqualTo(500);
	}

	@Test
	void returnsToTheCeilingWhenTheHandlerBecomesSlower() {
		WindowSizer sizer = new WindowSizer(500, 4000, 1, 1, ACK_WAIT);
		handle(sizer, 20_000, Duration.ofNanos(1000));
		handle(sizer, 1, Duration.ofMillis(1));
		assertThat(sizer.window()).isEqualTo(500);
	}

	@Test
	void countsTheWorkOfABatchOnce() {
		WindowSizer sizer = new WindowSizer(500, 4000, 1, 100, ACK_WAIT);
		assertThat(sizer.window()).isEqualTo(200);
		handle(sizer, 20_000, Duration.ofMillis(2));
		assertThat(sizer.window()).isEqualTo(500);
		handle(sizer, 100, Duration.ofSeconds(60));
		assertThat(sizer.window()).isEqualTo(100);
	}

	@Test
	void takesRunsTogetherThatWereAlike() {
		WindowSizer sizer = new WindowSizer(500, 500, 1, 1, ACK_WAIT);
		for (int i = 0; i < 100; i++) {
			sizer.handled(64, 64 * 1000);
		}
		assertThat(sizer.window()).isEqualTo(500);
		sizer.handled(2, Duration.ofSeconds(20).toNanos());
		assertThat(sizer.window()).isEqualTo(1);
	}

	private void handle(WindowSizer sizer, int times, Duration duration) {
		for (int i = 0; i < times; i++) {
			sizer.handled(duration.toNanos());
		}
	}

}
