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
import java.util.List;

import io.github.natsspring.support.SubjectTemplate;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SubjectPatterns}.
 */
class SubjectPatternsTests {

	@Test
	void leavesOutWhatIsCovered() {
		assertThat(distinct("a.*", "a.>", "b")).containsExactly("a.>", "b");
		assertThat(distinct("a.>", "a.{x}", "a.{y}")).containsExactly("a.>");
		assertThat(distinct("a.{x}", "a.{y}")).containsExactly("a.*");
		assertThat(distinct("a.*", "*.b")).containsExactly("a.*", "*.b");
	}

	private List<String> distinct(String... templates) {
		return SubjectPatterns.distinct(Arrays.stream(templates).map(SubjectTemplate::parse).toList());
	}

}
