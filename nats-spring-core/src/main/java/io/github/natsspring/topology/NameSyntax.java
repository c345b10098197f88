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

package io.github.natsspring.topology;

import org.jspecify.annotations.Nullable;

/**
 * The syntax of names and subjects, as the server and jnats have it.
 */
final class NameSyntax {

	private NameSyntax() {
	}

	/**
	 * What is wrong with a subject.
	 * @param subject a subject, wildcards allowed
	 * @return the fault, or {@code null}
	 */
	static @Nullable String faultOfSubject(String subject) {
		if (subject.chars().anyMatch((c) -> c <= ' ' || c == 127)) {
			return "blanks and control characters are not allowed";
		}
		String[] tokens = subject.split("\\.", -1);
		for (int i = 0; i < tokens.length; i++) {
			String token = tokens[i];
			if (token.isEmpty()) {
				return "empty token";
			}
			if (token.length() > 1 && (token.contains("*") || token.contains(">"))) {
				return "a wildcard must be a whole token";
			}
			if (">".equals(token) && i < tokens.length - 1) {
				return "'>' must be the last token";
			}
		}
		return null;
	}

	/**
	 * What is wrong with the name of a stream or consumer.
	 * @param name the name
	 * @return the fault, or {@code null}
	 */
	static @Nullable String faultOfName(String name) {
		if (name.isEmpty()) {
			return "the name is empty";
		}
		if (name.chars().anyMatch((c) -> c <= ' ' || c >= 127 || ".*>/\\".indexOf(c) >= 0)) {
			return "'.', '*', '>', '/', '\\', blanks and what is not ASCII are not allowed in the name";
		}
		return null;
	}

	/**
	 * What is wrong with the name of a bucket.
	 * @param name the name
	 * @return the fault, or {@code null}
	 */
	static @Nullable String faultOfBucket(String name) {
		if (name.isEmpty()) {
			return "the name is empty";
		}
		return name.matches("[A-Za-z0-9_-]+") ? null : "only A-Z, a-z, 0-9, '-' and '_' are allowed in the name";
	}

}
