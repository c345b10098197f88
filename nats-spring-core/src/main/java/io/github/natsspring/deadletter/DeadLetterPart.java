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

package io.github.natsspring.deadletter;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What a dead letter may lack because it would have been too large, in the order in which
 * it is left out.
 */
public enum DeadLetterPart {

	/**
	 * The stack trace.
	 */
	STACK_TRACE,

	/**
	 * The message of the exception.
	 */
	EXCEPTION_MESSAGE,

	/**
	 * Some or all headers of the original; also those that cannot be sent because of
	 * their names.
	 */
	HEADERS,

	/**
	 * The bytes: the letter only refers to the original, which is kept.
	 */
	BODY;

	static String write(Set<DeadLetterPart> parts) {
		return parts.stream()
			.map((part) -> part.name().toLowerCase(Locale.ROOT).replace('_', '-'))
			.collect(Collectors.joining(","));
	}

	static Set<DeadLetterPart> read(@Nullable String value) {
		Set<DeadLetterPart> parts = EnumSet.noneOf(DeadLetterPart.class);
		if (value != null) {
			for (DeadLetterPart part : values()) {
				if (("," + value + ",").contains("," + write(Set.of(part)) + ",")) {
					parts.add(part);
				}
			}
		}
		return parts;
	}

}
