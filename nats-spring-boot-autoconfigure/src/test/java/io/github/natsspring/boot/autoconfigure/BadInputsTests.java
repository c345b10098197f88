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

package io.github.natsspring.boot.autoconfigure;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@link BadInputs} names a test for each mistake.
 */
class BadInputsTests {

	@Test
	void namesATestForEachMistakeInAConfiguration() {
		Set<Integer> numbers = IntStream.concat(IntStream.rangeClosed(18, 40), IntStream.rangeClosed(44, 52))
			.boxed()
			.collect(Collectors.toSet());
		assertThat(BadInputs.TESTS.keySet()).isEqualTo(numbers);
	}

	@Test
	void namesOnlyTestsThatAreThere() {
		Set<Integer> rows = Stream
			.of(TopologyBadInputsIntegrationTests.refused(), TopologyBadInputsIntegrationTests.refusedElsewhere(),
					TopologyBadInputsIntegrationTests.warned())
			.flatMap(List::stream)
			.map(TopologyBadInputsIntegrationTests.Row::number)
			.collect(Collectors.toCollection(TreeSet::new));
		BadInputs.TESTS.forEach(
				(number, references) -> assertThat(references).as("tests of %d", number).allSatisfy((reference) -> {
					if (reference.method() != null) {
						assertThat(methods(reference.type())).contains(reference.method());
					}
					else {
						assertThat(reference.type()).isEqualTo(TopologyBadInputsIntegrationTests.class);
						assertThat(rows).contains(number);
					}
				}));
		assertThat(BadInputs.TESTS.keySet()).containsAll(rows);
	}

	private static List<String> methods(Class<?> type) {
		return Arrays.stream(type.getDeclaredMethods())
			.filter((method) -> method.isAnnotationPresent(Test.class)
					|| method.isAnnotationPresent(ParameterizedTest.class))
			.map(Method::getName)
			.toList();
	}

}
