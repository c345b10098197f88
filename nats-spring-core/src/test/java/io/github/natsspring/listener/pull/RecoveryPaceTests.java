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

import io.nats.client.JetStreamOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecoveryPace}.
 */
class RecoveryPaceTests {

	private final RecoveryPace pace = new RecoveryPace();

	@Test
	void waitsLongerWithEachFailure() {
		assertThat(this.pace.backoff(1)).isEqualTo(Duration.ofMillis(100));
		assertThat(this.pace.backoff(4)).isEqualTo(Duration.ofMillis(800));
		assertThat(this.pace.backoff(1000)).isEqualTo(Duration.ofMillis(1500));
	}

	@Test
	void looksOftenWhileALeaderMayBeElected() {
		this.pace.unanswered();
		assertThat(this.pace.backoff(1)).isEqualTo(Duration.ofMillis(100));
		assertThat(this.pace.backoff(1000)).isEqualTo(Duration.ofMillis(400));
		this.pace.answered();
		assertThat(this.pace.backoff(1000)).isEqualTo(Duration.ofMillis(1500));
	}

	@Test
	void doesNotWaitLongForALookupWhileALeaderMayBeElected() {
		JetStreamOptions options = JetStreamOptions.builder().prefix("any").build();
		assertThat(this.pace.lookUp(options)).isSameAs(options);
		this.pace.unanswered();
		assertThat(this.pace.lookUp(options).getRequestTimeout()).isEqualTo(Duration.ofMillis(750));
		assertThat(this.pace.lookUp(options).getPrefix()).isEqualTo(options.getPrefix());
		JetStreamOptions impatient = JetStreamOptions.builder().requestTimeout(Duration.ofMillis(300)).build();
		assertThat(this.pace.lookUp(impatient)).isSameAs(impatient);
	}

}
