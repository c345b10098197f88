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

package io.github.natsspring.connection;

import java.lang.reflect.Method;
import java.util.Set;

import io.nats.client.KeyValue;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.Options.SubjectValidationType;
import io.nats.client.support.Validator;
import org.jspecify.annotations.Nullable;

/**
 * Checks subjects strictly where applications hand them to jnats. jnats by itself would
 * check each that it writes, those of acknowledgements included, which costs a listener
 * more than all else that it does for a message; templates check more strictly anyway.
 */
final class SubjectCheck {

	private static final Set<String> METHODS = Set.of("publish", "publishAsync", "request", "requestWithTimeout",
			"subscribe");

	// By the key, a part of the subject
	private static final Set<String> KEY_METHODS = Set.of("put", "create", "update", "delete", "purge");

	private volatile boolean strict;

	/**
	 * Check what is asked for here, and have jnats check leniently: no blanks and no line
	 * ends.
	 */
	void takeOver(Options.Builder builder, Options options) {
		if (options.subjectValidationType() == SubjectValidationType.Strict) {
			// A builder may come again, as we have left it
			this.strict = true;
			builder.subjectValidationType(SubjectValidationType.Lenient);
		}
	}

	/**
	 * Check the subject of a call.
	 * @throws IllegalArgumentException as jnats throws it, if there is something wrong
	 */
	void check(Method method, Object @Nullable [] args) {
		if (this.strict && args != null && args.length > 0 && names(method)) {
			String subject = (args[0] instanceof Message message) ? message.getSubject()
					: (args[0] instanceof String text) ? text : null;
			Validator.validateSubjectStrict(subject, false);
		}
	}

	private static boolean names(Method method) {
		return METHODS.contains(method.getName())
				|| (method.getDeclaringClass() == KeyValue.class && KEY_METHODS.contains(method.getName()));
	}

}
