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
 * A bucket is used that is not on the server.
 */
public class BucketNotFoundException extends NatsException {

	private final String bucket;

	public BucketNotFoundException(String message, String bucket, @Nullable Throwable cause) {
		super(message, cause);
		this.bucket = bucket;
	}

	/**
	 * The bucket that is missing.
	 * @return its name
	 */
	public String getBucket() {
		return this.bucket;
	}

}
