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

package io.github.natsspring.core;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Refusal}.
 */
class RefusalTests {

	@Test
	void concernsTheMessagesOfItsSubjectOnly() {
		Refusal refusal = read("Permissions Violation for Publish to \"orders.x\"");
		assertThat(refusal.concerns("orders.x", null)).isTrue();
		assertThat(refusal.concerns("orders.X", null)).isFalse();
		assertThat(refusal.concerns("orders", null)).isFalse();
		assertThat(refusal.concerns("other", "orders.x")).isFalse();
	}

	@Test
	void readsWordsInAnyCase() {
		assertThat(read("permissions violation for publish to \"orders.x\"").concerns("orders.x", null)).isTrue();
	}

	@Test
	void concernsTheMessagesThatWantTheReplyThere() {
		Refusal refusal = read("Permissions Violation for Publish with Reply of \"answers\"");
		assertThat(refusal.concerns("orders.x", "answers")).isTrue();
		assertThat(refusal.concerns("orders.x", null)).isFalse();
		assertThat(refusal.concerns("answers", null)).isFalse();
	}

	@Test
	void knowsSubjectsThatJnatsStrippedOfApostrophes() {
		assertThat(read("Permissions Violation for Publish to \"its.x\"").concerns("it's.x", null)).isTrue();
	}

	@Test
	void isNoneWhenASubscriptionIsRefused() {
		assertThat(Refusal.read("Permissions Violation for Subscription to \"orders.x\"")).isNull();
		assertThat(Refusal.read("Permissions Violation for Subscription to \"orders.x\" using queue \"q\"")).isNull();
		assertThat(Refusal.read("Maximum Connections Exceeded")).isNull();
	}

	private static Refusal read(String error) {
		Refusal refusal = Refusal.read(error);
		assertThat(refusal).isNotNull();
		return refusal;
	}

}
