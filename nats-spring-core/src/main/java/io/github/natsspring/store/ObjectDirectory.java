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
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.core.JetStreamOperations;
import io.github.natsspring.core.NatsNoStreamException;
import io.github.natsspring.core.NatsPublishException;
import io.github.natsspring.core.NatsPublishOutcomeUnknownException;
import io.github.natsspring.core.NatsPublishRejectedException;
import io.github.natsspring.support.Subjects;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.ObjectInfo;
import io.nats.client.impl.Headers;
import io.nats.client.support.DateTimeUtils;
import io.nats.client.support.NatsJetStreamConstants;
import io.nats.client.support.NatsObjectStoreUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The descriptions of the objects of a bucket.
 */
final class ObjectDirectory {

	private static final Log logger = LogFactory.getLog(ObjectDirectory.class);

	private static final int TRIES = 10;

	private static final int WINDOW = 64;

	private final BucketAccess access;

	private final JetStreamOperations publisher;

	ObjectDirectory(BucketAccess access, JetStreamOperations publisher) {
		this.access = access;
		this.publisher = publisher;
	}

	String bucket() {
		return this.access.bucket();
	}

	String chunkSubject(String nuid) {
		return NatsObjectStoreUtil.toChunkPrefix(bucket()) + nuid;
	}

	/**
	 * Look an object up, also a deleted one. Most clients put names into subjects by the
	 * alphabet of URLs, jnats by the basic one; few names show the difference.
	 */
	@Nullable StoredObject find(String name) {
		Assert.hasText(name, "The name of an object must not be empty");
		byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
		StoredObject found = null;
		for (String subject : new LinkedHashSet<>(List.of(subject(name),
				NatsObjectStoreUtil.toMetaPrefix(bucket()) + Base64.getEncoder().encodeToString(bytes)))) {
			StoredObject candidate = at(subject, name);
			if (candidate != null && (found == null || candidate.sequence() > found.sequence())) {
				found = candidate;
			}
		}
		return found;
	}

	@Nullable StoredObject findExisting(String name) {
		StoredObject found = find(name);
		return (found != null && !found.info().isDeleted()) ? found : null;
	}

	List<ObjectInfo> list() {
		Map<String, ObjectInfo> objects = new LinkedHashMap<>();
		BucketReader reader = new BucketReader(this.access, List.of(NatsObjectStoreUtil.toMetaPrefix(bucket()) + ">"),
				DeliverPolicy.LastPerSubject, false, WINDOW);
		try (BucketCursor<ObjectInfo> cursor = new BucketCursor<>(reader, ObjectInfo::new,
				(ex) -> failed(null, "could not be read", ex))) {
			cursor.forEachRemaining((info) -> objects.put(info.getObjectName(), info));
		}
		return objects.values().stream().filter((info) -> !info.isDeleted()).toList();
	}

	/**
	 * Store a description, and remove the chunks of the object that it replaces.
	 * @param info the description
	 * @param known what is thought to be there, or {@code null} for nothing
	 * @return the description with the time of the change
	 * @throws IllegalArgumentException if the description is one of a link, and there is
	 * an object of its name
	 */
	ObjectInfo store(ObjectInfo info, @Nullable StoredObject known) {
		StoredObject replaced = publish(info, known);
		if (replaced != null && replaced.hasChunks() && (info.isDeleted() || !isSame(info, replaced.info()))) {
			removeChunks(Objects.requireNonNull(replaced.info().getNuid()));
		}
		return ObjectInfo.builder(info).modified(DateTimeUtils.gmtNow()).build();
	}

	/**
	 * Remove chunks that belong to no object; at worst they take up space.
	 */
	void removeChunks(String nuid) {
		try {
			this.access.purge(chunkSubject(nuid));
		}
		catch (IOException | JetStreamApiException | NatsException ex) {
			logger.warn("Bucket '%s' keeps chunks that no object needs, on subject '%s': %s".formatted(bucket(),
					Subjects.printable(chunkSubject(nuid)), ex.getMessage()));
		}
	}

