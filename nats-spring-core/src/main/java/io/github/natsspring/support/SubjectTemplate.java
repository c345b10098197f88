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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A subject or pattern in which {@code {name}} stands for one token. Immutable.
 */
public final class SubjectTemplate {

	private static final String ANY = "*";

	private static final String REST = ">";

	private final String template;

	private final String pattern;

	/**
	 * The tokens of the pattern; the constant {@link #ANY} for a variable or wildcard.
	 */
	private final String[] tokens;

	/**
	 * The names of variables by position of their token.
	 */
	private final @Nullable String[] names;

	private final List<String> variables;

	private final boolean rest;

	private SubjectTemplate(String template, String[] tokens, @Nullable String[] names) {
		this.template = template;
		this.pattern = String.join(".", tokens);
		this.rest = tokens[tokens.length - 1].equals(REST);
		this.tokens = tokens;
		this.names = names;
		List<String> variables = new ArrayList<>();
		for (String name : names) {
			if (name != null) {
				variables.add(name);
			}
		}
		this.variables = List.copyOf(variables);
	}

	/**
	 * Parse a template such as {@code orders.{region}.created}, {@code orders.*} or
	 * {@code orders.>}.
	 * @param template the template
	 * @return the parsed template
	 * @throws IllegalArgumentException if it is no valid subject; the message says what
	 * is wrong
	 */
	public static SubjectTemplate parse(String template) {
		String problem = Subjects.describeProblem(template, true);
		if (problem != null) {
			throw invalid(template, problem);
		}
		String[] tokens = template.split("\\.", -1);
		@Nullable String[] names = new @Nullable String[tokens.length];
		List<String> seen = new ArrayList<>();
		for (int i = 0; i < tokens.length; i++) {
			String token = tokens[i];
			if (token.indexOf('{') >= 0 || token.indexOf('}') >= 0) {
				String name = parseName(template, token);
				if (seen.contains(name)) {
					throw invalid(template, "the variable {%s} occurs twice".formatted(name));
				}
				seen.add(name);
				names[i] = name;
				tokens[i] = ANY;
			}
			else if (token.equals(ANY)) {
				tokens[i] = ANY;
			}
		}
		return new SubjectTemplate(template, tokens, names);
	}

