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

import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.listener.watch.BucketWatch;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.api.StorageType;

/**
 * Watches of buckets.
 */
final class Watching {

	private static final double RATE = 150_000;

	private Watching() {
	}

	/**
	 * What a bucket has when the watch begins, each key once.
	 */
	static Comparison keyValue(Lab lab) throws Exception {
		long entries = lab.count(RATE);
		Connection connection = lab.raw();
		String name = lab.name("watched");
		connection.keyValueManagement()
			.create(KeyValueConfiguration.builder().name(name).storageType(StorageType.Memory).build());
		try {
			lab.publish("$KV." + name + ".key", Payload.BYTES, entries, entries);
			NatsListenerRegistry registry = lab.context().getBean(NatsListenerRegistry.class);
			KeyValue bucket = connection.keyValue(name);
			return lab.rounds(() -> watched(entries, (probe) -> {
				String id = lab.name("watch");
				registry
					.registerListener(NatsListenerEndpoint.forMethod(id, new Handlers(probe), Handlers.method("bytes"))
						.watch(BucketWatch.keyValue(name))
						.build());
				return () -> registry.unregisterListener(id);
			}), () -> watched(entries, (probe) -> bucket.watchAll(new Counting(probe))));
		}
		finally {
			connection.keyValueManagement().delete(name);
		}
	}

	private static Sample watched(long entries, Watch watch) throws Exception {
		Probe probe = new Probe(entries);
		try (AutoCloseable running = watch.begin(probe)) {
			probe.await();
			return probe.sample();
		}
	}

	/**
	 * A way to watch.
	 */
	@FunctionalInterface
	private interface Watch {

		/**
		 * Begin.
		 * @return ends it
		 */
		AutoCloseable begin(Probe probe) throws Exception;

	}

	private record Counting(Probe probe) implements KeyValueWatcher {

		@Override
		public void watch(KeyValueEntry entry) {
			this.probe.hit();
		}

		@Override
		public void endOfData() {
		}

	}

}
