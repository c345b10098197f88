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

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.listener.adapter.ListenerMethodSettings;
import io.github.natsspring.listener.watch.BucketWatch;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.api.DeliverPolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Builds an endpoint. Each value may be {@code null}, for what is not set.
 */
public final class NatsListenerEndpointBuilder {

	final String id;

	@Nullable Object bean;

	@Nullable Method method;

	List<NatsListenerHandler> handlers = List.of();

	@Nullable NatsMessageListener listener;

	List<SubjectTemplate> subjects = List.of();

	@Nullable String queue;

	@Nullable String stream;

	@Nullable String consumer;

	boolean ordered;

	@Nullable DeliverPolicy deliverPolicy;

	@Nullable Long startSequence;

	@Nullable ZonedDateTime startTime;

	@Nullable Integer concurrency;

	@Nullable String orderingKey;

	@Nullable AckMode ackMode;

	@Nullable NatsErrorHandler errorHandler;

	@Nullable Integer maxInFlight;

	@Nullable Integer batchSize;

	@Nullable Duration batchTimeout;

	boolean singleActive;

	@Nullable Boolean autoStartup;

	@Nullable NatsMessageConverter messageConverter;

	@Nullable Executor executor;

	@Nullable BucketWatch watch;

	@Nullable ListenerMethodSettings methodSettings;

	NatsListenerEndpointBuilder(String id) {
		Assert.hasText(id, "A listener needs an id");
		this.id = id;
	}

	/**
	 * Set the subjects.
	 * @param subjects subjects or patterns, in which {@code {name}} is a variable
	 * @return this builder
	 * @throws IllegalArgumentException if one is no valid subject
	 */
	public NatsListenerEndpointBuilder subjects(String... subjects) {
		List<SubjectTemplate> templates = new ArrayList<>();
		for (String subject : subjects) {
			templates.add(SubjectTemplate.parse(subject));
		}
		this.subjects = templates;
		return this;
	}

