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
 * A key was not changed, because it has another revision than the one that was expected.
 */
public class KeyValueRevisionException extends KeyValueException {

	private final long expectedRevision;

	private final long actualRevision;

	public KeyValueRevisionException(String message, String bucket, String key, long expectedRevision,
			long actualRevision, @Nullable Throwable cause) {
		super(message, bucket, key, cause);
		this.expectedRevision = expectedRevision;
		this.actualRevision = actualRevision;
	}

	/**
	 * The revision that was expected.
	 * @return the revision; 0 if there should have been no value
	 */
	public long getExpectedRevision() {
		return this.expectedRevision;
	}

	/**
	 * The revision that the key had shortly afterwards.
	 * @return the revision, of a value or of a deletion; 0 if there was none
	 */
	public long getActualRevision() {
		return this.actualRevision;
	}

}
