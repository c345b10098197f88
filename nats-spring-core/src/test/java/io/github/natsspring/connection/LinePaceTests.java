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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LinePace}.
 */
class LinePaceTests {

	private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

	private final LinePace pace = new LinePace(this.clock::get);

	private final List<String> lines = new ArrayList<>();

	@Test
	void letsOneLineASecondThroughForEachCause() {
		for (int i = 0; i < 100; i++) {
			log("a");
			log("b");
		}
		assertThat(this.lines).containsExactly("a", "b");
		this.clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
		log("a");
		log("b");
		assertThat(this.lines).containsExactly("a", "b", "a (and 198 more lines of this connection)", "b");
	}

	@Test
	void letsFewCausesThrough() {
		for (int i = 0; i < 100; i++) {
			log("cause " + i);
		}
		assertThat(this.lines).hasSize(10);
	}

	private void log(String cause) {
		this.pace.log(cause, (others) -> this.lines.add(cause + others));
	}

}
