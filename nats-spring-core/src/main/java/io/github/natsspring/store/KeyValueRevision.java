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

import java.time.Instant;

import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

/**
 * A revision of a key: a value, or the marker of a deletion.
 *
 * @param <T> the type of the values
 */
public final class KeyValueRevision<T> {

	private final StoredEntry entry;

	private final ValueCodec<T> codec;

	KeyValueRevision(StoredEntry entry, ValueCodec<T> codec) {
		this.entry = entry;
		this.codec = codec;
	}

	/**
	 * The value, converted by each call, so that one that cannot be read does not stand
	 * in the way of its key and revision.
	 * @return the value, or {@code null} for a deletion or an empty value
	 * @throws KeyValueConversionException if it cannot be read as its type
	 */
	public @Nullable T value() {
		return this.codec.read(this.entry);
	}

	/**
	 * The name of the bucket.
	 * @return the bucket
	 */
	public String bucket() {
		return this.entry.bucket();
	}

	/**
	 * The key.
	 * @return the key
	 */
	public String key() {
		return this.entry.key();
	}

	/**
	 * The revision, which rises with each change in the bucket.
	 * @return the revision
	 */
	public long revision() {
		return this.entry.revision();
	}

	/**
	 * When the server stored it.
	 * @return the time of the server
	 */
	public Instant created() {
		return this.entry.created();
	}

	/**
	 * What was done to the key.
	 * @return the operation; {@code PURGE} also for a key that expired
	 */
	public KeyValueOperation operation() {
		return this.entry.operation();
	}

	/**
	 * Whether this is the marker of a deletion.
	 * @return {@code true} if there is no value
	 */
	public boolean isDeleted() {
		return this.entry.isDeleted();
	}

	@Override
	public String toString() {
		return "KeyValueRevision[bucket=%s, key=%s, revision=%d, operation=%s]".formatted(bucket(), key(), revision(),
				operation());
	}

}
