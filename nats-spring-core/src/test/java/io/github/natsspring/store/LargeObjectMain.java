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
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.watch.BucketWatch;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ObjectInfo;

/**
 * Stores a large object and reads it back, by a template and in a listener: what
 * {@link LargeObjectIntegrationTests} runs in a small heap. Arguments are the address of
 * the server, the bucket and the size in MiB.
 */
public final class LargeObjectMain {

	private static final int MEBIBYTE = 1024 * 1024;

	private LargeObjectMain() {
	}

	public static void main(String[] args) throws Exception {
		ConnectionHolder holder = AbstractStoreTests.holder(args[0]);
		try {
			ObjectStoreTemplate objects = new ObjectStoreTemplates(holder, JetStreamOptions.defaultOptions(),
					JetStreamTemplateSettings.defaults())
				.of(args[1]);
			CRC32 sent = new CRC32();
			objects.put("large", new CheckedInputStream(new RandomStream(Long.parseLong(args[2]) * MEBIBYTE), sent));
			CRC32 received = new CRC32();
			long size;
			try (ObjectDownload download = objects.get("large")) {
				size = download.transferTo(new CheckedOutputStream(OutputStream.nullOutputStream(), received));
			}
			System.out.println("bytes=%d equal=%s heap=%d".formatted(size, sent.getValue() == received.getValue(),
					Runtime.getRuntime().maxMemory() / MEBIBYTE));
			Watcher watcher = listen(holder, args[1]);
			System.out.println(
					"listener bytes=%d equal=%s".formatted(watcher.size, sent.getValue() == watcher.sum.getValue()));
		}
		finally {
			holder.destroy();
		}
	}

	private static Watcher listen(ConnectionHolder holder, String bucket) throws Exception {
		Watcher watcher = new Watcher();
		DefaultNatsListenerContainerFactory factory = new DefaultNatsListenerContainerFactory(holder,
				AbstractStoreTests.CONVERTER);
		MessageListenerContainer container = factory.createContainer(NatsListenerEndpoint
			.forMethod("large", watcher, Watcher.class.getDeclaredMethod("on", ObjectInfo.class, InputStream.class))
			.watch(BucketWatch.objectStore(bucket))
			.build());
		container.start();
		try {
			if (!watcher.read.await(2, TimeUnit.MINUTES)) {
				throw new IllegalStateException("The listener has not read the object");
			}
		}
		finally {
			container.stop();
		}
		return watcher;
	}

	/**
	 * Reads an object in a listener.
	 */
	static final class Watcher {

		private final CRC32 sum = new CRC32();

		private final CountDownLatch read = new CountDownLatch(1);

		private volatile long size;

		void on(ObjectInfo info, InputStream content) throws IOException {
			this.size = content.transferTo(new CheckedOutputStream(OutputStream.nullOutputStream(), this.sum));
			this.read.countDown();
		}

	}

	/**
	 * Bytes that no compression and no cache makes smaller.
	 */
	private static final class RandomStream extends InputStream {

		private final Random random = new Random(1);

		private long remaining;

		RandomStream(long size) {
			this.remaining = size;
		}

		@Override
		public int read() {
			return (this.remaining-- > 0) ? this.random.nextInt(256) : -1;
		}

		@Override
		public int read(byte[] target, int offset, int length) {
			if (this.remaining <= 0) {
				return -1;
			}
			byte[] bytes = new byte[(int) Math.min(length, this.remaining)];
			this.random.nextBytes(bytes);
			System.arraycopy(bytes, 0, target, offset, bytes.length);
			this.remaining -= bytes.length;
			return bytes.length;
		}

	}

}
