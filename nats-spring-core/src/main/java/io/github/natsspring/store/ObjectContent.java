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
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.NatsException;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.ObjectStoreOptions;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectLink;
import io.nats.client.support.NatsObjectStoreUtil;
import org.jspecify.annotations.Nullable;

/**
 * The content of an object, fetched chunk by chunk while it is read: nothing is asked of
 * the server before the first read, and no more than one chunk is held. The end is only
 * reached if number, size and digest are those of the object; else the last read fails.
 * An object that was replaced or deleted since fails, too. For one thread at a time; none
 * of jnats.
 */
public final class ObjectContent extends InputStream {

	private static final byte[] NOTHING = new byte[0];

	private static final int NO_MESSAGE_FOUND = 10037;

	private static final int STREAM_NOT_FOUND = 10059;

	private static final int LONGEST_CHAIN = 8;

	// A reconnect may come in between
	private static final int MOST_ATTEMPTS = 3;

	private static final String DIGEST = "SHA-256";

	private final ConnectionHolder holder;

	private final JetStreamOptions options;

	private final String bucket;

	private final ObjectInfo info;

	private @Nullable ObjectInfo target;

	private @Nullable JetStreamManagement management;

	private @Nullable MessageDigest digest;

	private byte[] chunk = NOTHING;

	private int position;

	private long chunks;

	private long size;

	private long sequence;

	private boolean complete;

	private boolean closed;

	/**
	 * Create the content.
	 * @param holder the connection
	 * @param options domain or API prefix, and the timeout of requests
	 * @param bucket the bucket that holds the object, or the link to it
	 * @param info the object
	 */
	public ObjectContent(ConnectionHolder holder, JetStreamOptions options, String bucket, ObjectInfo info) {
		this.holder = holder;
		this.options = options;
		this.bucket = bucket;
		this.info = info;
	}

	@Override
	public int read() throws IOException {
		return fill() ? this.chunk[this.position++] & 0xff : -1;
	}

	@Override
	public int read(byte[] buffer, int offset, int length) throws IOException {
		Objects.checkFromIndexSize(offset, length, buffer.length);
		if (length == 0) {
			return 0;
		}
		if (!fill()) {
			return -1;
		}
		int count = Math.min(length, this.chunk.length - this.position);
		System.arraycopy(this.chunk, this.position, buffer, offset, count);
		this.position += count;
		return count;
	}

	/**
	 * How much of the present chunk is left.
	 */
	@Override
	public int available() {
		return this.closed ? 0 : this.chunk.length - this.position;
	}

	@Override
	public void close() {
		this.closed = true;
		this.chunk = NOTHING;
		this.position = 0;
	}

	/**
	 * Have at least one byte.
	 * @return {@code false} at the end
	 */
	private boolean fill() throws IOException {
		if (this.closed) {
			throw failure("its content is closed, which it is when the listener has returned", null);
		}
		while (this.position == this.chunk.length) {
			if (this.complete) {
				return false;
			}
			ObjectInfo target = target();
			if (this.chunks == target.getChunks()) {
				check(target);
				this.complete = true;
				this.chunk = NOTHING;
				this.position = 0;
				return false;
			}
			next(target);
		}
		return true;
	}

	private ObjectInfo target() throws IOException {
		ObjectInfo target = this.target;
		if (target == null) {
			target = follow();
			this.target = target;
		}
		return target;
	}

	private ObjectInfo follow() throws IOException {
		ObjectInfo object = this.info;
		for (int i = 0; object.isLink(); i++) {
			ObjectLink link = Objects.requireNonNull(object.getLink());
			if (link.isBucketLink()) {
				throw failure("it is a link to the bucket '%s', which has no content".formatted(link.getBucket()),
						null);
			}
			if (i == LONGEST_CHAIN) {
				throw failure("it is a link to a link, and so on", null);
			}
			object = linked(link);
		}
		if (object.isDeleted()) {
			throw failure("it is deleted", null);
		}
		return object;
	}

	private ObjectInfo linked(ObjectLink link) throws IOException {
		try {
			ObjectInfo linked = this.holder.get()
				.objectStore(link.getBucket(), ObjectStoreOptions.builder().jetStreamOptions(this.options).build())
				.getInfo(link.getObjectName());
			if (linked == null) {
				throw failure("it is a link to '%s' in bucket '%s', which does not exist"
					.formatted(link.getObjectName(), link.getBucket()), null);
			}
			return linked;
		}
		catch (JetStreamApiException | NatsException ex) {
			throw failure("it is a link to '%s' in bucket '%s', which could not be looked up: %s"
				.formatted(link.getObjectName(), link.getBucket(), ex.getMessage()), ex);
		}
	}

	private void next(ObjectInfo target) throws IOException {
		String bucket = (target == this.info) ? this.bucket : target.getBucket();
		MessageInfo message = fetch(NatsObjectStoreUtil.toStreamName(bucket),
				NatsObjectStoreUtil.toChunkPrefix(bucket) + target.getNuid());
		byte[] data = message.getData();
		this.chunk = (data != null) ? data : NOTHING;
		this.position = 0;
		this.sequence = message.getSeq();
		this.chunks++;
		this.size += this.chunk.length;
		digest().update(this.chunk);
	}

	private MessageInfo fetch(String stream, String subject) throws IOException {
		for (int attempt = 1;; attempt++) {
			try {
				return management().getNextMessage(stream, this.sequence + 1, subject);
			}
			catch (JetStreamApiException ex) {
				boolean gone = ex.getApiErrorCode() == NO_MESSAGE_FOUND || ex.getApiErrorCode() == STREAM_NOT_FOUND
						|| ex.getErrorCode() == 404;
				throw failure(gone ? "it was deleted or replaced since" : ex.getMessage(), ex);
			}
			catch (IOException | NatsException | IllegalStateException ex) {
				this.management = null;
				if (attempt == MOST_ATTEMPTS) {
					throw failure("its chunk %d could not be fetched: %s".formatted(this.chunks + 1, ex.getMessage()),
							ex);
				}
			}
		}
	}

	private JetStreamManagement management() throws IOException {
		JetStreamManagement management = this.management;
		if (management == null) {
			management = this.holder.get().jetStreamManagement(this.options);
			this.management = management;
		}
		return management;
	}

	private void check(ObjectInfo target) throws IOException {
		if (this.size != target.getSize()) {
			throw failure("its size should be %d and is %d".formatted(target.getSize(), this.size), null);
		}
		String expected = target.getDigest();
		if (expected == null || !Arrays.equals(bytes(expected), digest().digest())) {
			throw failure("its content does not have the digest %s".formatted(expected), null);
		}
	}

	/**
	 * The digest, for which clients differ in the padding.
	 */
	private byte[] bytes(String text) throws IOException {
		String prefix = DIGEST + "=";
		if (!text.startsWith(prefix)) {
			throw failure("its digest '%s' is of an unknown kind".formatted(text), null);
		}
		try {
			return Base64.getUrlDecoder().decode(text.substring(prefix.length()));
		}
		catch (IllegalArgumentException ex) {
			throw failure("its digest '%s' cannot be read".formatted(text), ex);
		}
	}

	private MessageDigest digest() {
		MessageDigest digest = this.digest;
		if (digest == null) {
			try {
				digest = MessageDigest.getInstance(DIGEST);
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException(ex);
			}
			this.digest = digest;
		}
		return digest;
	}

	private IOException failure(@Nullable String problem, @Nullable Exception cause) {
		return new IOException("Object '%s' of bucket '%s' cannot be read: %s".formatted(this.info.getObjectName(),
				this.bucket, problem), cause);
	}

}
