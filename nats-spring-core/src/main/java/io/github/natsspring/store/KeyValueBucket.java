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

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.core.JetStreamOperations;
import io.github.natsspring.core.NatsNoStreamException;
import io.github.natsspring.core.NatsPublishException;
import io.github.natsspring.core.NatsPublishOutcomeUnknownException;
import io.github.natsspring.core.NatsPublishRejectedException;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.Subjects;
import io.nats.client.JetStreamApiException;
import io.nats.client.NUID;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.MessageInfo;
import io.nats.client.support.NatsJetStreamConstants;
import io.nats.client.support.Validator;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Reads and writes a key-value bucket; knows nothing of the types of values.
 */
final class KeyValueBucket {

	private static final int KEYS_WINDOW = 512;

	private static final int VALUES_WINDOW = 16;

	private final BucketAccess access;

	private final JetStreamOperations publisher;

	KeyValueBucket(BucketAccess access, JetStreamOperations publisher) {
		this.access = access;
		this.publisher = publisher;
	}

	static void requireKey(String key) {
		Validator.validateNonWildcardKvKeyRequired(key);
		Assert.isTrue(Subjects.isLiteral(key),
				() -> "Invalid key '%s': it has an empty token; remove the superfluous '.'"
					.formatted(Subjects.printable(key)));
	}

	static void requireFilter(String filter) {
		Validator.validateKvKeyWildcardAllowedRequired(filter);
	}

	String name() {
		return this.access.bucket();
	}

	@Nullable StoredEntry last(String key) {
		requireKey(key);
		try {
			MessageInfo info = this.access.last(subjects().read() + key);
			return (info != null) ? StoredEntry.of(name(), key, info) : null;
		}
		catch (IOException | JetStreamApiException ex) {
			throw unreadable(key, ex);
		}
	}

	@Nullable StoredEntry at(String key, long revision) {
		requireKey(key);
		Assert.isTrue(revision > 0, () -> "'revision' must be positive, and is " + revision);
		try {
			MessageInfo info = this.access.at(revision);
			boolean same = info != null && (subjects().read() + key).equals(info.getSubject());
			return (info != null && same) ? StoredEntry.of(name(), key, info) : null;
		}
		catch (IOException | JetStreamApiException ex) {
			throw unreadable(key, ex);
		}
	}

	BucketCursor<StoredEntry> read(List<String> keys, DeliverPolicy policy, boolean headersOnly) {
		String prefix = subjects().read();
		List<String> filters = keys.stream().map((key) -> prefix + key).toList();
		BucketReader reader = new BucketReader(this.access, filters, policy, headersOnly,
				headersOnly ? KEYS_WINDOW : VALUES_WINDOW);
		return new BucketCursor<>(reader,
				(message) -> StoredEntry.of(name(), message.getSubject().substring(prefix.length()), message),
				(ex) -> unreadable(null, ex));
	}

	/**
	 * Write a change, once.
	 * @param write the change
	 * @param expectedRevision the revision that the key must have, or
	 * {@link KeyValueWrite#ANY_REVISION}
	 * @param ttl how long the server keeps it, or {@code null}
	 * @return the new revision
	 */
	long write(KeyValueWrite write, long expectedRevision, @Nullable Duration ttl) {
		String key = write.key();
		requireKey(key);
		if (ttl != null) {
			requireTtl(key, ttl);
		}
		String id = NUID.nextGlobal();
		try {
			return this.publisher.publish(subjects().write() + key, write.body(), (options) -> {
				options.headers(write.headers()).messageId(id);
				if (expectedRevision != KeyValueWrite.ANY_REVISION) {
					options.expectedLastSubjectSequence(expectedRevision);
				}
				if (ttl != null) {
					options.ttl(ttl);
				}
			}).getSeqno();
		}
		catch (NatsPublishRejectedException ex) {
			if (isWrongRevision(ex)) {
				return resolve(key, id, expectedRevision, ex);
			}
			throw failed(key, "was not changed: " + ex.getMessage(), ex);
		}
		catch (NatsNoStreamException ex) {
			throw this.access.notFound(ex);
		}
		catch (NatsPublishOutcomeUnknownException ex) {
			if (ex.getCause() instanceof NatsPublishRejectedException rejected && isWrongRevision(rejected)) {
				return resolve(key, id, (ttl != null) ? KeyValueWrite.ANY_REVISION : expectedRevision, ex);
			}
			throw unknown(key, ex);
		}
		catch (NatsPublishException ex) {
			throw failed(key, "was not changed: " + ex.getMessage(), ex);
		}
	}

	private KeyValueOutcomeUnknownException unknown(String key, NatsPublishOutcomeUnknownException ex) {
		return new KeyValueOutcomeUnknownException(
				"It is not known whether key '%s' of bucket '%s' was changed: no confirmation came in time; read it"
					.formatted(key, name()),
				name(), key, ex);
	}

