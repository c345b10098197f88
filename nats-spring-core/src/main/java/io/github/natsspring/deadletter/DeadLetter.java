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

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A stored dead letter without its bytes. Whoever may publish to its stream may have
 * written what it says.
 *
 * @param id its place
 * @param origin where it comes from
 * @param subject the subject it is stored under
 * @param storedAt when it was stored
 * @param exceptionClass the class of the exception that the listener failed with
 * @param exceptionMessage its message, of which about 1,000 characters are kept; empty if
 * there was none or it was left out
 * @param stackTrace the beginning of the stack trace, if it was wanted and kept
 * @param headers the headers of the original, except {@code Dead-Letter-*} and, but for
 * the correlation id, {@code Nats-*}; what cannot be sent is written as an escape
 * @param omitted what was left out because it did not fit
 * @param size the number of bytes of the payload
 */
public record DeadLetter(DeadLetterId id, DeadLetterOrigin origin, String subject, Instant storedAt,
		String exceptionClass, String exceptionMessage, @Nullable String stackTrace, Map<String, List<String>> headers,
		Set<DeadLetterPart> omitted, int size) {

	/**
	 * Whether the letter only refers to its original, which was too large.
	 * @return whether it has no body of its own
	 */
	public boolean isReference() {
		return this.omitted.contains(DeadLetterPart.BODY);
	}

}
