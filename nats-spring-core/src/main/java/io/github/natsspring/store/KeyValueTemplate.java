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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.nats.client.api.DeliverPolicy;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A key-value bucket whose values are of one type. Get one from {@link KeyValueTemplates}
 * or, with Spring Boot, by injection. Safe for many threads.
 *
 * @param <T> the type of the values
 */
public class KeyValueTemplate<T> implements KeyValueOperations<T> {

	/**
	 * How often {@link #update(String, UnaryOperator)} tries.
	 */
	public static final int DEFAULT_MAX_TRIES = 100;

	private static final int CREATE_TRIES = 5;

	private static final long FIRST_PAUSE_MICROS = 500;

	private static final int MAX_DOUBLINGS = 6;

	private final KeyValueBucket bucket;

	private final ValueCodec<T> codec;

	private final int maxTries;

	KeyValueTemplate(KeyValueBucket bucket, ValueCodec<T> codec, int maxTries) {
		this.bucket = bucket;
		this.codec = codec;
		this.maxTries = maxTries;
	}

	/**
	 * The same template with another number of tries of
	 * {@link #update(String, UnaryOperator)}.
	 * @param maxTries how often it tries at most, by default {@value #DEFAULT_MAX_TRIES}
	 * @return the template
	 */
	public KeyValueTemplate<T> withMaxTries(int maxTries) {
		Assert.isTrue(maxTries > 0, () -> "'maxTries' must be positive, and is " + maxTries);
		return new KeyValueTemplate<>(this.bucket, this.codec, maxTries);
	}

	@Override
	public String getBucket() {
		return this.bucket.name();
	}

	@Override
	public @Nullable T get(String key) {
		KeyValueRevision<T> entry = getEntry(key);
		return (entry != null) ? entry.value() : null;
	}

	@Override
	public @Nullable KeyValueRevision<T> getEntry(String key) {
		return existing(this.bucket.last(key));
	}

	@Override
	public @Nullable KeyValueRevision<T> getEntry(String key, long revision) {
		return existing(this.bucket.at(key, revision));
	}

	@Override
	public long put(String key, T value) {
		return this.bucket.write(write(key, value), KeyValueWrite.ANY_REVISION, null);
	}

	@Override
	public long create(String key, T value) {
		return create(write(key, value), null);
	}

	@Override
	public long create(String key, T value, Duration ttl) {
		return create(write(key, value), ttl);
	}

	@Override
	public long update(String key, T value, long expectedRevision) {
		return this.bucket.write(write(key, value), revision(expectedRevision), null);
	}

	@Override
	public @Nullable T update(String key, UnaryOperator<@Nullable T> change) {
		KeyValueRevisionException last = null;
		for (int tries = 0; tries < this.maxTries; tries++) {
			if (last != null) {
				pause(key, tries, last);
			}
			StoredEntry entry = this.bucket.last(key);
			T value = change.apply((entry != null) ? this.codec.read(entry) : null);
			if (value == null && (entry == null || entry.isDeleted())) {
				return null;
			}
			long revision = (entry != null) ? entry.revision() : 0;
			try {
				KeyValueWrite write = (value != null) ? write(key, value) : KeyValueWrite.deletion(key);
				this.bucket.write(write, revision, null);
				return value;
			}
			catch (KeyValueRevisionException ex) {
				last = ex;
			}
		}
		throw new KeyValueContentionException(
				"Key '%s' of bucket '%s' was not updated: somebody else changed it during each of %d tries"
					.formatted(key, getBucket(), this.maxTries),
				getBucket(), key, this.maxTries, last);
	}

	@Override
	public void delete(String key) {
		this.bucket.write(KeyValueWrite.deletion(key), KeyValueWrite.ANY_REVISION, null);
	}

	@Override
	public void delete(String key, long expectedRevision) {
		this.bucket.write(KeyValueWrite.deletion(key), revision(expectedRevision), null);
	}

	@Override
	public void purge(String key) {
		this.bucket.write(KeyValueWrite.purge(key), KeyValueWrite.ANY_REVISION, null);
	}