	/**
	 * Set the queue group, for core NATS.
	 * @param queue the queue group
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder queue(@Nullable String queue) {
		this.queue = queue;
		return this;
	}

	/**
	 * Set the stream of the consumer.
	 * @param stream the stream
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder stream(@Nullable String stream) {
		this.stream = stream;
		return this;
	}

	/**
	 * Set the durable consumer. Without one, a stream alone gives each instance an
	 * ephemeral consumer of its own, so that it gets every message.
	 * @param consumer the name
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder consumer(@Nullable String consumer) {
		this.consumer = consumer;
		return this;
	}

	/**
	 * Set whether each instance handles all messages in the order of the stream, without
	 * acknowledging them. Needs a stream and no consumer.
	 * @param ordered whether that is so
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder ordered(boolean ordered) {
		this.ordered = ordered;
		return this;
	}

	/**
	 * Set where a consumer begins that has to be made.
	 * @param deliverPolicy the deliver policy
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder deliverPolicy(@Nullable DeliverPolicy deliverPolicy) {
		this.deliverPolicy = deliverPolicy;
		return this;
	}

	/**
	 * Set the sequence at which a consumer begins that has to be made.
	 * @param startSequence the stream sequence, at least 1
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder startSequence(@Nullable Long startSequence) {
		Assert.isTrue(startSequence == null || startSequence > 0, "The start sequence must be at least 1");
		this.startSequence = startSequence;
		return this;
	}

	/**
	 * Set the time at which a consumer begins that has to be made.
	 * @param startTime the time
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder startTime(@Nullable ZonedDateTime startTime) {
		this.startTime = startTime;
		return this;
	}

	/**
	 * Set how many handlers may run at once, for JetStream.
	 * @param concurrency the number, at least 1
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder concurrency(@Nullable Integer concurrency) {
		Assert.isTrue(concurrency == null || concurrency > 0, "The concurrency must be at least 1");
		this.concurrency = concurrency;
		return this;
	}

	/**
	 * Set what messages are kept in order by, for JetStream.
	 * @param orderingKey a variable of the subjects in braces, or an expression over the
	 * message, as the annotation takes it
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder orderingKey(@Nullable String orderingKey) {
		this.orderingKey = orderingKey;
		return this;
	}

	/**
	 * Set how messages are acknowledged, for JetStream.
	 * @param ackMode the mode
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder ackMode(@Nullable AckMode ackMode) {
		this.ackMode = ackMode;
		return this;
	}

	/**
	 * Set what decides on failed runs, in the place of that of the factory; for
	 * JetStream.
	 * @param errorHandler the handler
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder errorHandler(@Nullable NatsErrorHandler errorHandler) {
		this.errorHandler = errorHandler;
		return this;
	}

	/**
	 * Set how many messages the container may hold.
	 * @param maxInFlight the bound, at least 1
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder maxInFlight(@Nullable Integer maxInFlight) {
		Assert.isTrue(maxInFlight == null || maxInFlight > 0, "The bound on messages in flight must be at least 1");
		this.maxInFlight = maxInFlight;
		return this;
	}

	/**
	 * Set how many messages the method gets at the most, for JetStream.
	 * @param batchSize the number, at least 1; above 1 the method takes a list
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder batchSize(@Nullable Integer batchSize) {
		Assert.isTrue(batchSize == null || batchSize > 0, "The size of a batch must be at least 1");
		this.batchSize = batchSize;
		return this;
	}

	/**
	 * Set how long the first message of a batch waits for others, for JetStream.
	 * @param batchTimeout the timeout; zero takes what is there
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder batchTimeout(@Nullable Duration batchTimeout) {
		Assert.isTrue(batchTimeout == null || !batchTimeout.isNegative(),
				"The timeout of a batch must not be negative");
		this.batchTimeout = batchTimeout;
		return this;
	}

	/**
	 * Set whether one instance at a time consumes, for JetStream.
	 * @param singleActive whether that is so; by default {@code false}
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder singleActive(boolean singleActive) {
		this.singleActive = singleActive;
		return this;
	}

	/**
	 * Set whether the container starts with the application.
	 * @param autoStartup whether it does
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder autoStartup(@Nullable Boolean autoStartup) {
		this.autoStartup = autoStartup;
		return this;
	}

	/**
	 * Set what converts payloads and replies.
	 * @param messageConverter the converter
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder messageConverter(@Nullable NatsMessageConverter messageConverter) {
		this.messageConverter = messageConverter;
		return this;
	}

	/**
	 * Set what runs the listener.
	 * @param executor the executor, which must not run tasks on the calling thread
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder executor(@Nullable Executor executor) {
		this.executor = executor;
		return this;
	}

	/**
	 * Set what of a key-value or object-store bucket is watched, in the place of
	 * subjects, stream and consumer.
	 * @param watch the watch
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder watch(BucketWatch watch) {
		this.watch = watch;
		this.stream = watch.stream();
		this.ordered = true;
		return this;
	}

	/**
	 * Set how the method gets its arguments.
	 * @param methodSettings what differs from the container factory
	 * @return this builder
	 */
	public NatsListenerEndpointBuilder methodSettings(@Nullable ListenerMethodSettings methodSettings) {
		this.methodSettings = methodSettings;
		return this;
	}

	/**
	 * Build the endpoint.
	 * @return the endpoint
	 */
	public NatsListenerEndpoint build() {
		return new NatsListenerEndpoint(this);
	}

	/**
	 * Another builder with the same values.
	 */
	NatsListenerEndpointBuilder copy() {
		NatsListenerEndpointBuilder copy = new NatsListenerEndpointBuilder(this.id);
		copy.bean = this.bean;
		copy.method = this.method;
		copy.handlers = this.handlers;
		copy.listener = this.listener;
		copy.subjects = List.copyOf(this.subjects);
		copy.queue = this.queue;
		copy.stream = this.stream;
		copy.consumer = this.consumer;
		copy.ordered = this.ordered;
		copy.deliverPolicy = this.deliverPolicy;
		copy.startSequence = this.startSequence;
		copy.startTime = this.startTime;
		copy.concurrency = this.concurrency;
		copy.orderingKey = this.orderingKey;
		copy.ackMode = this.ackMode;
		copy.errorHandler = this.errorHandler;
		copy.maxInFlight = this.maxInFlight;
		copy.batchSize = this.batchSize;
		copy.batchTimeout = this.batchTimeout;
		copy.singleActive = this.singleActive;
		copy.autoStartup = this.autoStartup;
		copy.messageConverter = this.messageConverter;
		copy.executor = this.executor;
		copy.watch = this.watch;
		copy.methodSettings = this.methodSettings;
		return copy;
	}

}