	private static String parseName(String template, String token) {
		int last = token.length() - 1;
		if (token.charAt(0) != '{' || token.charAt(last) != '}' || token.lastIndexOf('{') > 0
				|| token.indexOf('}') < last) {
			throw invalid(template,
					"in '%s' a variable must be a whole token of the form {name}".formatted(Subjects.printable(token)));
		}
		String name = token.substring(1, last);
		if (name.isEmpty()) {
			throw invalid(template, "the variable {} has no name; use '*' for a token that needs none");
		}
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			if (!Character.isLetterOrDigit(c) && c != '_' && c != '-') {
				throw invalid(template,
						"the name of the variable {%s} may only have letters, digits, '_' and '-'".formatted(name));
			}
		}
		return name;
	}

	private static IllegalArgumentException invalid(String template, String problem) {
		return new IllegalArgumentException(
				"Invalid subject '%s': %s".formatted(Subjects.printable(template), problem));
	}

	/**
	 * The pattern for the server, with {@code *} for each variable.
	 * @return the pattern
	 */
	public String pattern() {
		return this.pattern;
	}

	/**
	 * The names of the variables, in their order.
	 * @return the names
	 */
	public List<String> variables() {
		return this.variables;
	}

	/**
	 * Whether a subject matches.
	 * @param subject a subject without wildcards
	 * @return whether it matches
	 */
	public boolean matches(String subject) {
		return walk(subject, null);
	}

	/**
	 * The variables of a subject.
	 * @param subject a subject without wildcards
	 * @return the values by name, unmodifiable, or {@code null} if the subject does not
	 * match
	 */
	public @Nullable Map<String, String> extract(String subject) {
		if (this.variables.isEmpty()) {
			return matches(subject) ? Map.of() : null;
		}
		Map<String, String> values = new LinkedHashMap<>(this.variables.size() * 2);
		return walk(subject, values) ? Collections.unmodifiableMap(values) : null;
	}

	private boolean walk(String subject, @Nullable Map<String, String> values) {
		int length = subject.length();
		int start = 0;
		for (int i = 0; i < this.tokens.length; i++) {
			if (start > length) {
				return false;
			}
			if (this.rest && i == this.tokens.length - 1) {
				return start < length;
			}
			int end = subject.indexOf('.', start);
			end = (end < 0) ? length : end;
			if (end == start) {
				return false;
			}
			String token = this.tokens[i];
			if (!isAny(token)
					&& (token.length() != end - start || !subject.regionMatches(start, token, 0, token.length()))) {
				return false;
			}
			String name = this.names[i];
			if (values != null && name != null) {
				values.put(name, subject.substring(start, end));
			}
			start = end + 1;
		}
		return start > length;
	}

	/**
	 * Whether every subject that a filter lets through matches this template.
	 * @param filter a subject or pattern of NATS
	 * @return whether this template covers the filter
	 */
	public boolean covers(String filter) {
		return Subjects.covers(this.pattern, filter);
	}

	/**
	 * Fill the variables.
	 * @param values the values by name, converted by {@code toString()}; names that the
	 * template does not have are ignored
	 * @return a subject without wildcards
	 * @throws IllegalArgumentException if a value is missing or is no single token:
	 * empty, or with {@code .}, {@code *}, {@code >}, a blank or a control character in
	 * it
	 * @throws IllegalStateException if the template has wildcards without a name
	 */
	public String expand(Map<String, ? extends @Nullable Object> values) {
		StringBuilder result = new StringBuilder(this.template.length() + 16);
		for (int i = 0; i < this.tokens.length; i++) {
			String name = this.names[i];
			Object value = (name != null) ? values.get(name) : null;
			if (name != null && value == null) {
				throw new IllegalArgumentException(
						"No value for the variable '%s' of the subject '%s'".formatted(name, this.template));
			}
			append(result, i, value);
		}
		return result.toString();
	}

	/**
	 * Fill the variables in their order.
	 * @param values the values, as many as there are variables, converted by
	 * {@code toString()}
	 * @return a subject without wildcards
	 * @throws IllegalArgumentException if there are more or fewer values than variables,
	 * or a value is no single token: empty, or with {@code .}, {@code *}, {@code >}, a
	 * blank or a control character in it
	 * @throws IllegalStateException if the template has wildcards without a name
	 */
	public String expand(Object... values) {
		if (values.length != this.variables.size()) {
			throw new IllegalArgumentException("The subject '%s' needs %d values and got %d".formatted(this.template,
					this.variables.size(), values.length));
		}
		StringBuilder result = new StringBuilder(this.template.length() + 16);
		int next = 0;
		for (int i = 0; i < this.tokens.length; i++) {
			append(result, i, (this.names[i] != null) ? values[next++] : null);
		}
		return result.toString();
	}

	private void append(StringBuilder result, int position, @Nullable Object value) {
		String name = this.names[position];
		String token = this.tokens[position];
		if (name != null) {
			token = Subjects.requireToken(name, (value != null) ? value.toString() : null);
		}
		else if (isAny(token) || token.equals(REST)) {
			throw new IllegalStateException(
					"The subject '%s' cannot be filled because of its wildcard '%s'; name it, as in {name}"
						.formatted(this.template, token));
		}
		if (position > 0) {
			result.append('.');
		}
		result.append(token);
	}

	@SuppressWarnings("StringEquality")
	private static boolean isAny(String token) {
		// Parsing puts the constant there
		return token == ANY;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SubjectTemplate that && this.template.equals(that.template);
	}

	@Override
	public int hashCode() {
		return this.template.hashCode();
	}

	@Override
	public String toString() {
		return this.template;
	}

}
