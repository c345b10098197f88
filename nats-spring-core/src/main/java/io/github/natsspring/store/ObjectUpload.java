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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.core.JetStreamOperations;
import io.nats.client.NUID;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMeta;
import io.nats.client.api.PublishAck;

/**
 * One upload: sends chunks without waiting for each, with a bounded number of bytes on
 * their way, and describes the object once all are stored.
 */
final class ObjectUpload {

	private final JetStreamOperations publisher;

	private final ObjectDirectory directory;

	private final ObjectMeta meta;

	private final int chunkSize;

	private final int window;

	private final Duration patience;

	private final String nuid = NUID.nextGlobal();

	private final ObjectDigest digest = new ObjectDigest();

	private final Deque<Chunk> inFlight = new ArrayDeque<>();

	private int buffers;

	private long size;

	private long chunks;

	private long lastSequence;

	/**
	 * Create an upload.
	 * @param publisher stores chunks
	 * @param directory stores the description
	 * @param meta what is known of the object
	 * @param chunkSize the size of a chunk in bytes
	 * @param window how many chunks may be unconfirmed
	 * @param patience how long the next confirmation may take
	 */
	ObjectUpload(JetStreamOperations publisher, ObjectDirectory directory, ObjectMeta meta, int chunkSize, int window,
			Duration patience) {
		this.publisher = publisher;
		this.directory = directory;
		this.meta = meta;
		this.chunkSize = chunkSize;
		this.window = window;
		this.patience = patience;
	}

	ObjectInfo run(InputStream content) throws IOException {
		StoredObject known = this.directory.find(this.meta.getObjectName());
		boolean kept = false;
		try {
			send(content);
			ObjectInfo info = ObjectInfo.builder(this.directory.bucket(), this.meta)
				.size(this.size)
				.chunks(this.chunks)
				.nuid(this.nuid)
				.chunkSize(this.chunkSize)
				.digest(this.digest.value())
				.build();
			ObjectInfo stored = this.directory.store(info, known);
			kept = true;
			return stored;
		}
		catch (ObjectStoreOutcomeUnknownException ex) {
			// The description may be stored, and then the object needs its chunks
			kept = true;
			throw ex;
		}
		finally {
			if (!kept) {
				giveUp();
			}
		}
	}

	private void send(InputStream content) throws IOException {
		String subject = this.directory.chunkSubject(this.nuid);
		Duration timeout = this.patience.multipliedBy(this.window + 1L);
		int read = this.chunkSize;
		while (read == this.chunkSize) {
			byte[] buffer = buffer();
			read = fill(buffer, content);
			if (read > 0) {
				byte[] body = (read == this.chunkSize) ? buffer : Arrays.copyOf(buffer, read);
				this.inFlight.add(new Chunk(body,
						this.publisher.publishAsync(subject, body, (options) -> options.timeout(timeout))));
				this.digest.update(body);
				this.size += read;
				this.chunks++;
			}
		}
		while (!this.inFlight.isEmpty()) {
			awaitOldest();
		}
	}

	/**
	 * Fill a buffer unless the content ends. Streams that override {@code readNBytes} do
	 * not all keep its promise.
	 */
	private static int fill(byte[] buffer, InputStream content) throws IOException {
		int filled = 0;
		while (filled < buffer.length) {
			int read = content.read(buffer, filled, buffer.length - filled);
			if (read < 0) {
				break;
			}
			filled += read;
		}
		return filled;
	}

	private byte[] buffer() {
		Chunk oldest = this.inFlight.peek();
		boolean reusable = oldest != null && oldest.ack().isDone();
		if (!reusable && this.buffers < this.window) {
			this.buffers++;
			return new byte[this.chunkSize];
		}
		return awaitOldest();
	}

	/**
	 * Wait until the oldest chunk is stored.
	 * @return its bytes, which nobody reads any more
	 */
	private byte[] awaitOldest() {
		Chunk chunk = this.inFlight.element();
		PublishAck ack;
		try {
			ack = chunk.ack().get(this.patience.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw failed((ex.getCause() instanceof Exception cause) ? cause : ex);
		}
		catch (TimeoutException ex) {
			throw failed(
					new TimeoutException("no chunk was confirmed within %d ms".formatted(this.patience.toMillis())));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw failed(new InterruptedException("interrupted"));
		}
		this.inFlight.remove();
		if (ack.getSeqno() <= this.lastSequence) {
			throw failed(new IllegalStateException("chunks were stored out of order"));
		}
		this.lastSequence = ack.getSeqno();
		return chunk.body();
	}

	private NatsException failed(Exception cause) {
		return this.directory.failed(this.meta.getObjectName(), "was not stored", cause);
	}

	/**
	 * Remove what was stored, once nothing more is stored.
	 */
	private void giveUp() {
		if (this.chunks == 0) {
			return;
		}
		// An interrupted thread could not even ask for it
		boolean interrupted = Thread.interrupted();
		try {
			CompletableFuture.allOf(this.inFlight.stream().map(Chunk::ack).toArray(CompletableFuture[]::new))
				.get(this.patience.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			// What is stored is removed all the same
		}
		catch (InterruptedException ex) {
			interrupted = true;
		}
		try {
			this.directory.removeChunks(this.nuid);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * A chunk on its way.
	 */
	@SuppressWarnings("ArrayRecordComponent")
	private record Chunk(byte[] body, CompletableFuture<PublishAck> ack) {

	}

}
