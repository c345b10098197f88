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

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

/**
 * A value cannot be read as the type that was asked for, or cannot be written. Shows
 * nothing of the value.
 */
@SuppressWarnings("serial")
public class KeyValueConversionException extends KeyValueException {

	private final long revision;

	private final Type type;

	public KeyValueConversionException(String message, String bucket, String key, long revision, Type type,
			@Nullable Throwable cause) {
		super(message, bucket, key, cause);
		this.revision = revision;
		this.type = type;
	}

	/**
	 * The revision of the value.
	 * @return the revision; 0 if the value was to be written
	 */
	public long getRevision() {
		return this.revision;
	}

	/**
	 * The type of the value.
	 * @return the type, with its generics
	 */
	public Type getType() {
		return this.type;
	}

}
