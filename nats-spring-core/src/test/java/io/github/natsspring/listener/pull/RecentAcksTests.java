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

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecentAcks}.
 */
class RecentAcksTests {

	private final RecentAcks acks = new RecentAcks();

	@Test
	void repeatsTheLastOnly() {
		IntStream.range(0, 1000).forEach((number) -> this.acks.add("ack." + number));
		assertThat(repeated()).hasSize(512)
			.containsExactlyInAnyOrderElementsOf(
					IntStream.range(488, 1000).mapToObj((number) -> "ack." + number).toList());
	}

	@Test
	void repeatsNothingThatItWasToForget() {
		this.acks.add("ack.1");
		this.acks.clear();
		this.acks.add("ack.2");
		assertThat(repeated()).containsExactly("ack.2");
	}

	@Test
	void givesUpWhenOneCannotBeSent() {
		IntStream.range(0, 10).forEach((number) -> this.acks.add("ack." + number));
		List<String> tried = new ArrayList<>();
		this.acks.repeat((subject) -> {
			tried.add(subject);
			return tried.size() < 3;
		});
		assertThat(tried).hasSize(3);
	}

	private List<String> repeated() {
		List<String> repeated = new ArrayList<>();
		this.acks.repeat(repeated::add);
		return repeated;
	}

}
