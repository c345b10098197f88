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
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What can be done with a key-value bucket whose values are of one type. Values are
 * converted as the payloads of messages are.
 * <p>
 * Reads wait as long as the request timeout of JetStream and are not repeated. Writes are
 * repeated under one message id while no confirmation comes, so that each is stored once,
 * until the publish timeout is over; then a {@link KeyValueOutcomeUnknownException} says
 * that it is not known whether the value is stored.
 * <p>
 * Any method throws {@link BucketNotFoundException} if the bucket is not on the server,
 * {@link KeyValueException} if the server did not answer or refused,
 * {@link io.github.natsspring.connection.NatsException} if there is no connection, and
 * {@code IllegalArgumentException} for what is no key.
 *
 * @param <T> the type of the values
 */
public interface KeyValueOperations<T> {

	/**
	 * The name of the bucket.
	 * @return the bucket
	 */
	String getBucket();

	/**
	 * The value of a key.
	 * @param key the key
	 * @return the value, or {@code null} if the key has none
	 * @throws KeyValueConversionException if it cannot be read as its type
	 */
	@Nullable T get(String key);

	/**
	 * The value of a key with its revision.
	 * @param key the key
	 * @return the entry, or {@code null} if the key has no value
	 */
	@Nullable KeyValueRevision<T> getEntry(String key);

	/**
	 * An earlier value of a key, if the bucket still has it.
	 * @param key the key
	 * @param revision the revision
	 * @return the entry, or {@code null} if the key has no value of this revision
	 */
	@Nullable KeyValueRevision<T> getEntry(String key, long revision);

	/**
	 * Set the value of a key.
	 * @param key the key
	 * @param value the value
	 * @return the new revision
	 * @throws KeyValueConversionException if the value cannot be written
	 * @throws KeyValueOutcomeUnknownException if no confirmation came in time
	 */
	long put(String key, T value);

	/**
	 * Set the value of a key that has none: that never had one, or whose value was
	 * deleted or has expired.
	 * @param key the key
	 * @param value the value
	 * @return the new revision
	 * @throws KeyExistsException if the key has a value
	 * @throws KeyValueConversionException if the value cannot be written
	 * @throws KeyValueOutcomeUnknownException if no confirmation came in time; another
	 * {@code create} tells by its {@link KeyExistsException} that there is a value, not
	 * whose it is
	 */
	long create(String key, T value);

	/**
	 * Set the value of a key that has none, for a limited time. Needs server 2.11 and a
	 * bucket with {@code limit-marker-ttl}; the next change of the key ends the limit.
	 * @param key the key
	 * @param value the value
	 * @param ttl how long the value is kept, at least a second; parts of a second are
	 * rounded up. With a history of more than one value the server keeps it no shorter
	 * than the bucket's {@code limit-marker-ttl}
	 * @return the new revision
	 * @throws KeyTtlNotSupportedException if the bucket or the server does not have it
	 * @see #create(String, Object)
	 */
	long create(String key, T value, Duration ttl);

	/**
	 * Set the value of a key if it has a revision.
	 * @param key the key
	 * @param value the value
	 * @param expectedRevision the revision, also of a deletion; 0 if the key was never
	 * set
	 * @return the new revision
	 * @throws KeyValueRevisionException if the key has another revision
	 * @throws KeyValueConversionException if the value cannot be written
	 * @throws KeyValueOutcomeUnknownException if no confirmation came in time; the same
	 * call again cannot store it twice, and fails with a
	 * {@link KeyValueRevisionException} if it was stored
	 */
	long update(String key, T value, long expectedRevision);

	/**
	 * Change the value of a key by a function: read it, apply the function, and write the
	 * result unless somebody else changed the key in between; then begin anew.
	 * @param key the key
	 * @param change gets the value, or {@code null} if the key has none, and returns the
	 * new one, or {@code null} to delete the key; may be called several times, so it must
	 * have no effects of its own
	 * @return the value that was written, or {@code null} if the key has none now
	 * @throws KeyValueContentionException if each try met a change by somebody else;
	 * nothing was written
	 * @throws KeyValueConversionException if the value cannot be read or written
	 * @throws KeyValueOutcomeUnknownException if no confirmation came in time: the change
	 * may have been applied, and is not applied again
	 */
	@Nullable T update(String key, UnaryOperator<@Nullable T> change);

	/**
	 * Delete the value of a key. Its history stays, with a marker of the deletion.
	 * @param key the key, which need not have a value
	 */
	void delete(String key);

	/**
	 * Delete the value of a key if it has a revision.
	 * @param key the key
	 * @param expectedRevision the revision
	 * @throws KeyValueRevisionException if the key has another revision
	 */
	void delete(String key, long expectedRevision);

	/**
	 * Delete the value of a key and its history; a marker stays.
	 * @param key the key, which need not have a value
	 */
	void purge(String key);

	/**
	 * Delete the value of a key and its history if it has a revision; a marker stays.
	 * @param key the key
	 * @param expectedRevision the revision
	 * @throws KeyValueRevisionException if the key has another revision
	 */
	void purge(String key, long expectedRevision);

	/**
	 * Delete the value of a key and its history, and after a time the marker too. Needs
	 * what {@link #create(String, Object, Duration)} needs.
	 * @param key the key, which need not have a value
	 * @param markerTtl how long the marker stays, at least a second
	 * @throws KeyTtlNotSupportedException if the bucket or the server does not have it
	 */
	void purge(String key, Duration markerTtl);

	/**
	 * The keys that have a value.
	 * @param filters keys or patterns, such as {@code user.*} or {@code user.>}, which do
	 * not overlap; none for all keys
	 * @return the keys, each once, in the order of their last change; all of them, else
	 * an exception
	 */
	List<String> keys(String... filters);

	/**
	 * The keys that have a value, read while the stream is. A key may come twice if it
	 * changes, or the connection is lost, meanwhile.
	 * @param filters keys or patterns, which do not overlap; none for all keys
	 * @return the keys, to be closed; an exception of the stream says if it could not be
	 * read to its end
	 */
	Stream<String> streamKeys(String... filters);

	/**
	 * The revisions that the bucket still has of a key, deletions included.
	 * @param key the key
	 * @return the revisions, the oldest first; all of them, else an exception
	 */
	List<KeyValueRevision<T>> history(String key);

}
