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

import java.util.Arrays;

import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link OrderingKey}.
 */
class OrderingKeyTests {

	@Test
	void takesAVariableOfTheSubject() {
		OrderingKey key = key("{region}", "orders.{region}.created", "returns.{region}");
		assertThat(key.apply(message("orders.eu.created"))).isEqualTo("eu");
		assertThat(key.apply(message("returns.us"))).isEqualTo("us");
		assertThat(key.apply(message("other"))).isNull();
	}

	@Test
	void refusesAVariableThatIsNotInEachSubject() {
		assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> key("{region}", "orders.{region}", "returns.*"))
			.withMessageContaining("Listener Billing#on: its 'orderingKey' is '{region}'")
			.withMessageContaining("not in each of its subjects [orders.{region}, returns.*]");
		assertThatExceptionOfType(NatsListenerException.class).isThrownBy(() -> key("{region}"));
	}

	@Test
	void evaluatesAnExpressionOverSubjectVariablesAndHeaders() {
		assertThat(key("headers['Customer']").apply(message("a"))).isEqualTo("4711");
		assertThat(key("headers['Nobody']").apply(message("a"))).isNull();
		assertThat(key("subject.substring(7, 9)").apply(message("orders.eu.created"))).isEqualTo("eu");
		assertThat(key("variables['a'] + variables['b']", "{a}.*.{b}").apply(message("x.y.z"))).isEqualTo("xz");
	}

	@Test
	void aMessageWithoutAValueHasNoKey() {
		OrderingKey key = key("headers['Nobody'].substring(2)");
		assertThat(key.apply(message("a"))).isNull();
		assertThat(key.apply(message("b"))).isNull();
	}

	@Test
	void refusesExpressionsThatCannotWork() {
		for (String text : new String[] { "hedaers['Customer']", "headers[", "T(java.lang.Runtime).getRuntime()",
				"@bean.key", "payload.id", "subject.key()" }) {
			assertThatExceptionOfType(NatsListenerException.class).as(text)
				.isThrownBy(() -> key(text))
				.withMessageContaining("its 'orderingKey' is '%s', which is no usable expression".formatted(text));
		}
	}

	private static OrderingKey key(String text, String... subjects) {
		return new OrderingKey("Billing#on", text, Arrays.stream(subjects).map(SubjectTemplate::parse).toList());
	}

	private static Message message(String subject) {
		return new NatsMessage(subject, null, new Headers().put("Customer", "4711", "4712"), null);
	}

}
