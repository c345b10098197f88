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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SubjectTemplate}.
 */
class SubjectTemplateTests {

	@Test
	void turnsVariablesIntoWildcards() {
		SubjectTemplate template = SubjectTemplate.parse("orders.{region}.*.{id}.>");
		assertThat(template.pattern()).isEqualTo("orders.*.*.*.>");
		assertThat(template.variables()).containsExactly("region", "id");
		assertThat(template).hasToString("orders.{region}.*.{id}.>");
	}

	@ParameterizedTest
	@CsvSource({ "orders, orders, true", "orders, order, false", "orders, orders.eu, false", "orders.*, orders, false",
			"orders.*, orders.eu, true", "orders.*, orders.eu.new, false", "orders.>, orders, false",
			"orders.>, orders.eu, true", "orders.>, orders.eu.new, true", "*.{b}.c, a.b.c, true",
			"*.{b}.c, a.b.d, false", "*.{b}.c, a..c, false", ">, a, true", "{a}, a, true", "{a}, a.b, false",
			"orders.*, orders., false", "orders.>, orders., false", "orders.eu, orders.europe, false",
			"$JS.API.>, $JS.API.INFO, true" })
	void matches(String template, String subject, boolean expected) {
		assertThat(SubjectTemplate.parse(template).matches(subject)).isEqualTo(expected);
	}

