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

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConfiguredListeners}.
 */
class ConfiguredListenersTests {

	@ParameterizedTest
	@CsvSource({ "billing, billing", "billing, BILLING", "order-billing, orderBilling", "a_b-c, abc", "-ab_, AB",
			"'', '-_'" })
	void takesIdsForTheSameThatDifferInCaseAndHyphensOnly(String one, String other) {
		assertThat(ConfiguredListeners.isSame(one, other)).isTrue();
		assertThat(ConfiguredListeners.isSame(other, one)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "billing, billings", "a-b, a.b", "ab, b", "äb, Äb", "a-, ''" })
	void tellsOthersApart(String one, String other) {
		assertThat(ConfiguredListeners.isSame(one, other)).isFalse();
		assertThat(ConfiguredListeners.isSame(other, one)).isFalse();
	}

	@Test
	void findsWhatIsWrittenInAnotherWay() {
		NatsListenerOverrides overrides = new NatsListenerOverrides("nats.listeners.order-billing");
		ConfiguredListeners listeners = new ConfiguredListeners(Map.of("order-billing", overrides));
		assertThat(listeners.apply("Order_Billing")).isSameAs(overrides);
		assertThat(listeners.apply("orderBillings")).isNull();
		assertThat(listeners.unknown(List.of("orderBilling"))).isEmpty();
		assertThat(listeners.unknown(List.of("shipping"))).containsExactly("order-billing");
	}

}
