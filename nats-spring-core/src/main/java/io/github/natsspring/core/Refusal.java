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

package io.github.natsspring.core;

import org.jspecify.annotations.Nullable;

/**
 * What the server says when a user may not publish.
 *
 * @param quoted the subject, without the apostrophes that jnats removes
 * @param reply whether it is the subject for the reply that was refused
 */
record Refusal(String quoted, boolean reply) {

	private static final String SUBJECT = "permissions violation for publish to \"";

	private static final String REPLY = "permissions violation for publish with reply of \"";

	/**
	 * Read what the server says.
	 * @param error its text
	 * @return the refusal, or {@code null} if it speaks of something else: it quotes the
	 * subjects of refused subscriptions as well
	 */
	static @Nullable Refusal read(String error) {
		String quoted = quotedAfter(SUBJECT, error);
		if (quoted != null) {
			return new Refusal(quoted, false);
		}
		quoted = quotedAfter(REPLY, error);
		return (quoted != null) ? new Refusal(quoted, true) : null;
	}

	private static @Nullable String quotedAfter(String words, String error) {
		int end = error.lastIndexOf('"');
		for (int i = 0; i + words.length() <= end; i++) {
			if (error.regionMatches(true, i, words, 0, words.length())) {
				return error.substring(i + words.length(), end);
			}
		}
		return null;
	}

	/**
	 * Whether a message is refused.
	 * @param subject its subject
	 * @param replyTo where it wants the reply, if anywhere
	 * @return whether this is about such a message
	 */
	boolean concerns(String subject, @Nullable String replyTo) {
		String named = this.reply ? replyTo : subject;
		return named != null && named.replace("'", "").equals(this.quoted);
	}

}
