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

package io.github.natsspring.benchmarks.scenario;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Random;

import io.github.natsspring.store.KeyValueTemplate;
import io.github.natsspring.store.KeyValueTemplates;
import io.github.natsspring.store.ObjectDownload;
import io.github.natsspring.store.ObjectStoreTemplate;
import io.github.natsspring.store.ObjectStoreTemplates;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.ObjectStore;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StorageType;

/**
 * Buckets.
 */
final class Storing {

	private static final double RATE = 8_000;

	private static final int KEYS = 500;

	private static final int MEBIBYTE = 1024 * 1024;

	private Storing() {
	}

	static List<Scenario> all() {
		return List.of(
				Scenario.rate("key-value-put", "KeyValueTemplate.put against raw, bytes", Bar.NONE, Storing::put),
				Scenario.rate("key-value-get", "KeyValueTemplate.get against raw, bytes", Bar.NONE, Storing::get),
				Scenario.rate("key-value-watch",
						"@NatsKeyValueListener against watchAll(), what is there at the beginning", Bar.NONE,
						Watching::keyValue),
				Scenario.valued("object-put", "ObjectStoreTemplate.put of 64 MiB against raw", "MiB/s", Bar.NONE,
						Storing::putObject),
				Scenario.valued("object-get", "ObjectStoreTemplate.get of 64 MiB against raw", "MiB/s", Bar.NONE,
						Storing::getObject));
	}

	private static Comparison put(Lab lab) throws Exception {
		byte[] body = Payload.BYTES.body();
		return keyValue(lab, (bucket, key) -> bucket.put(key, body), (bucket, key) -> bucket.put(key, body));
	}

	private static Comparison get(Lab lab) throws Exception {
		return keyValue(lab, KeyValueTemplate::get, KeyValue::get);
	}

	private static Comparison keyValue(Lab lab, Call<KeyValueTemplate<byte[]>> ours, Call<KeyValue> raw)
			throws Exception {
		long calls = lab.count(RATE);
		Connection connection = lab.raw();
		String name = lab.name("bucket");
		connection.keyValueManagement()
			.create(KeyValueConfiguration.builder().name(name).storageType(StorageType.Memory).build());
		try {
			KeyValueTemplate<byte[]> template = lab.context().getBean(KeyValueTemplates.class).of(name, byte[].class);
			KeyValue bucket = connection.keyValue(name);
			for (int i = 0; i < KEYS; i++) {
				bucket.put("key" + i, Payload.BYTES.body());
			}
			return lab.rounds(() -> called(calls, template, ours), () -> called(calls, bucket, raw));
		}
		finally {
			connection.keyValueManagement().delete(name);
		}
	}

	private static <T> Sample called(long calls, T bucket, Call<T> call) throws Exception {
		Usage before = Usage.now();
		for (long i = 0; i < calls; i++) {
			call.call(bucket, "key" + i % KEYS);
		}
		return Sample.rate(before, Usage.now(), calls, -1);
	}

	private static Comparison putObject(Lab lab) throws Exception {
		byte[] content = content(lab);
		return objects(lab, (template) -> template.put("object", new ByteArrayInputStream(content)),
				(bucket) -> bucket.put("object", new ByteArrayInputStream(content)), content.length, false);
	}

	private static Comparison getObject(Lab lab) throws Exception {
		byte[] content = content(lab);
		return objects(lab, (template) -> {
			try (ObjectDownload download = template.get("object")) {
				download.transferTo(OutputStream.nullOutputStream());
			}
		}, (bucket) -> bucket.get("object", OutputStream.nullOutputStream()), content.length, true);
	}

	/**
	 * 64 MiB in a round of a second, less in a shorter one.
	 */
	private static byte[] content(Lab lab) {
		byte[] content = new byte[(int) Math.max(1, Math.min(64, 64 * lab.seconds())) * MEBIBYTE];
		new Random(1).nextBytes(content);
		return content;
	}

	private static Comparison objects(Lab lab, Transfer<ObjectStoreTemplate> ours, Transfer<ObjectStore> raw, int size,
			boolean filled) throws Exception {
		Connection connection = lab.raw();
		String name = lab.name("objects");
		connection.objectStoreManagement()
			.create(ObjectStoreConfiguration.builder(name).storageType(StorageType.File).build());
		try {
			ObjectStoreTemplate template = lab.context().getBean(ObjectStoreTemplates.class).of(name);
			ObjectStore bucket = connection.objectStore(name);
			if (filled) {
				bucket.put("object", new ByteArrayInputStream(content(lab)));
			}
			return lab.rounds(() -> transferred(template, ours, size), () -> transferred(bucket, raw, size));
		}
		finally {
			connection.objectStoreManagement().delete(name);
		}
	}

	private static <T> Sample transferred(T bucket, Transfer<T> transfer, int size) throws Exception {
		long began = System.nanoTime();
		transfer.run(bucket);
		return Sample.of((double) size / MEBIBYTE * 1e9 / (System.nanoTime() - began));
	}

	@FunctionalInterface
	private interface Call<T> {

		void call(T bucket, String key) throws Exception;

	}

	@FunctionalInterface
	private interface Transfer<T> {

		void run(T bucket) throws Exception;

	}

}