	@Override
	public void purge(String key, long expectedRevision) {
		this.bucket.write(KeyValueWrite.purge(key), revision(expectedRevision), null);
	}

	@Override
	public void purge(String key, Duration markerTtl) {
		this.bucket.write(KeyValueWrite.purge(key), KeyValueWrite.ANY_REVISION, markerTtl);
	}

	@Override
	public List<String> keys(String... filters) {
		// A key comes again if it changes meanwhile, or is read again after a lost
		// connection
		Map<String, Boolean> keys = new LinkedHashMap<>();
		try (BucketCursor<StoredEntry> cursor = cursor(filters)) {
			cursor.forEachRemaining((entry) -> {
				keys.remove(entry.key());
				keys.put(entry.key(), entry.isDeleted());
			});
		}
		return keys.entrySet().stream().filter((entry) -> !entry.getValue()).map(Map.Entry::getKey).toList();
	}

	@Override
	public Stream<String> streamKeys(String... filters) {
		return cursor(filters).stream().filter((entry) -> !entry.isDeleted()).map(StoredEntry::key);
	}

	@Override
	public List<KeyValueRevision<T>> history(String key) {
		KeyValueBucket.requireKey(key);
		List<KeyValueRevision<T>> history = new ArrayList<>();
		try (BucketCursor<StoredEntry> cursor = this.bucket.read(List.of(key), DeliverPolicy.All, false)) {
			cursor.forEachRemaining((entry) -> history.add(new KeyValueRevision<>(entry, this.codec)));
		}
		return List.copyOf(history);
	}

	@Override
	public String toString() {
		return "KeyValueTemplate[bucket=%s, type=%s]".formatted(getBucket(), this.codec.type().getTypeName());
	}

	private long create(KeyValueWrite write, @Nullable Duration ttl) {
		long revision = 0;
		KeyValueRevisionException last = null;
		for (int tries = 0; tries < CREATE_TRIES; tries++) {
			if (tries > 1 && last != null) {
				pause(write.key(), tries, last);
			}
			try {
				return this.bucket.write(write, revision, ttl);
			}
			catch (KeyValueRevisionException ex) {
				StoredEntry entry = this.bucket.last(write.key());
				if (entry != null && !entry.isDeleted()) {
					throw new KeyExistsException(
							"Key '%s' of bucket '%s' was not created: it has a value of revision %d"
								.formatted(write.key(), getBucket(), entry.revision()),
							getBucket(), write.key(), entry.revision(), ex);
				}
				revision = (entry != null) ? entry.revision() : 0;
				last = ex;
			}
		}
		throw Objects.requireNonNull(last);
	}

	private KeyValueWrite write(String key, T value) {
		KeyValueBucket.requireKey(key);
		Assert.notNull(value, () -> "The value for key '%s' of bucket '%s' must not be null; delete the key"
			.formatted(key, getBucket()));
		Headers headers = new Headers();
		byte[] body = this.codec.write(getBucket(), key, value, headers);
		return new KeyValueWrite(key, body, headers);
	}

	private BucketCursor<StoredEntry> cursor(String... filters) {
		List<String> all = (filters.length > 0) ? Arrays.asList(filters) : List.of(">");
		all.forEach(KeyValueBucket::requireFilter);
		return this.bucket.read(all, DeliverPolicy.LastPerSubject, true);
	}

	private @Nullable KeyValueRevision<T> existing(@Nullable StoredEntry entry) {
		return (entry != null && !entry.isDeleted()) ? new KeyValueRevision<>(entry, this.codec) : null;
	}

	private static long revision(long revision) {
		Assert.isTrue(revision >= 0, () -> "'expectedRevision' must not be negative, and is " + revision);
		return revision;
	}

	private void pause(String key, int tries, KeyValueRevisionException cause) {
		long ceiling = FIRST_PAUSE_MICROS << Math.min(tries, MAX_DOUBLINGS);
		LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(ceiling) * 1000);
		if (Thread.currentThread().isInterrupted()) {
			throw new KeyValueException("Key '%s' of bucket '%s' was not updated: interrupted after %d tries"
				.formatted(key, getBucket(), tries), getBucket(), key, cause);
		}
	}

}
