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

import io.github.natsspring.connection.NatsException;
import org.jspecify.annotations.Nullable;

/**
 * An operation on an object-store bucket failed.
 */
public class ObjectStoreException extends NatsException {

	private final String bucket;

	private final @Nullable String objectName;

	public ObjectStoreException(String message, String bucket, @Nullable String objectName, @Nullable Throwable cause) {
		super(message, cause);
		this.bucket = bucket;
		this.objectName = objectName;
	}

	/**
	 * The bucket.
	 * @return its name
	 */
	public String getBucket() {
		return this.bucket;
	}

	/**
	 * The object that the operation was about.
	 * @return its name, or {@code null} if it was about several
	 */
	public @Nullable String getObjectName() {
		return this.objectName;
	}

}
