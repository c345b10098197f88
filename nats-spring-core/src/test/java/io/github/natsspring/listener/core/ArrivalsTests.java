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

package io.github.natsspring.listener.core;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Arrivals}.
 */
class ArrivalsTests {

	private final Arrivals arrivals = new Arrivals();

	@Test
	void knowsTheTimeOfTheFirstLookAfterAMessage() {
		Arrivals.Counter counter = this.arrivals.begin();
		long made = this.arrivals.look();
		assertThat(this.arrivals.look()).isEqualTo(made);
		counter.increment();
		long first = this.arrivals.look();
		assertThat(first - made).isPositive();
		assertThat(this.arrivals.look()).isEqualTo(first);
		counter.increment();
		assertThat(this.arrivals.look() - first).isPositive();
	}

	@Test
	void takesASubscriptionThatBroughtNothingForNoNews() {
		this.arrivals.begin().increment();
		long last = this.arrivals.look();
		Arrivals.Counter second = this.arrivals.begin();
		assertThat(this.arrivals.count()).isZero();
		assertThat(this.arrivals.look()).isEqualTo(last);
		// As many as the first one
		second.increment();
		assertThat(this.arrivals.count()).isEqualTo(1);
		assertThat(this.arrivals.look() - last).isPositive();
	}

}
