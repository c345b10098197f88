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

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.PriorityPolicy;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * A server, the connections and contexts that use it, and streams with messages.
 */
final class Lab implements AutoCloseable {

	private static final int KEYS = 4096;

	/**
	 * Of consumers with the ack policy {@code all}, which serve one instance.
	 */
	static final String PRIORITY_GROUP = "active";

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final NatsServer server = NatsServer.builder().start();

	private final Connection raw;

	// Apart, so that looking on does not get in the way of what is measured
	private final Connection admin;

	private final JetStreamManagement management;

	private final Map<String, String> streams = new HashMap<>();

	private final Map<String, Comparison> comparisons = new HashMap<>();

	private final AtomicLong names = new AtomicLong();

	private final int rounds;

	private final double seconds;

	private final @Nullable Profile profile;

	private @Nullable ConfigurableApplicationContext context;

	Lab(int rounds, double seconds, @Nullable Profile profile) throws IOException, InterruptedException {
		this.profile = profile;
		this.rounds = rounds;
		this.seconds = seconds;
		try {
			this.raw = connect();
			this.admin = connect();
			this.management = this.admin.jetStreamManagement();
		}
		catch (IOException | InterruptedException | RuntimeException ex) {
			this.server.close();
			throw ex;
		}
	}

	private Connection connect() throws IOException, InterruptedException {
		return Nats.connect(Options.builder().server(this.server.url()).build());
	}

	String url() {
		return this.server.url();
	}

	String serverVersion() {
		return this.server.version();
	}

	/**
	 * The connection of the plain client's side.
	 */
	Connection raw() {
		return this.raw;
	}

	JetStreamManagement management() {
		return this.management;
	}

	int rounds() {
		return this.rounds;
	}

	/**
	 * How many messages make a round as long as was asked for.
	 * @param rate what to expect in a second
	 */
	long count(double rate) {
		return Math.max(50, Math.round(rate * this.seconds));
	}

	double seconds() {
		return this.seconds;
	}

	String name(String prefix) {
		return prefix + this.names.incrementAndGet();
	}

	/**
	 * Run both sides in turn, or give the result of an earlier run of the same.
	 */
	Comparison compare(Scenario.Measurement measurement) throws Exception {
		Comparison comparison = this.comparisons.get(measurement.key());
		if (comparison == null) {
			comparison = measurement.work().run(this);
			this.comparisons.put(measurement.key(), comparison);
		}
		return comparison;
	}

	Comparison rounds(Side ours, Side raw) throws Exception {
		Profile profile = this.profile;
		return (profile != null) ? Comparison.run(this.rounds, profile.watch("ours", ours), profile.watch("raw", raw))
				: Comparison.run(this.rounds, ours, raw);
	}

	/**
	 * The context with the defaults of an application that sets nothing.
	 */
	ConfigurableApplicationContext context() {
		ConfigurableApplicationContext context = this.context;
		if (context == null) {
			context = Application.start(url());
			this.context = context;
		}
		return context;
	}

	/**
	 * A stream that holds so many messages, with the subjects {@code NAME.<key>}.
	 */
	String stream(Payload payload, StorageType storage, long messages) throws Exception {
		String key = payload + "/" + storage + "/" + messages;
		String stream = this.streams.get(key);
		if (stream == null) {
			stream = emptyStream(storage);
			publish(stream + ".", payload, messages, KEYS);
			this.streams.put(key, stream);
		}
		return stream;
	}

	String emptyStream(StorageType storage) throws IOException, JetStreamApiException {
		String stream = name("BENCH");
		this.management
			.addStream(StreamConfiguration.builder().name(stream).subjects(stream + ".*").storageType(storage).build());
		return stream;
	}

	/**
	 * Publish to a stream.
	 * @param prefix what subjects begin with; a number follows
	 * @param keys how many subjects there are to be
	 */
	void publish(String prefix, Payload payload, long messages, long keys) throws Exception {
		JetStream jetStream = this.admin.jetStream();
		List<CompletableFuture<PublishAck>> batch = new ArrayList<>();
		for (long i = 0; i < messages; i++) {
			batch.add(jetStream.publishAsync(prefix + i % keys, payload.body()));
			if (batch.size() == 1000 || i == messages - 1) {
				CompletableFuture.allOf(batch.toArray(CompletableFuture[]::new)).get(1, TimeUnit.MINUTES);
				batch.clear();
			}
		}
	}

	void deleteStream(String stream) throws IOException, JetStreamApiException {
		this.management.deleteStream(stream);
		this.streams.values().remove(stream);
	}

	/**
	 * Give back what the streams hold.
	 */
	void deleteStreams() throws IOException, JetStreamApiException {
		for (String stream : List.copyOf(this.streams.values())) {
			deleteStream(stream);
		}
	}

	/**
	 * A durable consumer.
	 * @param maxAckPending how many may be unacknowledged, or 0 for what the server takes
	 */
	String consumer(String stream, AckPolicy ackPolicy, int maxAckPending) throws IOException, JetStreamApiException {
		String durable = name("durable");
		ConsumerConfiguration.Builder configuration = ConsumerConfiguration.builder()
			.durable(durable)
			.ackPolicy(ackPolicy)
			.ackWait(Duration.ofMinutes(1));
		if (maxAckPending > 0) {
			configuration.maxAckPending(maxAckPending);
		}
		if (ackPolicy == AckPolicy.All) {
			// Only one instance at a time may acknowledge for all before it
			configuration.priorityGroups(PRIORITY_GROUP).priorityPolicy(PriorityPolicy.PinnedClient);
		}
		this.management.createConsumer(stream, configuration.build());
		return durable;
	}

	/**
	 * Wait until the server has taken the acknowledgements of so many messages.
	 */
	void awaitSettled(String stream, String durable, long messages)
			throws IOException, JetStreamApiException, TimeoutException {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (true) {
			ConsumerInfo info = this.management.getConsumerInfo(stream, durable);
			if (info.getAckFloor().getStreamSequence() >= messages) {
				return;
			}
			if (System.nanoTime() - deadline > 0) {
				throw new TimeoutException("Acknowledged up to %d of %d messages"
					.formatted(info.getAckFloor().getStreamSequence(), messages));
			}
			LockSupport.parkNanos(1_000_000);
		}
	}

	@Override
	public void close() throws InterruptedException {
		if (this.context != null) {
			this.context.close();
		}
		this.raw.close();
		this.admin.close();
		this.server.close();
	}

}
