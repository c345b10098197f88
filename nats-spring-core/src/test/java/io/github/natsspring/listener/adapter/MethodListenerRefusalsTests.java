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

package io.github.natsspring.listener.adapter;

import io.github.natsspring.listener.NatsListenerException;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the methods that {@link MethodListenerAdapterFactory} refuses.
 */
class MethodListenerRefusalsTests extends AbstractMethodListenerTests {

	@Test
	void refusesTwoPayloads() {
		assertThatRefused(new Object() {
			void on(String one, @Nullable Item other) {
			}
		}).withMessageContaining("'one' (java.lang.String)").withMessageContaining("would both be the payload");
	}

	@Test
	void refusesPrivateAndStaticMethods() {
		assertThatRefused(new PrivateMethod()).withMessageContaining("the method is private");
		assertThatRefused(new StaticMethod()).withMessageContaining("the method is static");
	}

	@Test
	void refusesAVariableThatIsNotInThePattern() {
		assertThatRefused(new Object() {
			void on(@DestinationVariable String city) {
			}
		}).withMessageContaining("the @DestinationVariable 'city' is not in the subjects [orders.{region}.{id}]");
	}

	@Test
	void refusesJetStreamMetaDataOnACoreListener() {
		assertThatRefused(new Object() {
			void on(NatsJetStreamMetaData metaData) {
			}
		}).withMessageContaining("needs JetStream");
	}

	@Test
	void refusesValidationWithoutAValidator() {
		assertThatRefused(new Object() {
			void on(@Validated Item item) {
			}
		}).withMessageContaining("is to be validated, and there is no Validator");
	}

	@Test
	void refusesADefaultValueThatCannotBeConverted() {
		assertThatRefused(new Object() {
			void on(@Header(name = "No", defaultValue = "many") int number) {
			}
		}).withMessageContaining("the default value 'many' of header 'No' is no int");
	}

	private ThrowableAssertAlternative<NatsListenerException> assertThatRefused(Object bean) {
		return assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> create(bean, method(bean.getClass()), false, "orders.{region}.{id}"))
			.withMessageContaining("test.Listener#on");
	}

	static class PrivateMethod {

		private void on(String payload) {
		}

	}

	static class StaticMethod {

		static void on(String payload) {
		}

	}

}