	/**
	 * The revision that a later try found wrong may be that of an earlier one, when the
	 * bucket has a short duplicate window. What follows the expected revision tells.
	 */
	private long resolve(String key, String id, long expectedRevision, NatsPublishOutcomeUnknownException ex) {
		StoredEntry entry = null;
		try {
			entry = (expectedRevision > 0) ? after(key, expectedRevision) : last(key);
		}
		catch (NatsException lookupFailure) {
			ex.addSuppressed(lookupFailure);
		}
		if (entry != null && id.equals(entry.header(NatsHeaders.MESSAGE_ID))) {
			return entry.revision();
		}
		if (entry != null && expectedRevision > 0 && isDirectlyOn(entry, expectedRevision)) {
			throw wrongRevision(key, expectedRevision, entry.revision(), "revision " + entry.revision(), ex);
		}
		throw unknown(key, ex);
	}

	private @Nullable StoredEntry after(String key, long revision) {
		try {
			MessageInfo info = this.access.next(subjects().read() + key, revision + 1);
			return (info != null) ? StoredEntry.of(name(), key, info) : null;
		}
		catch (IOException | JetStreamApiException ex) {
			throw unreadable(key, ex);
		}
	}

	/**
	 * Two cannot both be stored directly on the same revision. On none, with 0, they can:
	 * when the first has been purged or has expired.
	 */
	private static boolean isDirectlyOn(StoredEntry entry, long revision) {
		return Long.toString(revision).equals(entry.header(NatsHeaders.EXPECTED_LAST_SUBJECT_SEQUENCE))
				&& entry.header(NatsHeaders.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT) == null;
	}

	/**
	 * A wrong revision may be that of an earlier try of the same write, when the bucket
	 * has a short duplicate window.
	 */
	private long resolve(String key, String id, long expectedRevision, NatsPublishRejectedException ex) {
		StoredEntry entry;
		try {
			entry = last(key);
		}
		catch (NatsException lookupFailure) {
			ex.addSuppressed(lookupFailure);
			throw wrongRevision(key, expectedRevision, 0, "another one", ex);
		}
		if (entry != null && id.equals(entry.header(NatsHeaders.MESSAGE_ID))) {
			return entry.revision();
		}
		long actual = (entry != null) ? entry.revision() : 0;
		throw wrongRevision(key, expectedRevision, actual, (entry != null)
				? "revision %d%s".formatted(actual, entry.isDeleted() ? ", a deletion" : "") : "no value", ex);
	}

	private KeyValueRevisionException wrongRevision(String key, long expected, long actual, String found,
			Exception cause) {
		return new KeyValueRevisionException(
				"Key '%s' of bucket '%s' was not changed: it should have %s, and has %s".formatted(key, name(),
						(expected > 0) ? "revision " + expected : "no value", found),
				name(), key, expected, actual, cause);
	}

	private void requireTtl(String key, Duration ttl) {
		Assert.isTrue(ttl.compareTo(Duration.ofSeconds(1)) >= 0,
				() -> "The time to live of key '%s' must be at least a second, and not %s".formatted(key, ttl));
		try {
			// It may have been switched on since the connection was made
			if (!this.access.context().configuration().getAllowMessageTtl()
					&& !this.access.configuration().getAllowMessageTtl()) {
				throw new KeyTtlNotSupportedException(
						("Key '%s' of bucket '%s' cannot have a time to live: the bucket does not allow it. Set"
								+ " limit-marker-ttl on the bucket, which needs nats-server 2.11 (this one is %s)")
							.formatted(key, name(), this.access.connection().getServerInfo().getVersion()),
						name(), key);
			}
		}
		catch (IOException | JetStreamApiException ex) {
			throw unreadable(key, ex);
		}
	}

	private SubjectPrefixes subjects() {
		return SubjectPrefixes.of(name(), this.access.context().configuration(), this.access.options());
	}

	private NatsException unreadable(@Nullable String key, Exception ex) {
		if (ex instanceof JetStreamApiException api && BucketAccess.isMissing(api)) {
			return this.access.notFound(api);
		}
		return failed(key, "could not be read: " + ex.getMessage(), ex);
	}

	private KeyValueException failed(@Nullable String key, String problem, Exception cause) {
		String subject = (key != null) ? "Key '%s' of bucket '%s'".formatted(key, name())
				: "Bucket '%s'".formatted(name());
		return new KeyValueException(subject + " " + problem, name(), key, cause);
	}

	private static boolean isWrongRevision(NatsPublishRejectedException ex) {
		return ex.getApiErrorCode() == NatsJetStreamConstants.JS_WRONG_LAST_SEQUENCE
				|| ex.getApiErrorCode() == NatsJetStreamConstants.JS_SEQUENCE_TEMPORARILY_UNKNOWN;
	}

}
