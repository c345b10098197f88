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

package io.github.natsspring.config;

import java.util.concurrent.Executor;

import io.github.natsspring.deadletter.AdvisoryWatcher;
import io.github.natsspring.deadletter.DeadLetterPublisher;
import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.deadletter.DeadLetters;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.DeadLetterSink;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.DefaultFailureHandler;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.RetrySettings.OnExhausted;
import io.github.natsspring.listener.pull.ConsumerKind;
import io.github.natsspring.listener.pull.ConsumerSource;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.RetentionPolicy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a JetStream listener can know only when it starts: its consumer, where its dead
 * letters go, and so how often a message is tried. Found again at each start.
 */
final class ListenerOpening implements ConsumerSource, FailureHandler {

	private static final Log logger = LogFactory.getLog(ListenerOpening.class);

	private final NatsListenerEndpoint endpoint;

	private final ListenerConsumer consumer;

	private final AckMode ackMode;

	private final int concurrency;

	private final RetryPlan plan;

	private final DeadLetters deadLetters;

	private final DeadLetterSettings settings;

	private final @Nullable FailureHandler failureHandler;

	private final @Nullable NatsErrorHandler errorHandler;

	private final Executor executor;

	private volatile State state;

	/**
	 * Create an opening.
	 * @param endpoint the listener
	 * @param consumer finds or makes the consumer
	 * @param ackMode how messages are acknowledged; without that nothing is tried again
	 * @param concurrency how many messages are handled at once
	 * @param plan how often messages are tried
	 * @param deadLetters finds or makes the destination of dead letters
	 * @param settings where they are to go
	 * @param failureHandler decides, or {@code null} for the default
	 * @param errorHandler is asked first by the default, or {@code null}
	 * @param executor runs what may wait
	 */
	ListenerOpening(NatsListenerEndpoint endpoint, ListenerConsumer consumer, AckMode ackMode, int concurrency,
			RetryPlan plan, DeadLetters deadLetters, DeadLetterSettings settings,
			@Nullable FailureHandler failureHandler, @Nullable NatsErrorHandler errorHandler, Executor executor) {
		this.endpoint = endpoint;
		this.consumer = consumer;
		this.ackMode = ackMode;
		this.concurrency = concurrency;
		this.plan = plan;
		this.deadLetters = deadLetters;
		this.settings = settings;
		this.failureHandler = failureHandler;
		this.errorHandler = errorHandler;
		this.executor = executor;
		this.state = state(null, 0, null);
	}

	private State state(@Nullable DeadLetterPublisher publisher, long maxDeliver, @Nullable AdvisoryWatcher watcher) {
		// In order, what is given up ends the container if it cannot become a dead letter
		RetryPlan.Limits limits = this.plan.limits(publisher != null || this.endpoint.isOrdered(), maxDeliver);
		return new State(publisher, limits, (this.failureHandler != null) ? this.failureHandler
				: new DefaultFailureHandler(limits.retry(), this.errorHandler), watcher);
	}

	@Override
	public ConsumerInfo open() {
		// Opened before, but not used
		stopWatching();
		ConsumerInfo info = this.consumer.open();
		try {
			prepare(info);
			return info;
		}
		catch (RuntimeException ex) {
			this.consumer.close();
			throw ex;
		}
	}

	/**
	 * Where dead letters go and how often a message is tried depends on the consumer.
	 */
	private void prepare(ConsumerInfo info) {
		if (this.ackMode == AckMode.NONE && !this.endpoint.isOrdered()) {
			return;
		}
		CumulativeAckChecks.check(this.endpoint, info, this.ackMode, this.concurrency, this.plan.retry().mode());
		checkDiscard(info);
		DeadLetterPublisher publisher = this.deadLetters.open(this.consumer.deadLetterSource(info), this.settings);
		// An ordered consumer delivers a message again only by being replaced
		long maxDeliver = this.endpoint.isOrdered() ? 0 : info.getConsumerConfiguration().getMaxDeliver();
		AdvisoryWatcher watcher = (publisher != null && maxDeliver > 0)
				? this.deadLetters.watch(publisher, true, this.executor) : null;
		State opened = state(publisher, maxDeliver, watcher);
		if (opened.limits().stoppedByServer()) {
			warnOfMaxDeliver(info, opened.limits().retry().maxAttempts() > 0);
		}
		if (publisher == null && this.plan.retry().onExhausted() == OnExhausted.DEAD_LETTER) {
			logger.info("Listener %s has no dead letters: what cannot be read or keeps failing %s".formatted(
					this.endpoint.getDescription(),
					this.endpoint.isOrdered() ? "ends it" : "is tried again for as long as it takes"));
		}
		stopWatching();
		this.state = opened;
		if (watcher != null) {
			watcher.start();
		}
	}

	@Override
	public ConsumerKind kind() {
		return this.consumer.kind();
	}

	@Override
	public void check(ConsumerInfo info) {
		this.consumer.check(info);
		if (kind() == ConsumerKind.DURABLE) {
			prepare(info);
		}
	}

	@Override
	public boolean hasContinued() {
		return this.consumer.hasContinued();
	}

	@Override
	public void discard(String name) {
		this.consumer.discard(name);
	}

	@Override
	public ConsumerInfo recreate(long ackFloor) {
		return this.consumer.recreate(ackFloor);
	}

	/**
	 * Where a message is removed once nobody waits for it, discarding it loses it.
	 */
	private void checkDiscard(ConsumerInfo info) {
		if (this.plan.retry().onExhausted() != OnExhausted.DISCARD) {
			return;
		}
		RetentionPolicy retention = this.consumer.retention();
		if (retention != null && retention != RetentionPolicy.Limits) {
			throw new NatsListenerException(this.endpoint.getDescription(),
					"retry.on-exhausted is 'discard', and its stream '%s' has the retention '%s', so that a discarded message is gone for good"
						.formatted(info.getStreamName(), retention),
					"Use 'dead-letter', or a stream with the retention 'limits'");
		}
	}

	private void warnOfMaxDeliver(ConsumerInfo info, boolean ends) {
		long maxDeliver = info.getConsumerConfiguration().getMaxDeliver();
		Integer attempts = this.plan.maxAttempts();
		logger
			.warn("Listener %s: retry.max-attempts is %s, but its consumer '%s' of stream '%s' delivers a message only %d times (max-deliver); after that it is %s"
				.formatted(this.endpoint.getDescription(), (attempts != null) ? attempts : "not limited",
						info.getName(), info.getStreamName(), maxDeliver,
						ends ? "given up here (retry.on-exhausted). Lower max-attempts, or raise max-deliver"
								: "given up by the server. Switch dead letters on, or take max-deliver from the consumer"));
	}

	@Override
	public void close() {
		stopWatching();
		this.consumer.close();
	}

	private void stopWatching() {
		AdvisoryWatcher watcher = this.state.watcher();
		if (watcher != null) {
			watcher.stop();
		}
	}

	@Override
	public Decision decide(FailedRun failure) {
		return this.state.decider().decide(failure);
	}

	int maxDeliveries() {
		return this.state.limits().maxDeliveries();
	}

	@Nullable DeadLetterSink deadLetters() {
		return this.state.publisher();
	}

	@Override
	public String toString() {
		return this.consumer.toString();
	}

	/**
	 * What was found at a start.
	 */
	private record State(@Nullable DeadLetterPublisher publisher, RetryPlan.Limits limits, FailureHandler decider,
			@Nullable AdvisoryWatcher watcher) {
	}

}
