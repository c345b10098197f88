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

package io.github.natsspring.store;

import org.jspecify.annotations.Nullable;

/**
 * It is not known whether a key was changed: no confirmation came within the timeout, or
 * none came of the first try and the key has changed since. Read the key, or repeat the
 * operation with the same expected revision: if the change was stored, that fails with a
 * {@link KeyValueRevisionException}.
 */
public class KeyValueOutcomeUnknownException extends KeyValueException {

	public KeyValueOutcomeUnknownException(String message, String bucket, String key, @Nullable Throwable cause) {
		super(message, bucket, key, cause);
	}

}
