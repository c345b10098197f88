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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * The overrides of listeners by their ids. An id is the same in any spelling of its
 * letters that differs in case, {@code -} and {@code _} only, since an environment
 * variable cannot spell it otherwise.
 */
public final class ConfiguredListeners implements Function<String, @Nullable NatsListenerOverrides> {

	private final Map<String, NatsListenerOverrides> overrides = new LinkedHashMap<>();

	private final List<String> ids;

	/**
	 * Create overrides.
	 * @param overrides the overrides by the id of the listener
	 */
	public ConfiguredListeners(Map<String, NatsListenerOverrides> overrides) {
		this.ids = List.copyOf(overrides.keySet());
		overrides.forEach((id, value) -> this.overrides.put(uniform(id), value));
	}

	/**
	 * Find the overrides of a listener.
	 * @param id the id of the listener
	 * @return the overrides, or {@code null} if there are none
	 */
	@Override
	public @Nullable NatsListenerOverrides apply(String id) {
		return this.overrides.get(uniform(id));
	}

	/**
	 * The ids that none of these listeners has.
	 * @param known the ids of listeners
	 * @return the ids that have overrides, as they are written
	 */
	public List<String> unknown(Collection<String> known) {
		List<String> uniform = known.stream().map(ConfiguredListeners::uniform).toList();
		List<String> unknown = new ArrayList<>(this.ids);
		unknown.removeIf((id) -> uniform.contains(uniform(id)));
		return unknown;
	}

	/**
	 * Whether two ids cannot be told apart.
	 */
	static boolean isSame(String one, String other) {
		// Without a copy: each listener is compared with all the others
		int next = significant(one, 0);
		int otherNext = significant(other, 0);
		while (next < one.length() && otherNext < other.length()) {
			if (lower(one.charAt(next)) != lower(other.charAt(otherNext))) {
				return false;
			}
			next = significant(one, next + 1);
			otherNext = significant(other, otherNext + 1);
		}
		return next == one.length() && otherNext == other.length();
	}

	private static String uniform(String id) {
		StringBuilder uniform = new StringBuilder(id.length());
		for (int i = significant(id, 0); i < id.length(); i = significant(id, i + 1)) {
			uniform.append(lower(id.charAt(i)));
		}
		return uniform.toString();
	}

	/**
	 * Where the next character is that counts.
	 */
	private static int significant(String id, int from) {
		int next = from;
		while (next < id.length() && (id.charAt(next) == '-' || id.charAt(next) == '_')) {
			next++;
		}
		return next;
	}

	private static char lower(char c) {
		return (c >= 'A' && c <= 'Z') ? (char) (c + ('a' - 'A')) : c;
	}

}
