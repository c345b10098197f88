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

package io.github.natsspring.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the key values of a listener's run.
 */
class NatsListenerContextTests {

	private final NatsListenerContext.Listener listener = new NatsListenerContext.Listener("id", "default", "orders.>",
			"ORDERS", "billing");

	private final Message message = NatsMessage.builder().subject("orders.1").data("tea").build();

	private final NatsListenerContext context = new NatsListenerContext(this.listener, this.message);

	private final NatsListenerObservationConvention convention = DefaultNatsListenerObservationConvention
		.of(this.listener);

	@Test
	void keepsKeyValuesAsAnyContextDoes() {
		Observation.Context any = new Observation.Context();
		change(any);
		change(this.context);
		assertThat(this.context.getLowCardinalityKeyValues()).isEqualTo(any.getLowCardinalityKeyValues())
			.containsExactly(KeyValue.of("b", "2"), KeyValue.of("c", "4"), KeyValue.of("d", "5"));
		assertThat(this.context.getHighCardinalityKeyValues()).isEqualTo(any.getHighCardinalityKeyValues())
			.containsExactly(KeyValue.of("f", "2"), KeyValue.of("g", "4"), KeyValue.of("h", "5"));
		assertThat(this.context.getAllKeyValues()).isEqualTo(any.getAllKeyValues());
		assertThat(this.context.getLowCardinalityKeyValue("c")).isEqualTo(KeyValue.of("c", "4"));
		assertThat(this.context.getLowCardinalityKeyValue("a")).isNull();
		assertThat(this.context.getHighCardinalityKeyValue("g")).isEqualTo(KeyValue.of("g", "4"));
		assertThat(this.context.getHighCardinalityKeyValue("e")).isNull();
	}

	private static void change(Observation.Context context) {
		context.addLowCardinalityKeyValues(KeyValues.of("c", "3", "a", "1", "b", "2"))
			.addLowCardinalityKeyValue(KeyValue.of("c", "4"))
			.addLowCardinalityKeyValues(KeyValues.of("d", "5"))
			.removeLowCardinalityKeyValues("a", "x");
		context.addHighCardinalityKeyValues(KeyValues.of("g", "3", "e", "1", "f", "2"))
			.addHighCardinalityKeyValue(KeyValue.of("g", "4"))
			.addHighCardinalityKeyValues(KeyValues.of("h", "5"))
			.removeHighCardinalityKeyValues("e", "x");
	}

	@Test
	void conventionOfAListenerSaysWhatTheDefaultOneDoes() {
		NatsListenerObservationConvention usual = DefaultNatsListenerObservationConvention.INSTANCE;
		assertThat(this.convention.getName()).isEqualTo(usual.getName());
		assertThat(this.convention.getContextualName(this.context)).isEqualTo(usual.getContextualName(this.context));
		assertThat(this.convention.getLowCardinalityKeyValues(this.context))
			.isEqualTo(usual.getLowCardinalityKeyValues(this.context))
			.isSameAs(this.convention.getLowCardinalityKeyValues(this.context));
		assertThat(this.convention.supportsContext(this.context)).isTrue();
	}

	@Test
	void makesWhatOnlySpansHaveWhenItIsRead() {
		assertThat(this.convention.getHighCardinalityKeyValues(this.context)).isEmpty();
		assertThat(this.context.getHighCardinalityKeyValues())
			.isEqualTo(DefaultNatsListenerObservationConvention.INSTANCE.getHighCardinalityKeyValues(this.context))
			.hasSize(2);
		assertThat(this.context.getAllKeyValues()).hasSize(2);
	}

	@Test
	void valuesOfTheApplicationReplaceThoseThatWereNotReadYet() {
		this.convention.getHighCardinalityKeyValues(this.context);
		KeyValue own = KeyValue.of("messaging.destination.name", "secret");
		this.context.addHighCardinalityKeyValue(own);
		assertThat(this.context.getHighCardinalityKeyValues()).hasSize(2).contains(own);
	}

}
