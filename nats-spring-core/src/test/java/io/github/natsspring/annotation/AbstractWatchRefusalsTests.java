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

package io.github.natsspring.annotation;

import io.github.natsspring.listener.NatsListenerException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Base of the tests for mistakes in methods that watch buckets: each row has a class, and
 * what is said of it.
 */
abstract class AbstractWatchRefusalsTests {

	static Arguments row(Class<?> type, String problem, String action) {
		return Arguments.of(type, problem, action);
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void namesMethodAttributeValueAndWhatToDo(Class<?> type, String problem, String action) {
		try (ListenerContext context = new ListenerContext("nats://localhost:1")) {
			context.bean("listener", type);
			assertThatExceptionOfType(NatsListenerException.class).isThrownBy(context::start)
				.withMessageContaining(type.getName() + "#")
				.withMessageContaining(problem)
				.withMessageContaining(action);
		}
	}

}
