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

import io.github.natsspring.connection.NatsException;
import org.jspecify.annotations.Nullable;

/**
 * Something could not be done with a dead letter, which is still stored unless the
 * message says otherwise.
 */
public class DeadLetterException extends NatsException {

	private final transient DeadLetterId id;

	/**
	 * Create an exception.
	 * @param id the letter
	 * @param problem what is wrong, without the letter and without a full stop
	 * @param cause the cause, or {@code null}
	 */
	public DeadLetterException(DeadLetterId id, String problem, @Nullable Throwable cause) {
		super("Dead letter %s: %s".formatted(id, problem), cause);
		this.id = id;
	}

	/**
	 * The letter.
	 * @return its id
	 */
	public DeadLetterId getId() {
		return this.id;
	}

}
