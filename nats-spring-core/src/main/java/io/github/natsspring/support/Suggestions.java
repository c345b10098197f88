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

import java.util.Collection;
import java.util.Locale;

/**
 * Finds the name that was meant.
 */
public final class Suggestions {

	private Suggestions() {
	}

	/**
	 * Suggest a name.
	 * @param name the name that is not known
	 * @param known the names that are
	 * @param otherwise what to do if none of them was meant, without a full stop
	 * @return advice that begins with a small letter and has no full stop
	 */
	public static String didYouMean(String name, Collection<String> known, String otherwise) {
		String closest = null;
		int smallest = Math.max(1, name.length() / 3) + 1;
		for (String candidate : known) {
			int distance = distance(name.toUpperCase(Locale.ROOT), candidate.toUpperCase(Locale.ROOT));
			if (distance < smallest) {
				smallest = distance;
				closest = candidate;
			}
		}
		return (closest != null) ? "did you mean '%s'? Otherwise %s".formatted(closest, otherwise) : otherwise;
	}

	/**
	 * The number of characters to insert, remove or replace.
	 */
	private static int distance(String first, String second) {
		int[] previous = new int[second.length() + 1];
		for (int j = 0; j <= second.length(); j++) {
			previous[j] = j;
		}
		for (int i = 1; i <= first.length(); i++) {
			int[] current = new int[second.length() + 1];
			current[0] = i;
			for (int j = 1; j <= second.length(); j++) {
				int replaced = previous[j - 1] + ((first.charAt(i - 1) == second.charAt(j - 1)) ? 0 : 1);
				current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
			}
			previous = current;
		}
		return previous[second.length()];
	}

}
