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
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.support.Subjects;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMetaOptions;
import org.jspecify.annotations.Nullable;

/**
 * The content of an object, fetched while it is read with a bounded number of bytes in
 * memory, however slowly it is read. Its digest is checked before its last bytes are
 * handed out: content that is not what was stored never comes to its end. A lost
 * connection is survived if it is back soon. To be closed; not safe for several threads.
 */
public final class ObjectDownload extends InputStream {

	private static final byte[] NOTHING = new byte[0];

	private final BucketAccess access;

	private final ObjectDirectory directory;

	private final ObjectInfo info;

	private final @Nullable BucketReader reader;

	private final ObjectDigest digest = new ObjectDigest();

	private byte[] chunk = NOTHING;

	private int position;

	private long size;

	private long chunks;

	private boolean verified;

	private boolean closed;

	private @Nullable String failure;

	ObjectDownload(BucketAccess access, ObjectDirectory directory, ObjectInfo info, int bytesInFlight) {
		this.access = access;
		this.directory = directory;
		this.info = info;
		this.reader = (info.getChunks() > 1)
				? new BucketReader(access, List.of(subject()), DeliverPolicy.All, false, window(info, bytesInFlight))
				: null;
	}

	/**
	 * The description of the object.
	 * @return the description; of the object itself when it was asked for by a link
	 */
	public ObjectInfo info() {
		return this.info;
	}

	/**
	 * {@inheritDoc}
	 * @throws ObjectDownloadException if the content cannot be read, or is not what was
	 * stored
	 */
	@Override
	public int read() throws IOException {
		return fill() ? this.chunk[this.position++] & 0xff : -1;
	}

	/**
	 * {@inheritDoc}
	 * @throws ObjectDownloadException if the content cannot be read, or is not what was
	 * stored
	 */
	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		Objects.checkFromIndexSize(offset, length, target.length);
		if (length == 0) {
			return 0;
		}
		if (!fill()) {
			return -1;
		}
		int count = Math.min(length, this.chunk.length - this.position);
		System.arraycopy(this.chunk, this.position, target, offset, count);
		this.position += count;
		return count;
	}

	/**
	 * {@inheritDoc}
	 * @throws ObjectDownloadException if the content cannot be read, or is not what was
	 * stored
	 */
	@Override
	public long transferTo(OutputStream out) throws IOException {
		long transferred = 0;
		while (fill()) {
			int count = this.chunk.length - this.position;
			out.write(this.chunk, this.position, count);
			this.position += count;
			transferred += count;
		}
		return transferred;
	}

	@Override
	public int available() {
		return this.chunk.length - this.position;
	}

	@Override
	public void close() {
		this.closed = true;
		this.chunk = NOTHING;
		this.position = 0;
		if (this.reader != null) {
			this.reader.close();
		}
	}

	@Override
	public String toString() {
		return "ObjectDownload[bucket=%s, name=%s, size=%d]".formatted(this.info.getBucket(), name(),
				this.info.getSize());
	}

	/**
	 * Make sure that there are bytes to be read.
	 * @return {@code false} at the end
	 */
	private boolean fill() throws IOException {
		if (this.closed) {
			throw new IOException("The download of object '%s' is closed".formatted(name()));
		}
		if (this.failure != null) {
			throw exception(this.failure, null);
		}
		while (this.position == this.chunk.length) {
			if (this.chunks == this.info.getChunks()) {
				verify();
				return false;
			}
			byte[] next = fetch();
			this.digest.update(next);
			this.size += next.length;
			this.chunks++;
			if (this.chunks == this.info.getChunks()) {
				verify();
			}
			this.chunk = next;
			this.position = 0;
		}
		return true;
	}

	private byte[] fetch() throws ObjectDownloadException {
		byte[] next;
		try {
			next = (this.reader != null) ? nextChunk(this.reader) : onlyChunk();
		}
		catch (IOException | JetStreamApiException | NatsException ex) {
			throw fail("could not be read: " + ex.getMessage(), ex);
		}
		if (next == null) {
			throw fail(isReplaced() ? "was replaced or deleted while it was read"
					: "is damaged: it has %d chunks of %d".formatted(this.chunks, this.info.getChunks()), null);
		}
		return next;
	}

	private static byte @Nullable [] nextChunk(BucketReader reader) throws IOException, JetStreamApiException {
		Message message = reader.next();
		return (message != null) ? message.getData() : null;
	}

	private byte @Nullable [] onlyChunk() throws IOException, JetStreamApiException {
		MessageInfo message = this.access.last(subject());
		return (message != null) ? message.getData() : null;
	}

	private void verify() throws ObjectDownloadException {
		if (this.verified) {
			return;
		}
		if (this.size != this.info.getSize()) {
			throw fail("is damaged: it has %d bytes, and should have %d".formatted(this.size, this.info.getSize()),
					null);
		}
		String expected = this.info.getDigest();
		if (expected == null) {
			throw fail("has no digest", null);
		}
		if (!ObjectDigest.areEqual(expected, this.digest.value())) {
			throw fail("is damaged: its digest is not the one that was stored", null);
		}
		this.verified = true;
		if (this.reader != null) {
			this.reader.close();
		}
	}

	private boolean isReplaced() {
		try {
			StoredObject now = this.directory.findExisting(this.info.getObjectName());
			return now == null || !Objects.equals(now.info().getNuid(), this.info.getNuid());
		}
		catch (NatsException ex) {
			return false;
		}
	}

	private ObjectDownloadException fail(String problem, @Nullable Exception cause) {
		this.failure = problem;
		this.chunk = NOTHING;
		this.position = 0;
		if (this.reader != null) {
			this.reader.close();
		}
		return exception(problem, cause);
	}

	private ObjectDownloadException exception(String problem, @Nullable Exception cause) {
		return new ObjectDownloadException(
				"Object '%s' of bucket '%s' %s".formatted(name(), this.info.getBucket(), problem),
				this.info.getBucket(), this.info.getObjectName(), cause);
	}

	private String name() {
		return Subjects.printable(this.info.getObjectName());
	}

	private String subject() {
		return this.directory.chunkSubject(String.valueOf(this.info.getNuid()));
	}

	private static int window(ObjectInfo info, int bytesInFlight) {
		ObjectMetaOptions options = info.getObjectMeta().getObjectMetaOptions();
		long chunkSize = (options != null) ? options.getChunkSize() : 0;
		if (chunkSize <= 0) {
			chunkSize = Math.max(1, info.getSize() / info.getChunks());
		}
		return ObjectStoreTemplate.window(chunkSize, bytesInFlight);
	}

}
