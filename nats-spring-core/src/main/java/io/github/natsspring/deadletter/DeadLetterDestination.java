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

import java.util.Collection;
import java.util.List;

import io.github.natsspring.support.SubjectTemplate;
import org.jspecify.annotations.Nullable;

/**
 * Where the dead letters of a listener go, as it was found or made when the listener
 * started.
 *
 * @param source the listener
 * @param subject the subject, unless a {@link DeadLetterDestinationResolver} chooses
 * another
 * @param stream the stream that captures the subject; {@code null} if it was not looked
 * at, or if only a resolver knows
 * @param sourceSubjects the subjects of the listener's own stream; empty if not known
 * @param maxMessageSize the number of bytes that the stream takes, or -1
 * @param includeStackTrace whether letters hold the stack trace
 */
public record DeadLetterDestination(DeadLetterSource source, String subject, @Nullable String stream,
		List<String> sourceSubjects, long maxMessageSize, boolean includeStackTrace) {

	public DeadLetterDestination {
		sourceSubjects = List.copyOf(sourceSubjects);
	}

	/**
	 * Whether the listener would consume its own dead letters.
	 * @param subject the subject of a letter
	 * @return whether its stream captures the subject and its consumer lets it through
	 */
	boolean loops(String subject) {
		return covers(this.sourceSubjects, subject) && consumes(this.source, subject);
	}

	static boolean consumes(DeadLetterSource source, String subject) {
		return source.filters().isEmpty() || covers(source.filters(), subject);
	}

	static boolean covers(Collection<String> patterns, String subject) {
		return patterns.stream().anyMatch((pattern) -> SubjectTemplate.parse(pattern).covers(subject));
	}

}
