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

package io.github.natsspring.support;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Subjects}.
 */
class SubjectsTests {

	@ParameterizedTest
	@ValueSource(strings = { "orders", "orders.eu.created", "$JS.API.INFO", "ümläut.日本", "a.b-c_d=e/f" })
	void acceptsLiteralSubjects(String subject) {
		assertThat(Subjects.requireLiteral(subject)).isSameAs(subject);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", ".a", "a.", "a..b", "*", "a.*", ">", "a.>", "a*", "a>b", "a b", "a\tb", "a\rb",
			"a\nb", "a\u0000b" })
	void refusesWhatNothingCanBePublishedTo(String subject) {
		assertThat(Subjects.isLiteral(subject)).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> Subjects.requireLiteral(subject))
			.withMessageStartingWith("Invalid subject '")
			.withMessageNotContainingAny("\t", "\r", "\n", "\u0000");
	}

	@Test
	void saysThatWildcardsAreForSubscribers() {
		assertThatIllegalArgumentException().isThrownBy(() -> Subjects.requireLiteral("orders.*"))
			.withMessage("Invalid subject 'orders.*': wildcards are for subscribers only, name the exact subject");
	}

	@Test
	void refusesNull() {
		assertThatIllegalArgumentException().isThrownBy(() -> Subjects.requireLiteral(null))
			.withMessage("Invalid subject 'null': it is empty");
		assertThatIllegalArgumentException().isThrownBy(() -> Subjects.requireToken("id", null))
			.withMessageContaining("'id' is null");
	}

	@ParameterizedTest
	@CsvSource({ "a.b,a.b,true", "a.*,*.b,true", "a.>,a.b.c,true", ">,a,true", "a.>,*.b,true", "a.*,a.b.c,false",
			"a.>,a,false", "a,a.>,false", "a.b,a.c,false", "a.*.c,a.b.>,true", "a.*.c,b.>,false" })
	void knowsWhetherPatternsOverlap(String first, String second, boolean expected) {
		assertThat(Subjects.overlap(first, second)).isEqualTo(expected);
		assertThat(Subjects.overlap(second, first)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource({ "a.*,a.b,true", "a.*,a.*,true", "a.>,a.*.b,true", "a.>,a.>,true", "a.*,a.>,false", "a.b,a.*,false",
			"a.>,a,false", "a.b,a.b.c,false", "a.b.c,a.b,false" })
	void knowsWhetherAPatternCoversAnother(String wide, String narrow, boolean expected) {
		assertThat(Subjects.covers(wide, narrow)).isEqualTo(expected);
	}

}
