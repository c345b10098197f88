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
import java.util.List;

import io.github.natsspring.support.SubjectTemplate;

/**
 * How patterns of subjects relate to each other.
 */
final class SubjectPatterns {

	private SubjectPatterns() {
	}

	/**
	 * Patterns without those that others cover: a subject would be delivered once for
	 * each subscription it matches.
	 */
	static List<String> distinct(List<SubjectTemplate> templates) {
		List<SubjectTemplate> kept = new ArrayList<>();
		for (SubjectTemplate template : templates) {
			if (kept.stream().noneMatch((other) -> other.covers(template.pattern()))) {
				kept.removeIf((other) -> template.covers(other.pattern()));
				kept.add(template);
			}
		}
		return kept.stream().map(SubjectTemplate::pattern).toList();
	}

	/**
	 * A subject that matches both of two patterns that overlap.
	 */
	static String common(String first, String second) {
		String[] one = first.split("\\.");
		String[] other = second.split("\\.");
		List<String> tokens = new ArrayList<>();
		for (int i = 0; i < Math.max(one.length, other.length); i++) {
			String token = (i < one.length && !isWildcard(one[i])) ? one[i] : null;
			token = (token == null && i < other.length && !isWildcard(other[i])) ? other[i] : token;
			tokens.add((token != null) ? token : "any");
		}
		return String.join(".", tokens);
	}

	private static boolean isWildcard(String token) {
		return token.equals("*") || token.equals(">");
	}

}
