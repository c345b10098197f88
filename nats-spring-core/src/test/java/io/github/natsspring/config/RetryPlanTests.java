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

package io.github.natsspring.config;

import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.listener.RetrySettings.Mode;
import io.github.natsspring.listener.RetrySettings.OnExhausted;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetryPlan}.
 */
class RetryPlanTests {

	private final RetrySettings retry = RetrySettings.defaults();

	private final RetryPlan unsaid = new RetryPlan(this.retry, null, null);

	@Test
	void triesForEverWithoutDeadLetters() {
		RetryPlan.Limits limits = this.unsaid.limits(false, -1);
		assertThat(limits.retry().maxAttempts()).isZero();
		assertThat(limits.maxDeliveries()).isZero();
		assertThat(limits.stoppedByServer()).isFalse();
	}

	@Test
	void triesFiveTimesWithDeadLetters() {
		RetryPlan.Limits limits = this.unsaid.limits(true, -1);
		assertThat(limits.retry().maxAttempts()).isEqualTo(5);
		assertThat(limits.maxDeliveries()).isEqualTo(15);
	}

	@Test
	void triesFiveTimesWhenMessagesAreDiscarded() {
		RetrySettings discard = new RetrySettings(Mode.REDELIVER, 0, this.retry.initialInterval(), 2,
				this.retry.maxInterval(), 0, this.retry.notRetryable(), OnExhausted.DISCARD);
		assertThat(new RetryPlan(discard, null, null).limits(false, -1).retry().maxAttempts()).isEqualTo(5);
	}

	@Test
	void takesWhatWasSaid() {
		RetryPlan.Limits limits = new RetryPlan(this.retry, 3, 7).limits(true, -1);
		assertThat(limits.retry().maxAttempts()).isEqualTo(3);
		assertThat(limits.maxDeliveries()).isEqualTo(7);
		assertThat(new RetryPlan(this.retry, 3, null).limits(false, -1).maxDeliveries()).isEqualTo(13);
		assertThat(new RetryPlan(this.retry, 0, null).limits(true, -1).retry().maxAttempts()).isZero();
		assertThat(new RetryPlan(this.retry, 0, null).limits(true, -1).maxDeliveries()).isZero();
		assertThat(new RetryPlan(this.retry, null, 0).limits(true, -1).maxDeliveries()).isZero();
	}

	@Test
	void deadLettersBeforeTheServerStops() {
		assertThat(this.unsaid.limits(true, 3).retry().maxAttempts()).isEqualTo(3);
		assertThat(this.unsaid.limits(true, 3).stoppedByServer()).isFalse();
		RetryPlan.Limits said = new RetryPlan(this.retry, 10, null).limits(true, 3);
		assertThat(said.retry().maxAttempts()).isEqualTo(3);
		assertThat(said.stoppedByServer()).isTrue();
		assertThat(new RetryPlan(this.retry, 3, null).limits(true, 3).stoppedByServer()).isFalse();
		assertThat(new RetryPlan(this.retry, 0, null).limits(true, 3).retry().maxAttempts()).isEqualTo(3);
	}

	@Test
	void tellsThatTheServerStopsWithNowhereToGo() {
		assertThat(this.unsaid.limits(false, 3).stoppedByServer()).isTrue();
		assertThat(this.unsaid.limits(false, 3).retry().maxAttempts()).isZero();
	}

	@Test
	void theServerDoesNotCountRunsInPlace() {
		RetryPlan.Limits limits = new RetryPlan(this.retry.withMode(Mode.IN_PLACE), 10, null).limits(true, 3);
		assertThat(limits.retry().maxAttempts()).isEqualTo(10);
		assertThat(limits.stoppedByServer()).isFalse();
	}

}
