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
import java.util.Random;

import io.github.natsspring.support.SubjectTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SubjectCoverage}.
 */
class SubjectCoverageTests {

	@ParameterizedTest
	@CsvSource({ "a.b,a.b", "a.b,a.*", "a.*,a.>", "a.>,>", "a.>,a.* a.*.>", "a.>,a.b a.* a.*.* a.*.*.>", "a.*,a.b a.*",
			"*.*,a.* *.*", "a.*.c,a.*.*", "a.b.>,a.*.>" })
	void findsNothingWherePatternsMatchAll(String filter, String patterns) {
		assertThat(find(filter, patterns)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "a.b,a.c,a.b", "a.*,a.b,a.other", "a.>,a.*,a.other.other", "a.>,a.*.*,a.other",
			"a.*.c,a.b.*,a.other.c", ">,a.>,a", "a.>,a.* a.*.* a.*.*.*,a.other.other.other.other",
			"a.>,a.b.> a.*,a.other.other", "a.*,a.other,a.other1", "a.b.c,a.b,a.b.c", "a.b,a.b.c,a.b" })
	void namesASubjectThatIsLeftOut(String filter, String patterns, String expected) {
		assertThat(find(filter, patterns)).isEqualTo(expected);
	}

	@Test
	void agreesWithTheMatchingOfSubjects() {
		Random random = new Random(20261121);
		for (int i = 0; i < 3000; i++) {
			String filter = pattern(random);
			List<String> patterns = List.of(pattern(random), pattern(random), pattern(random));
			String uncovered = SubjectCoverage.findUncovered(filter, patterns);
			if (uncovered != null) {
				assertThat(SubjectTemplate.parse(filter).matches(uncovered)).as("%s lets %s through", filter, uncovered)
					.isTrue();
				assertThat(patterns).noneMatch((pattern) -> SubjectTemplate.parse(pattern).matches(uncovered));
			}
			else {
				for (int j = 0; j < 50; j++) {
					String subject = subject(random);
					if (SubjectTemplate.parse(filter).matches(subject)) {
						assertThat(patterns).as("%s of %s", subject, filter)
							.anyMatch((pattern) -> SubjectTemplate.parse(pattern).matches(subject));
					}
				}
			}
		}
	}

	private static String pattern(Random random) {
		StringBuilder pattern = new StringBuilder();
		int tokens = 1 + random.nextInt(3);
		for (int i = 0; i < tokens; i++) {
			int choice = random.nextInt((i == tokens - 1) ? 5 : 4);
			pattern.append((i > 0) ? "." : "").append(List.of("a", "b", "*", "*", ">").get(choice));
		}
		return pattern.toString();
	}

	private static String subject(Random random) {
		StringBuilder subject = new StringBuilder();
		int tokens = 1 + random.nextInt(4);
		for (int i = 0; i < tokens; i++) {
			subject.append((i > 0) ? "." : "").append(List.of("a", "b", "c").get(random.nextInt(3)));
		}
		return subject.toString();
	}

	private static String find(String filter, String patterns) {
		return SubjectCoverage.findUncovered(filter, List.of(patterns.split(" ")));
	}

}
