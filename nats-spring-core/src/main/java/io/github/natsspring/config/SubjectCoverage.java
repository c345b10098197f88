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

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Finds a subject that a filter lets through and none of several patterns matches. Walks
 * all kinds of token there can be at each position: those that patterns name, and any
 * other one.
 */
final class SubjectCoverage {

	private static final String ANY = "*";

	private static final String REST = ">";

	private final String[] filter;

	private final int rest;

	private SubjectCoverage(String filter) {
		this.filter = filter.split("\\.");
		int last = this.filter.length - 1;
		this.rest = this.filter[last].equals(REST) ? last : Integer.MAX_VALUE;
	}

	/**
	 * Find a subject that is left out.
	 * @param filter a subject or pattern
	 * @param patterns subjects or patterns
	 * @return a subject that only the filter matches, or {@code null} if the patterns
	 * together match all that it does
	 */
	static @Nullable String findUncovered(String filter, List<String> patterns) {
		return new SubjectCoverage(filter).find(0, patterns.stream().map((pattern) -> pattern.split("\\.")).toList(),
				"");
	}

	private @Nullable String find(int position, List<String[]> patterns, String subject) {
		boolean mayEnd = (position > this.rest) || position == this.filter.length;
		if (mayEnd && patterns.stream().noneMatch((pattern) -> pattern.length == position)) {
			return subject;
		}
		if (position >= this.filter.length && position <= this.rest) {
			return null;
		}
		if (patterns.stream().anyMatch((pattern) -> position < pattern.length && pattern[position].equals(REST))) {
			return null;
		}
		for (String token : tokens(position, patterns)) {
			List<String[]> left = patterns.stream()
				.filter((pattern) -> position < pattern.length
						&& (pattern[position].equals(ANY) || pattern[position].equals(token)))
				.toList();
			String uncovered = find(position + 1, left, subject.isEmpty() ? token : subject + "." + token);
			if (uncovered != null) {
				return uncovered;
			}
		}
		return null;
	}

	private List<String> tokens(int position, List<String[]> patterns) {
		if (position < this.rest && !this.filter[position].equals(ANY)) {
			return List.of(this.filter[position]);
		}
		Set<String> named = new LinkedHashSet<>();
		for (String[] pattern : patterns) {
			if (position < pattern.length && !pattern[position].equals(ANY)) {
				named.add(pattern[position]);
			}
		}
		String other = "other";
		for (int i = 1; named.contains(other); i++) {
			other = "other" + i;
		}
		List<String> tokens = new ArrayList<>(named);
		tokens.add(other);
		return tokens;
	}

}
