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

package io.github.natsspring.listener.pull;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import io.github.natsspring.event.ListenerEventSettings;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.DeadLetterSink;
import io.github.natsspring.listener.MissingConsumer;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Settings of a {@link JetStreamListenerContainer}.
 *
 * @param concurrency how many handlers may run at once
 * @param orderingKey what messages are kept in order by above a concurrency of one, or
 * {@code null} for no order
 * @param ackMode how messages are acknowledged
 * @param maxInFlight exact bound on the messages that are fetched and not settled; the
 * window adapts below it
 * @param quickMaxInFlight the same for as long as all of them are less than 100 ms of
 * work; at least {@code maxInFlight}, and not more than the consumer's max-ack-pending
 * @param maxBytesInFlight bound on their bytes, or zero for none. A single message may be
 * larger, and then is the only one
 * @param maxDeliveries above how many deliveries a message is not run any more but
 * handled as failed, which ends crash loops; zero for no bound. Asked once the consumer
 * is open
 * @param shortestRetry the delay that retries are cut to when too many wait on the server
 * @param longestRetry the delay of what cannot be helped otherwise
 * @param batchSize how many messages a batch listener gets at the most
 * @param batchTimeout how long the first message of a batch waits for others
 * @param extendAcks whether the server is told of messages that are in progress
 * @param longestExtension how long, from the start of its handler
 * @param deadLetters where dead letters go, or {@code null} for nowhere. Asked once the
 * consumer is open
 * @param keepOrder whether what is behind a message waits until its dead letter is stored
 * @param missingConsumer what to do when the consumer is gone while the container runs
 * @param shutdownTimeout how long running handlers may take to end when the container
 * stops
 * @param stallTimeout how long the container may be unable to consume before it is
 * reported as stalled
 * @param autoStartup whether the container starts with the context
 * @param jetStream domain or API prefix, and the timeout of requests
 * @param events which events are published, and where
 */
