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

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A subject or pattern in which {@code {name}} stands for one token.
 */
public final class SubjectTemplate {

	private final String template;

	private SubjectTemplate(String template) {
		this.template = template;
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
		return new SubjectTemplate(template);
	}

	/**
	 * The pattern for the server, with {@code *} for each variable.
	 * @return the pattern
	 */
	public String pattern() {
		throw new UnsupportedOperationException();
	}

	/**
	 * The names of the variables, in their order.
	 * @return the names
	 */
	public List<String> variables() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Whether a subject matches.
	 * @param subject a subject without wildcards
	 * @return whether it matches
	 */
	public boolean matches(String subject) {
		throw new UnsupportedOperationException();
	}

	/**
	 * The variables of a subject.
	 * @param subject a subject without wildcards
	 * @return the values by name, or {@code null} if the subject does not match
	 */
	public @Nullable Map<String, String> extract(String subject) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Whether every subject that a filter lets through matches this template.
	 * @param filter a subject or pattern of NATS
	 * @return whether this template covers the filter
	 */
	public boolean covers(String filter) {
		throw new UnsupportedOperationException();
	}

	@Override
	public String toString() {
		return this.template;
	}

}
