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

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.core.NatsTemplate;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Nats;
import org.jspecify.annotations.Nullable;

/**
 * Core NATS: no streams.
 */
final class CoreMessaging {

	private static final double CORE_RATE = 500_000;

	private static final double REQUEST_RATE = 4_000;

	private static final double REQUESTS_RATE = 40_000;

	// Far below what either side queues before it drops
	private static final int AHEAD = 10_000;

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private CoreMessaging() {
	}

	/**
	 * Messages from a connection of this process, which costs both sides the same. It
	 * waits when the listener is too far behind.
	 */
	static Comparison listener(Lab lab) throws Exception {
		long messages = lab.count(CORE_RATE);
		NatsListenerRegistry registry = lab.context().getBean(NatsListenerRegistry.class);
		return lab.rounds(() -> received(lab, messages, (subject, probe) -> {
			registry
				.registerListener(NatsListenerEndpoint.forMethod(subject, new Handlers(probe), Handlers.method("bytes"))
					.subjects(subject)
					.build());
			return () -> registry.unregisterListener(subject);
		}), () -> received(lab, messages, (subject, probe) -> {
			Dispatcher dispatcher = lab.raw().createDispatcher((message) -> probe.hit());
			dispatcher.subscribe(subject);
			lab.raw().flush(TIMEOUT);
			return () -> lab.raw().closeDispatcher(dispatcher);
		}));
	}

	private static Sample received(Lab lab, long messages, Subscription subscription) throws Exception {
		String subject = lab.name("core.bench");
		Probe probe = new Probe(messages);
		try (Connection publisher = Nats.connect(lab.url());
				AutoCloseable running = subscription.begin(subject, probe)) {
			byte[] body = Payload.BYTES.body();
			awaitFirst(publisher, subject, probe);
			for (long i = probe.count(); i < messages; i++) {
				if (i % 1000 == 0) {
					while (i - probe.count() > AHEAD) {
						LockSupport.parkNanos(50_000);
					}
				}
				publisher.publish(subject, body);
			}
			publisher.flush(TIMEOUT);
			probe.await();
			// The thread that publishes is this one: its part stays out
			return probe.sample();
		}
	}

	/**
	 * A core message that nobody listens to yet is lost.
	 */
	private static void awaitFirst(Connection publisher, String subject, Probe probe) throws Exception {
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		while (probe.count() == 0) {
			if (System.nanoTime() - deadline > 0) {
				throw new TimeoutException("The listener receives nothing");
			}
			publisher.publish(subject, Payload.BYTES.body());
			publisher.flush(TIMEOUT);
			LockSupport.parkNanos(1_000_000);
		}
		// What was sent more than once is here by now, or after this
		LockSupport.parkNanos(20_000_000);
	}

	/**
	 * The 99th percentile of one request at a time.
	 */
	static Comparison latency(Lab lab) throws Exception {
		int requests = (int) lab.count(REQUEST_RATE);
		return answered(lab, (subject, request) -> {
			long[] nanos = new long[requests];
			Usage before = Usage.now();
			for (int i = 0; i < requests; i++) {
				long started = System.nanoTime();
				request.send(subject).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
				nanos[i] = System.nanoTime() - started;
			}
			Usage after = Usage.now();
			Arrays.sort(nanos);
			return Sample.valued(nanos[(int) (requests * 0.99)] / 1000.0, before, after, requests, -1);
		}, true);
	}

	static Comparison requests(Lab lab, int inFlight) throws Exception {
		long requests = lab.count(REQUESTS_RATE);
		return answered(lab, (subject, request) -> {
			Semaphore permits = new Semaphore(inFlight);
			Usage before = Usage.now();
			for (long i = 0; i < requests; i++) {
				permits.acquire();
				request.send(subject).whenComplete((reply, ex) -> permits.release());
			}
			if (!permits.tryAcquire(inFlight, 1, TimeUnit.MINUTES)) {
				throw new TimeoutException("Not all requests were answered");
			}
			return Sample.rate(before, Usage.now(), requests, -1);
		}, false);
	}

	private static Comparison answered(Lab lab, Requests requests, boolean blocking) throws Exception {
		byte[] body = Payload.BYTES.body();
		NatsListenerRegistry registry = lab.context().getBean(NatsListenerRegistry.class);
		NatsTemplate template = lab.context().getBean(NatsTemplate.class);
		Connection raw = lab.raw();
		return lab.rounds(() -> {
			String subject = lab.name("request.bench");
			registry.registerListener(
					NatsListenerEndpoint.forMethod(subject, new Handlers(new Probe(1)), Handlers.method("echo"))
						.subjects(subject)
						.build());
			try {
				template.request(subject, body, byte[].class, TIMEOUT);
				return requests.run(subject, blocking ? (to) -> done(template.request(to, body, byte[].class, TIMEOUT))
						: (to) -> template.requestAsync(to, body, byte[].class, TIMEOUT));
			}
			finally {
				registry.unregisterListener(subject);
			}
		}, () -> {
			String subject = lab.name("request.bench");
			Dispatcher dispatcher = raw
				.createDispatcher((message) -> raw.publish(message.getReplyTo(), message.getData()));
			dispatcher.subscribe(subject);
			raw.flush(TIMEOUT);
			try {
				return requests.run(subject, blocking ? (to) -> done(raw.request(to, body, TIMEOUT))
						: (to) -> raw.requestWithTimeout(to, body, TIMEOUT));
			}
			finally {
				raw.closeDispatcher(dispatcher);
			}
		});
	}

	private static CompletableFuture<?> done(@Nullable Object reply) {
		if (reply == null) {
			throw new IllegalStateException("No reply");
		}
		return CompletableFuture.completedFuture(reply);
	}

	@FunctionalInterface
	private interface Subscription {

		AutoCloseable begin(String subject, Probe probe) throws Exception;

	}

	@FunctionalInterface
	private interface Requests {

		Sample run(String subject, Request request) throws Exception;

	}

	@FunctionalInterface
	private interface Request {

		CompletableFuture<?> send(String subject) throws Exception;

	}

}
