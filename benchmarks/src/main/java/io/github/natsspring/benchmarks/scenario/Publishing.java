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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.github.natsspring.core.JetStreamTemplate;
import io.nats.client.JetStream;
import io.nats.client.NUID;
import io.nats.client.PublishOptions;
import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * Publishing to a stream.
 */
final class Publishing {

	private static final double ASYNC_RATE = 150_000;

	private static final double SYNC_RATE = 10_000;

	private Publishing() {
	}

	/**
	 * Many in flight, without message ids on either side.
	 */
	static Comparison async(Lab lab, int inFlight) throws Exception {
		long messages = lab.count(ASYNC_RATE);
		byte[] body = Payload.BYTES.body();
		JetStream raw = lab.raw().jetStream();
		try (ConfigurableApplicationContext context = Application.start(lab.url(),
				"nats.jetstream.publish.max-in-flight=" + inFlight)) {
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			// The template bounds what is in flight; the permits only tell when all are
			// back
			return lab.rounds(
					() -> published(lab, messages,
							(subject) -> inFlight(messages, (int) messages,
									() -> template.publishAsync(subject, body))),
					() -> published(lab, messages,
							(subject) -> inFlight(messages, inFlight, () -> raw.publishAsync(subject, body))));
		}
	}

	private static void inFlight(long messages, int inFlight, Publish publish) throws Exception {
		Semaphore permits = new Semaphore(inFlight);
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		for (long i = 0; i < messages; i++) {
			permits.acquire();
			publish.publish().whenComplete((ack, ex) -> {
				if (ex != null) {
					failure.set(ex);
				}
				permits.release();
			});
		}
		if (!permits.tryAcquire(inFlight, 1, TimeUnit.MINUTES)) {
			throw new TimeoutException("Not all messages were confirmed");
		}
		if (failure.get() != null) {
			throw new IllegalStateException("A message was not stored", failure.get());
		}
	}

	/**
	 * One after the other, with message ids on both sides, since the template always sets
	 * one there.
	 */
	static Comparison sync(Lab lab, int threads) throws Exception {
		long messages = lab.count(SYNC_RATE * threads / 2 + SYNC_RATE / 2);
		byte[] body = Payload.BYTES.body();
		JetStream raw = lab.raw().jetStream();
		JetStreamTemplate template = lab.context().getBean(JetStreamTemplate.class);
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			return lab.rounds(
					() -> published(lab, messages,
							(subject) -> parallel(executor, threads, messages, () -> template.publish(subject, body))),
					() -> published(lab, messages, (subject) -> parallel(executor, threads, messages, () -> raw
						.publish(subject, body, PublishOptions.builder().messageId(NUID.nextGlobal()).build()))));
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static void parallel(ExecutorService executor, int threads, long messages, Call call) throws Exception {
		List<Future<?>> futures = new ArrayList<>();
		for (int thread = 0; thread < threads; thread++) {
			long share = messages / threads + ((thread < messages % threads) ? 1 : 0);
			futures.add(executor.submit(() -> {
				for (long i = 0; i < share; i++) {
					call.run();
				}
				return null;
			}));
		}
		for (Future<?> future : futures) {
			future.get(2, TimeUnit.MINUTES);
		}
	}

	private static Sample published(Lab lab, long messages, Publisher publisher) throws Exception {
		// File storage: what a stream has that nobody configured
		String stream = lab.emptyStream(StorageType.File);
		try {
			Usage before = Usage.now();
			publisher.publish(stream + ".x");
			Sample sample = Sample.rate(before, Usage.now(), messages, -1);
			long stored = lab.management().getStreamInfo(stream).getStreamState().getMsgCount();
			if (stored != messages) {
				throw new IllegalStateException("%d of %d messages are in the stream".formatted(stored, messages));
			}
			return sample;
		}
		finally {
			lab.management().deleteStream(stream);
		}
	}

	@FunctionalInterface
	private interface Publisher {

		void publish(String subject) throws Exception;

	}

	@FunctionalInterface
	private interface Publish {

		CompletableFuture<?> publish();

	}

	@FunctionalInterface
	private interface Call {

		void run() throws Exception;

	}

}
