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

package io.github.natsspring.test;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NatsServerVersionTests {

	@Test
	void readsVersionWithAndWithoutLetter() {
		assertThat(NatsServerVersion.parse("v2.9.10")).isEqualTo(NatsServerVersion.parse(" 2.9.10 "))
			.hasToString("2.9.10");
		assertThat(NatsServerVersion.parse("2.12.0-RC.1")).hasToString("2.12.0-RC.1");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "latest", "2.10", "2.10.x", "2.10.1.2", "", "2.10.99999999999", "../2.10.1", "2.10.1-/.." })
	void refusesWhatIsNoVersion(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> NatsServerVersion.parse(text))
			.withMessageContaining("'" + text + "'")
			.withMessageContaining("2.15.2");
	}

	@Test
	void ordersByNumberAndPutsPreReleaseFirst() {
		assertThat(
				Stream.of("2.10.1", "2.9.10", "2.10.0", "2.10.0-RC.1", "10.0.0").map(NatsServerVersion::parse).sorted())
			.map(NatsServerVersion::toString)
			.containsExactly("2.9.10", "2.10.0-RC.1", "2.10.0", "2.10.1", "10.0.0");
	}

	@Test
	void findsVersionInOutput() {
		assertThat(NatsServerVersion.findIn("nats-server: v2.15.2\n")).hasToString("2.15.2");
		assertThat(NatsServerVersion.findIn("nats-server: dev")).isNull();
	}

}