	NatsException failed(@Nullable String name, String problem, Exception ex) {
		if (ex instanceof BucketNotFoundException notFound) {
			return notFound;
		}
		if (ex instanceof NatsNoStreamException
				|| (ex instanceof JetStreamApiException api && BucketAccess.isMissing(api))) {
			return this.access.notFound(ex);
		}
		String subject = (name != null) ? "Object '%s' of bucket '%s'".formatted(Subjects.printable(name), bucket())
				: "Bucket '%s'".formatted(bucket());
		return new ObjectStoreException("%s %s: %s".formatted(subject, problem, ex.getMessage()), bucket(), name, ex);
	}

	/**
	 * Publish a description, so that of several who change an object at once each knows
	 * what it replaced, and a link never replaces an object.
	 */
	private @Nullable StoredObject publish(ObjectInfo info, @Nullable StoredObject known) {
		String name = info.getObjectName();
		boolean link = info.isLink() && !info.isDeleted();
		StoredObject replaced = known;
		for (int tries = 1;; tries++) {
			if (link) {
				requireNoObject(name, replaced);
			}
			try {
				publish(info, replaced, link || tries < TRIES);
				return replaced;
			}
			catch (NatsPublishRejectedException ex) {
				if (tries == TRIES || (ex.getApiErrorCode() != NatsJetStreamConstants.JS_WRONG_LAST_SEQUENCE
						&& ex.getApiErrorCode() != NatsJetStreamConstants.JS_SEQUENCE_TEMPORARILY_UNKNOWN)) {
					throw failed(name, "was not changed", ex);
				}
				replaced = find(name);
			}
			catch (NatsPublishOutcomeUnknownException ex) {
				if (isStored(info)) {
					return replaced;
				}
				throw new ObjectStoreOutcomeUnknownException(
						"It is not known whether object '%s' of bucket '%s' was changed: no confirmation came in time"
							.formatted(Subjects.printable(name), bucket()),
						bucket(), name, ex);
			}
			catch (NatsPublishException ex) {
				throw failed(name, "was not changed", ex);
			}
		}
	}

	private void requireNoObject(String name, @Nullable StoredObject found) {
		Assert.isTrue(found == null || found.info().isDeleted() || found.info().isLink(),
				() -> "There is an object '%s' in bucket '%s', which a link must not replace; delete it first"
					.formatted(Subjects.printable(name), bucket()));
	}

	private void publish(ObjectInfo info, @Nullable StoredObject replaced, boolean guarded) {
		String subject = (replaced != null) ? replaced.subject() : subject(info.getObjectName());
		Headers headers = NatsObjectStoreUtil.getMetaHeaders();
		this.publisher.publish(subject, info.serialize(), (options) -> {
			options.headers(headers);
			if (guarded) {
				options.expectedLastSubjectSequence((replaced != null) ? replaced.sequence() : 0);
			}
		});
	}

	private boolean isStored(ObjectInfo info) {
		try {
			StoredObject found = find(info.getObjectName());
			return found != null && isSame(found.info(), info) && found.info().isDeleted() == info.isDeleted();
		}
		catch (NatsException ex) {
			return false;
		}
	}

	private static boolean isSame(ObjectInfo one, ObjectInfo other) {
		return Objects.equals(one.getNuid(), other.getNuid());
	}

	private String subject(String name) {
		return NatsObjectStoreUtil.toMetaPrefix(bucket())
				+ Base64.getUrlEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
	}

	private @Nullable StoredObject at(String subject, String name) {
		try {
			MessageInfo message = this.access.last(subject);
			return (message != null) ? new StoredObject(new ObjectInfo(message), subject, message.getSeq()) : null;
		}
		catch (IOException | JetStreamApiException ex) {
			throw failed(name, "could not be looked up", ex);
		}
	}

}
