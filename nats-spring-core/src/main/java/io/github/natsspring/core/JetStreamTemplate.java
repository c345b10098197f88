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

package io.github.natsspring.core;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.observation.NatsPublishContext.Operation;
import io.github.natsspring.observation.NatsPublishObservationConvention;
import io.github.natsspring.observation.PublishObservations;
import io.github.natsspring.support.DefaultNatsHeaderMapper;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.Subjects;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.NUID;
import io.nats.client.api.PublishAck;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Publishes to streams and pulls from their consumers by hand. Safe for use by many
 * threads.
 */
public class JetStreamTemplate implements JetStreamOperations {

	private final String connectionName;

	private final NatsMessageConverter converter;

	private final OutgoingMessages messages;

	private final JetStreamTemplateSettings settings;

	private final ConfirmedPublisher confirmed;

	private final AsyncPublisher async;

	private final Receiver receiver;

	private final PublishCounters counters;

	/**
	 * Create a template.
	 * @param holder holds the connection; not used before the first call
	 * @param converter converts payloads
	 * @param jetStreamOptions the options of JetStream, of which the prefix is used
	 * @param settings the settings
	 */
	public JetStreamTemplate(ConnectionHolder holder, NatsMessageConverter converter, JetStreamOptions jetStreamOptions,
			JetStreamTemplateSettings settings) {
		this(holder, converter, jetStreamOptions, settings, DefaultNatsHeaderMapper.INSTANCE, List.of());
	}

	/**
	 * Create a template.
	 * @param holder holds the connection; not used before the first call
	 * @param converter converts payloads
	 * @param jetStreamOptions the options of JetStream, of which the prefix is used
	 * @param settings the settings
	 * @param headerMapper maps the headers of Spring messages
	 * @param interceptors see each message that is published, in their order
	 */
	public JetStreamTemplate(ConnectionHolder holder, NatsMessageConverter converter, JetStreamOptions jetStreamOptions,
			JetStreamTemplateSettings settings, NatsHeaderMapper headerMapper,
			List<? extends NatsPublishInterceptor> interceptors) {
		this.connectionName = holder.getName();
		this.converter = converter;
		this.messages = new OutgoingMessages(holder.getName(), converter, headerMapper, interceptors);
		this.settings = settings;
		Requester requester = new Requester(holder, settings.maxInFlight());
		this.counters = new PublishCounters(holder.getName(), requester);
		this.confirmed = new ConfirmedPublisher(requester, settings);
		this.async = new AsyncPublisher(requester,
				CompletionExecutor.of(settings.executor(), "nats-publish-" + holder.getName()), settings.maxInFlight(),
				this.counters);
		this.receiver = new Receiver(holder, jetStreamOptions.getPrefix());
	}

	/**
	 * Observe what is published, which nobody does by default.
	 * @param registry the registry
	 * @param convention names and tags, or {@code null} for the default
	 */
	public void setObservation(ObservationRegistry registry, @Nullable NatsPublishObservationConvention convention) {
		this.messages.setObservations(PublishObservations.of(registry, convention, this.connectionName));
	}

	@Override
	public PublishAck publish(String subject, @Nullable Object payload, Consumer<JetStreamPublishOptions> options) {
		JetStreamPublishOptions chosen = choose(options);
		PublishObservations observations = this.messages.observations();
		if (observations == null) {
			return publish(subject, payload, chosen);
		}
		return observations.observe(Operation.PUBLISH, subject, chosen.headers(),
				() -> publish(subject, payload, chosen));
	}

	private PublishAck publish(String subject, @Nullable Object payload, JetStreamPublishOptions chosen) {
		PublishInterceptors interceptors = this.messages.interceptors();
		if (interceptors == null) {
			return publish(this.messages.prepare(subject, payload, chosen.headers()), chosen);
		}
		return Objects.requireNonNull(interceptors.around(
				this.messages.prepare(OutgoingMessage.Kind.STREAM, subject, payload, chosen.headers()),
				(message) -> publish(message, chosen)));
	}

	private PublishAck publish(Outgoing message, JetStreamPublishOptions chosen) {
		// Before the first try, so that no later one stores it twice
		if (!message.headers().containsKey(NatsHeaders.MESSAGE_ID)) {
			chosen.messageId(NUID.nextGlobal());
		}
		long started = System.nanoTime();
		try {
			PublishAck ack = this.confirmed.publish(message, timeout(chosen));
			this.counters.stored(ack, started);
			return ack;
		}
		catch (RuntimeException | Error ex) {
			this.counters.failed(PublishStatistics.Operation.STREAM_PUBLISH, ex, started);
			throw ex;
		}
	}

	/**
	 * What this template has counted.
	 * @return live numbers, the same object each time
	 */
	public PublishStatistics getStatistics() {
		return this.counters;
	}

	@Override
	public CompletableFuture<PublishAck> publishAsync(String subject, @Nullable Object payload,
			Consumer<JetStreamPublishOptions> options) {
		JetStreamPublishOptions chosen = choose(options);
		PublishObservations observations = this.messages.observations();
		if (observations == null) {
			return publishAsync(subject, payload, chosen);
		}
		return observations.observeAsync(Operation.PUBLISH, subject, chosen.headers(),
				() -> publishAsync(subject, payload, chosen));
	}

	private CompletableFuture<PublishAck> publishAsync(String subject, @Nullable Object payload,
			JetStreamPublishOptions chosen) {
		PublishInterceptors interceptors = this.messages.interceptors();
		if (interceptors == null) {
			return this.async.publish(this.messages.prepare(subject, payload, chosen.headers()), timeout(chosen));
		}
		return interceptors.aroundAsync(
				this.messages.prepare(OutgoingMessage.Kind.STREAM, subject, payload, chosen.headers()),
				(message) -> this.async.publish(message, timeout(chosen)));
	}

	@Override
	public List<Message> receive(String stream, String consumer, int max, Duration timeout) {
		Subjects.requireToken("stream", stream);
		Subjects.requireToken("consumer", consumer);
		Assert.isTrue(max > 0, () -> "'max' must be positive, and is " + max);
		Assert.isTrue(!timeout.isNegative(), () -> "'timeout' must not be negative, and is " + timeout);
		return this.receiver.receive(stream, consumer, max, timeout);
	}

	@Override
	public <T> List<ReceivedMessage<T>> receive(String stream, String consumer, Type type, int max, Duration timeout) {
		List<ReceivedMessage<T>> received = new ArrayList<>();
		for (Message message : receive(stream, consumer, max, timeout)) {
			received.add(new ReceivedMessage<>(message, this.converter, type));
		}
		return received;
	}

	private static JetStreamPublishOptions choose(Consumer<JetStreamPublishOptions> options) {
		JetStreamPublishOptions chosen = new JetStreamPublishOptions();
		options.accept(chosen);
		return chosen;
	}

	private Duration timeout(JetStreamPublishOptions options) {
		Duration timeout = options.timeout();
		return (timeout != null) ? timeout : this.settings.publishTimeout();
	}

}