public record PullContainerSettings(int concurrency, @Nullable Function<Message, @Nullable Object> orderingKey,
		AckMode ackMode, int maxInFlight, int quickMaxInFlight, long maxBytesInFlight, IntSupplier maxDeliveries,
		Duration shortestRetry, Duration longestRetry, int batchSize, Duration batchTimeout, boolean extendAcks,
		Duration longestExtension, Supplier<@Nullable DeadLetterSink> deadLetters, boolean keepOrder,
		MissingConsumer missingConsumer, Duration shutdownTimeout, Duration stallTimeout, boolean autoStartup,
		JetStreamOptions jetStream, ListenerEventSettings events) {

	/**
	 * The default bound on the bytes in flight, 64 MB.
	 */
	public static final long DEFAULT_MAX_BYTES_IN_FLIGHT = 64L * 1024 * 1024;

	public PullContainerSettings {
		Assert.isTrue(concurrency > 0, "'concurrency' must be more than zero");
		Assert.isTrue(batchSize > 0, "'batchSize' must be more than zero");
		Assert.isTrue(maxInFlight > 0, "'maxInFlight' must be more than zero");
		Assert.isTrue(quickMaxInFlight >= maxInFlight, "'quickMaxInFlight' must not be below 'maxInFlight'");
		Assert.isTrue(maxBytesInFlight >= 0, "'maxBytesInFlight' must not be negative");
	}

	/**
	 * Start from the defaults: one handler at a time, {@link AckMode#AUTO}, 500 messages
	 * and 64 MB in flight, extension up to 30 minutes, no dead letters, 20 seconds to
	 * stop.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Builds the settings.
	 */
	public static final class Builder {

		private int concurrency = 1;

		private @Nullable Function<Message, @Nullable Object> orderingKey;

		private AckMode ackMode = AckMode.AUTO;

		private int maxInFlight = 500;

		private int quickMaxInFlight;

		private long maxBytesInFlight = DEFAULT_MAX_BYTES_IN_FLIGHT;

		private IntSupplier maxDeliveries = () -> 0;

		private Duration shortestRetry = Duration.ofSeconds(1);

		private Duration longestRetry = Duration.ofMinutes(1);

		private int batchSize = 1;

		private Duration batchTimeout = Duration.ofMillis(100);

		private boolean extendAcks = true;

		private Duration longestExtension = Duration.ofMinutes(30);

		private Supplier<@Nullable DeadLetterSink> deadLetters = () -> null;

		private boolean keepOrder;

		private MissingConsumer missingConsumer = MissingConsumer.WAIT;

		private Duration shutdownTimeout = Duration.ofSeconds(20);

		private Duration stallTimeout = Duration.ofSeconds(30);

		private boolean autoStartup = true;

		private JetStreamOptions jetStream = JetStreamOptions.DEFAULT_JS_OPTIONS;

		private ListenerEventSettings events = ListenerEventSettings.NONE;

		public Builder concurrency(int concurrency) {
			this.concurrency = concurrency;
			return this;
		}

		public Builder orderingKey(@Nullable Function<Message, @Nullable Object> orderingKey) {
			this.orderingKey = orderingKey;
			return this;
		}

		public Builder ackMode(AckMode ackMode) {
			this.ackMode = ackMode;
			return this;
		}

		public Builder maxInFlight(int maxInFlight) {
			this.maxInFlight = maxInFlight;
			return this;
		}

		public Builder quickMaxInFlight(int quickMaxInFlight) {
			this.quickMaxInFlight = quickMaxInFlight;
			return this;
		}

		public Builder maxBytesInFlight(long maxBytesInFlight) {
			this.maxBytesInFlight = maxBytesInFlight;
			return this;
		}

		public Builder maxDeliveries(int maxDeliveries) {
			return maxDeliveries(() -> maxDeliveries);
		}

		public Builder maxDeliveries(IntSupplier maxDeliveries) {
			this.maxDeliveries = maxDeliveries;
			return this;
		}

		public Builder retry(Duration shortest, Duration longest) {
			this.shortestRetry = shortest;
			this.longestRetry = longest;
			return this;
		}

		public Builder batch(int size, Duration timeout) {
			this.batchSize = size;
			this.batchTimeout = timeout;
			return this;
		}

		public Builder extendAcks(boolean extendAcks) {
			this.extendAcks = extendAcks;
			return this;
		}

		public Builder longestExtension(Duration longestExtension) {
			this.longestExtension = longestExtension;
			return this;
		}

		public Builder deadLetters(@Nullable DeadLetterSink deadLetters) {
			return deadLettersFrom(() -> deadLetters);
		}

		public Builder deadLettersFrom(Supplier<@Nullable DeadLetterSink> deadLetters) {
			this.deadLetters = deadLetters;
			return this;
		}

		public Builder keepOrder(boolean keepOrder) {
			this.keepOrder = keepOrder;
			return this;
		}

		public Builder missingConsumer(MissingConsumer missingConsumer) {
			this.missingConsumer = missingConsumer;
			return this;
		}

		public Builder shutdownTimeout(Duration shutdownTimeout) {
			this.shutdownTimeout = shutdownTimeout;
			return this;
		}

		public Builder stallTimeout(Duration stallTimeout) {
			this.stallTimeout = stallTimeout;
			return this;
		}

		public Builder autoStartup(boolean autoStartup) {
			this.autoStartup = autoStartup;
			return this;
		}

		public Builder jetStream(JetStreamOptions jetStream) {
			this.jetStream = jetStream;
			return this;
		}

		public Builder events(ListenerEventSettings events) {
			this.events = events;
			return this;
		}

		public PullContainerSettings build() {
			return new PullContainerSettings(this.concurrency, this.orderingKey, this.ackMode, this.maxInFlight,
					Math.max(this.maxInFlight, this.quickMaxInFlight), this.maxBytesInFlight, this.maxDeliveries,
					this.shortestRetry, this.longestRetry, this.batchSize, this.batchTimeout, this.extendAcks,
					this.longestExtension, this.deadLetters, this.keepOrder, this.missingConsumer, this.shutdownTimeout,
					this.stallTimeout, this.autoStartup, this.jetStream, this.events);
		}

	}

}
