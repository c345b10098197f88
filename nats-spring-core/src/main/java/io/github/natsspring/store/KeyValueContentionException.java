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
 * A key was not updated, because somebody else changed it during each of the tries.
 * Nothing was written; the update may be tried again.
 */
public class KeyValueContentionException extends KeyValueException {

	private final int tries;

	public KeyValueContentionException(String message, String bucket, String key, int tries,
			@Nullable Throwable cause) {
		super(message, bucket, key, cause);
		this.tries = tries;
	}

	/**
	 * How often it was tried.
	 * @return the number of tries
	 */
	public int getTries() {
		return this.tries;
	}

}