	@Test
	void extractsVariablesByName() {
		SubjectTemplate template = SubjectTemplate.parse("orders.{region}.*.{id}");
		assertThat(template.extract("orders.eu.new.42")).containsExactly(Map.entry("region", "eu"),
				Map.entry("id", "42"));
		assertThat(template.extract("orders.eu.new")).isNull();
		assertThat(template.extract("orders.eu.new.42.x")).isNull();
		assertThat(SubjectTemplate.parse("orders.*").extract("orders.eu")).isEmpty();
		assertThat(SubjectTemplate.parse("orders.*").extract("orders")).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			orders..new | it has an empty token; remove the superfluous '.'
			.orders | it has an empty token; remove the superfluous '.'
			orders. | it has an empty token; remove the superfluous '.'
			orders.*x | in '*x' a wildcard must be a whole token
			orders.x> | in 'x>' a wildcard must be a whole token
			orders.>.new | '>' must be the last token
			orders.a b | it contains a blank
			orders.{region | in '{region' a variable must be a whole token of the form {name}
			orders.region} | in 'region}' a variable must be a whole token of the form {name}
			orders.x{region} | in 'x{region}' a variable must be a whole token of the form {name}
			orders.{a}{b} | in '{a}{b}' a variable must be a whole token of the form {name}
			orders.{{a}} | in '{{a}}' a variable must be a whole token of the form {name}
			orders.{} | the variable {} has no name; use '*' for a token that needs none
			orders.{a:b} | the name of the variable {a:b} may only have letters, digits, '_' and '-'
			{a}.{a} | the variable {a} occurs twice
			""")
	void namesTheSubjectAndWhatIsWrongWithIt(String template, String problem) {
		assertThatIllegalArgumentException().isThrownBy(() -> SubjectTemplate.parse(template))
			.withMessage("Invalid subject '" + template + "': " + problem);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\t", "\r", "\n", "\u0000", "\u007f", "\u00a0", "\u2003" })
	void refusesBlanksAndControlCharactersAndDoesNotPrintThem(String character) {
		String code = "%04x".formatted((int) character.charAt(0));
		assertThatIllegalArgumentException().isThrownBy(() -> SubjectTemplate.parse("orders.a" + character + "b"))
			.withMessage("Invalid subject 'orders.a\\u%s': it contains the character U+%s", code + "b",
					code.toUpperCase());
	}

	@Test
	void refusesAnEmptySubject() {
		assertThatIllegalArgumentException().isThrownBy(() -> SubjectTemplate.parse(""))
			.withMessage("Invalid subject '': it is empty");
	}

	@ParameterizedTest
	@CsvSource({ "orders.>, orders.>, true", "orders.>, orders.*.new, true", "orders.>, orders, false",
			"orders.*, orders.>, false", "orders.*.>, orders.>, false", "orders.*.>, orders.*.*, true",
			"orders.{a}, orders.*, true", "orders.eu, orders.*, false", "orders.{a}.new, orders.eu.new, true",
			"orders.{a}.new, orders.eu.*, false", ">, >, true", "*, >, false", ">, *, true" })
	void covers(String template, String filter, boolean expected) {
		assertThat(SubjectTemplate.parse(template).covers(filter)).isEqualTo(expected);
	}

	@Test
	void coversWhatBruteForceFindsCovered() {
		List<String> subjects = new ArrayList<>();
		List<String> patterns = new ArrayList<>();
		// A literal 'c' that no pattern names and a depth that none reaches stand for all
		// the others
		enumerate("", List.of("a", "b", "c"), 5, subjects);
		enumerate("", List.of("a", "b", "*", ">"), 4, patterns);
		patterns.removeIf((pattern) -> pattern.indexOf('>') >= 0 && pattern.indexOf('>') < pattern.length() - 1);
		assertThat(patterns).hasSizeGreaterThan(150);
		Random random = new Random(42);
		int covered = 0;
		for (int i = 0; i < 20_000; i++) {
			String template = patterns.get(random.nextInt(patterns.size()));
			String filter = patterns.get(random.nextInt(patterns.size()));
			boolean expected = subjects.stream()
				.filter((subject) -> matchesBySplitting(filter, subject))
				.allMatch((subject) -> matchesBySplitting(template, subject));
			assertThat(SubjectTemplate.parse(template).covers(filter)).as("%s covers %s", template, filter)
				.isEqualTo(expected);
			covered += expected ? 1 : 0;
		}
		assertThat(covered).isGreaterThan(200);
	}

	@Test
	void matchesWhatASplittingMatcherMatches() {
		List<String> subjects = new ArrayList<>();
		List<String> patterns = new ArrayList<>();
		enumerate("", List.of("a", "b", "ab"), 4, subjects);
		enumerate("", List.of("a", "ab", "*", ">"), 4, patterns);
		patterns.removeIf((pattern) -> pattern.indexOf('>') >= 0 && pattern.indexOf('>') < pattern.length() - 1);
		for (String pattern : patterns) {
			SubjectTemplate template = SubjectTemplate.parse(pattern);
			for (String subject : subjects) {
				assertThat(template.matches(subject)).as("%s matches %s", pattern, subject)
					.isEqualTo(matchesBySplitting(pattern, subject));
			}
		}
	}

	@Test
	void fillsVariablesByName() {
		SubjectTemplate template = SubjectTemplate.parse("orders.{region}.{id}");
		assertThat(template.expand(Map.of("region", "eu", "id", 42, "unused", "x"))).isEqualTo("orders.eu.42");
	}

	@Test
	void fillsVariablesInTheirOrder() {
		assertThat(SubjectTemplate.parse("{region}.orders.{id}").expand("eu", 42)).isEqualTo("eu.orders.42");
		assertThat(SubjectTemplate.parse("orders").expand()).isEqualTo("orders");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a.b", "*", ">", "a*", "a b", "a\tb", "a\rb", "a\nb", "a\u0000b", "" })
	void refusesValuesThatAreNoSingleToken(String value) {
		SubjectTemplate template = SubjectTemplate.parse("orders.{region}");
		assertThatIllegalArgumentException().isThrownBy(() -> template.expand(value)).withMessageContaining("'region'");
		assertThatIllegalArgumentException().isThrownBy(() -> template.expand(Map.of("region", value)))
			.withMessageContaining("'region'")
			.withMessageNotContainingAny("\t", "\r", "\n", "\u0000");
	}

	@Test
	void refusesToFillWithMissingValues() {
		SubjectTemplate template = SubjectTemplate.parse("orders.{region}.{id}");
		assertThatIllegalArgumentException().isThrownBy(() -> template.expand(Map.of("region", "eu")))
			.withMessage("No value for the variable 'id' of the subject 'orders.{region}.{id}'");
		assertThatIllegalArgumentException().isThrownBy(() -> template.expand("eu"))
			.withMessage("The subject 'orders.{region}.{id}' needs 2 values and got 1");
	}

	@Test
	void refusesToFillWildcardsWithoutName() {
		assertThatIllegalStateException().isThrownBy(() -> SubjectTemplate.parse("orders.*.{id}").expand(42))
			.withMessageContaining("orders.*.{id}")
			.withMessageContaining("'*'");
		assertThatIllegalStateException().isThrownBy(() -> SubjectTemplate.parse("orders.>").expand())
			.withMessageContaining("'>'");
	}

	private static void enumerate(String prefix, List<String> tokens, int depth, List<String> result) {
		if (depth == 0) {
			return;
		}
		for (String token : tokens) {
			String subject = prefix.isEmpty() ? token : prefix + "." + token;
			result.add(subject);
			enumerate(subject, tokens, depth - 1, result);
		}
	}

	private static boolean matchesBySplitting(String pattern, String subject) {
		String[] patternTokens = pattern.split("\\.");
		String[] subjectTokens = subject.split("\\.");
		for (int i = 0; i < patternTokens.length; i++) {
			if (i >= subjectTokens.length) {
				return false;
			}
			if (patternTokens[i].equals(">")) {
				return true;
			}
			if (!patternTokens[i].equals("*") && !patternTokens[i].equals(subjectTokens[i])) {
				return false;
			}
		}
		return patternTokens.length == subjectTokens.length;
	}

}
