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

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamOptions;
import io.nats.client.ObjectStore;
import io.nats.client.api.ObjectMeta;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StorageType;

/**
 * Compares uploads and downloads of 64 MiB with those of jnats, in turns, and prints the
 * medians. Run it by hand; the argument is the number of rounds.
 */
public final class UploadSpeedMain {

	private static final int SIZE = 64 * 1024 * 1024;

	private UploadSpeedMain() {
	}

	public static void main(String[] args) throws Exception {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : 15;
		byte[] content = new byte[SIZE];
		new Random(1).nextBytes(content);
		Path file = Files.write(Files.createTempFile("upload", ".bin"), content);
		try (NatsServer server = NatsServer.builder().start()) {
			ConnectionHolder holder = AbstractStoreTests.holder(server.url());
			for (StorageType storage : StorageType.values()) {
				String bucket = "speed-" + storage;
				holder.get()
					.objectStoreManagement()
					.create(ObjectStoreConfiguration.builder(bucket).storageType(storage).build());
				ObjectStore raw = holder.get().objectStore(bucket);
				ObjectStoreTemplate ours = new ObjectStoreTemplates(holder, JetStreamOptions.defaultOptions(),
						JetStreamTemplateSettings.defaults())
					.of(bucket);
				long[][] nanos = new long[6][rounds];
				for (int i = -2; i < rounds; i++) {
					// Who comes first finds what the other has left to be written
					boolean first = (i & 1) == 0;
					for (boolean own : new boolean[] { first, !first }) {
						if (own) {
							record(nanos[0], i, () -> ours.put("o", new ByteArrayInputStream(content)));
							record(nanos[2], i, () -> ours.put("f", file));
							record(nanos[4], i, () -> {
								try (InputStream download = ours.get("o")) {
									download.transferTo(OutputStream.nullOutputStream());
								}
							});
						}
						else {
							record(nanos[1], i, () -> raw.put("o", new ByteArrayInputStream(content)));
							record(nanos[3], i, () -> raw.put(ObjectMeta.objectName("f"), Files.newInputStream(file)));
							record(nanos[5], i, () -> raw.get("o", OutputStream.nullOutputStream()));
						}
					}
				}
				print(storage, "put of a stream", nanos[0], nanos[1]);
				print(storage, "put of a file", nanos[2], nanos[3]);
				print(storage, "get", nanos[4], nanos[5]);
			}
			holder.destroy();
		}
		finally {
			Files.delete(file);
		}
	}

	private static void record(long[] nanos, int round, Work work) throws Exception {
		long start = System.nanoTime();
		work.run();
		if (round >= 0) {
			nanos[round] = System.nanoTime() - start;
		}
	}

	private static void print(StorageType storage, String work, long[] ours, long[] raw) {
		Arrays.sort(ours);
		Arrays.sort(raw);
		double ourMillis = ours[ours.length / 2] / 1e6;
		double rawMillis = raw[raw.length / 2] / 1e6;
		System.out.println("%s %s: ours %.0f ms (%.0f-%.0f), jnats %.0f ms (%.0f-%.0f), ratio %.2f".formatted(storage,
				work, ourMillis, ours[0] / 1e6, ours[ours.length - 1] / 1e6, rawMillis, raw[0] / 1e6,
				raw[raw.length - 1] / 1e6, rawMillis / ourMillis));
	}

	@FunctionalInterface
	private interface Work {

		void run() throws Exception;

	}

}
