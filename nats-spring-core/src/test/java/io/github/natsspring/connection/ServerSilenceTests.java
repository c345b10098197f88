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

import java.time.Duration;

import io.nats.client.Options;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServerSilence}.
 */
class ServerSilenceTests {

	@Test
	void allowsHalfAnIntervalMoreThanPingsMayBeUnanswered() {
		assertThat(limit(options(Duration.ofSeconds(20), 2))).isEqualTo(50_000);
		assertThat(limit(options(Duration.ofSeconds(10), 5))).isEqualTo(55_000);
	}

	@Test
	void allowsForTheIntervalWithoutAPing() {
		assertThat(limit(options(Duration.ofSeconds(20), 1))).isEqualTo(50_000);
	}

	@Test
	void leavesALimitOfTheUserAlone() {
		assertThat(limit(options(Duration.ofSeconds(20), 2).socketReadTimeoutMillis(3))).isEqualTo(3);
	}

	@Test
	void setsNoLimitWithoutPingsOrWhereAnyNumberOfThemMayBeUnanswered() {
		assertThat(limit(options(Duration.ZERO, 2))).isZero();
		assertThat(limit(options(Duration.ofSeconds(20), 0))).isZero();
	}

	@Test
	void staysWithinWhatASocketTakes() {
		assertThat(limit(options(Duration.ofDays(20), 2))).isEqualTo(Integer.MAX_VALUE);
	}

	private static Options.Builder options(Duration interval, int pings) {
		return Options.builder().pingInterval(interval).maxPingsOut(pings);
	}

	private static int limit(Options.Builder builder) {
		ServerSilence.limit(builder, builder.build());
		return builder.build().getSocketReadTimeoutMillis();
	}

}
