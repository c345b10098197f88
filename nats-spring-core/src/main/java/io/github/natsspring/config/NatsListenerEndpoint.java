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

import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/**
 * Describes a listener: what it listens to, and the method or object that is called. What
 * is {@code null} is left to the container factory.
 */
public final class NatsListenerEndpoint {

	private final String id;

	private final String description;

	private final @Nullable Object bean;

	private final @Nullable Method method;

	private final List<NatsListenerHandler> handlers;

	private final @Nullable NatsMessageListener listener;

	private final List<SubjectTemplate> ownSubjects;

	private final List<SubjectTemplate> subjects;

	private final @Nullable String queue;

	private final @Nullable String stream;

	private final @Nullable String consumer;

	private final boolean ordered;

	private final @Nullable DeliverPolicy deliverPolicy;

	private final @Nullable Long startSequence;

	private final @Nullable ZonedDateTime startTime;

	private final @Nullable Integer concurrency;

	private final @Nullable String orderingKey;

	private final @Nullable AckMode ackMode;

	private final @Nullable NatsErrorHandler errorHandler;

	private final @Nullable Integer maxInFlight;

	private final @Nullable Integer batchSize;

	private final @Nullable Duration batchTimeout;

	private final boolean singleActive;

	private final @Nullable Boolean autoStartup;

	private final @Nullable NatsMessageConverter messageConverter;

	private final @Nullable Executor executor;

	private final @Nullable BucketWatch watch;

	private final @Nullable ListenerMethodSettings methodSettings;

	NatsListenerEndpoint(NatsListenerEndpointBuilder builder) {
		this.id = builder.id;
		this.bean = builder.bean;
		this.method = builder.method;
		this.handlers = builder.handlers;
		this.listener = builder.listener;
		this.description = describe(builder.id, builder.bean, builder.method);
		this.ownSubjects = List.copyOf(builder.subjects);
		this.subjects = !builder.subjects.isEmpty() ? this.ownSubjects : handlerSubjects();
		this.queue = builder.queue;
		this.stream = builder.stream;
		this.consumer = builder.consumer;
		this.ordered = builder.ordered;
		this.deliverPolicy = builder.deliverPolicy;
		this.startSequence = builder.startSequence;
		this.startTime = builder.startTime;
		this.concurrency = builder.concurrency;
		this.orderingKey = builder.orderingKey;
		this.ackMode = builder.ackMode;
		this.errorHandler = builder.errorHandler;
		this.maxInFlight = builder.maxInFlight;
		this.batchSize = builder.batchSize;
		this.batchTimeout = builder.batchTimeout;
		this.singleActive = builder.singleActive;
		this.autoStartup = builder.autoStartup;
		this.messageConverter = builder.messageConverter;
		this.executor = builder.executor;
		this.watch = builder.watch;
		this.methodSettings = builder.methodSettings;
	}

	private static String describe(String id, @Nullable Object bean, @Nullable Method method) {
		if (bean == null) {
			return "'%s'".formatted(id);
		}
		String type = ClassUtils.getUserClass(AopUtils.getTargetClass(bean)).getName();
		return (method != null) ? type + "#" + method.getName() : type;
	}

	/**
	 * Describe a listener whose method is called.
	 * @param id the id, unique in the application
	 * @param bean the object, which may be a proxy
	 * @param method the method, of the class behind a proxy
	 * @return a builder
	 */
	public static NatsListenerEndpointBuilder forMethod(String id, Object bean, Method method) {
		NatsListenerEndpointBuilder builder = new NatsListenerEndpointBuilder(id);
		builder.bean = bean;
		builder.method = method;
		return builder;
	}

	/**
	 * Describe a listener with several methods, each for some of its subjects. Without
	 * subjects of its own it listens to those of all the methods.
	 * @param id the id, unique in the application
	 * @param bean the object, which may be a proxy
	 * @param handlers the methods, of which exactly one matches each subject
	 * @return a builder
	 */
	public static NatsListenerEndpointBuilder forHandlers(String id, Object bean, List<NatsListenerHandler> handlers) {
		NatsListenerEndpointBuilder builder = new NatsListenerEndpointBuilder(id);
		builder.bean = bean;
		builder.handlers = List.copyOf(handlers);
		return builder;
	}

	/**
	 * Describe a listener that is called as it is, without conversion.
	 * @param id the id, unique in the application
	 * @param listener the listener
	 * @return a builder
	 */
	public static NatsListenerEndpointBuilder forListener(String id, NatsMessageListener listener) {
		NatsListenerEndpointBuilder builder = new NatsListenerEndpointBuilder(id);
		builder.listener = listener;
		return builder;
	}

	/**
	 * A builder that holds what this endpoint holds.
	 * @return a builder
	 */
	public NatsListenerEndpointBuilder mutate() {
		NatsListenerEndpointBuilder builder = new NatsListenerEndpointBuilder(this.id);
		builder.bean = this.bean;
		builder.method = this.method;
		builder.handlers = this.handlers;
		builder.listener = this.listener;
		builder.subjects = this.ownSubjects;
		builder.queue = this.queue;
		builder.stream = this.stream;
		builder.consumer = this.consumer;
		builder.ordered = this.ordered;
		builder.deliverPolicy = this.deliverPolicy;
		builder.startSequence = this.startSequence;
		builder.startTime = this.startTime;
		builder.concurrency = this.concurrency;
		builder.orderingKey = this.orderingKey;
		builder.ackMode = this.ackMode;
		builder.errorHandler = this.errorHandler;
		builder.maxInFlight = this.maxInFlight;
		builder.batchSize = this.batchSize;
		builder.batchTimeout = this.batchTimeout;
		builder.singleActive = this.singleActive;
		builder.autoStartup = this.autoStartup;
		builder.messageConverter = this.messageConverter;
		builder.executor = this.executor;
		builder.watch = this.watch;
		builder.methodSettings = this.methodSettings;
		return builder;
	}

	/**
	 * Whether this listens to a JetStream consumer rather than to core NATS.
	 * @return {@code true} if a stream or a consumer is named
	 */
	public boolean isJetStream() {
		return this.stream != null || this.consumer != null;
	}

	/**
	 * The id, unique in the application.
	 * @return the id
	 */
	public String getId() {
		return this.id;
	}

	/**
	 * The listener in messages.
	 * @return {@code class#method}, the class when it has several methods, or the quoted
	 * id when no method is called
	 */
	public String getDescription() {
		return this.description;
	}

	/**
	 * The object whose method is called.
	 * @return the object, or {@code null} if a listener is called
	 */
	public @Nullable Object getBean() {
		return this.bean;
	}

	/**
	 * The method that is called.
	 * @return the method, or {@code null} if several methods or a listener are called
	 */
	public @Nullable Method getMethod() {
		return this.method;
	}

	/**
	 * The methods among which messages are divided by their subjects.
	 * @return the methods, or none if a single method or a listener is called
	 */
	public List<NatsListenerHandler> getHandlers() {
		return this.handlers;
	}

	/**
	 * The patterns that hold variables: those of the handlers, if there are several.
	 */
	List<SubjectTemplate> variableSubjects() {
		return this.handlers.isEmpty() ? this.subjects : handlerSubjects();
	}

	private List<SubjectTemplate> handlerSubjects() {
		return this.handlers.stream().flatMap((handler) -> handler.subjects().stream()).toList();
	}

	/**
	 * The listener that is called.
	 * @return the listener, or {@code null} if a method is called
	 */
	public @Nullable NatsMessageListener getListener() {
		return this.listener;
	}

	/**
	 * The subjects or patterns.
	 * @return the subjects, may be empty for JetStream
	 */
	public List<SubjectTemplate> getSubjects() {
		return this.subjects;
	}

	/**
	 * The queue group of a core NATS listener.
	 * @return the queue group
	 */
	public @Nullable String getQueue() {
		return this.queue;
	}

	/**
	 * The stream of the consumer.
	 * @return the stream
	 */
	public @Nullable String getStream() {
		return this.stream;
	}

	/**
	 * The durable consumer.
	 * @return the name; {@code null} for a consumer of its own in each instance, or core
	 * NATS
	 */
	public @Nullable String getConsumer() {
		return this.consumer;
	}

	/**
	 * Whether each instance handles all messages in the order of the stream.
	 * @return whether that is so
	 */
	public boolean isOrdered() {
		return this.ordered;
	}

	/**
	 * Where a consumer that has to be made begins.
	 * @return the deliver policy
	 */
	public @Nullable DeliverPolicy getDeliverPolicy() {
		return this.deliverPolicy;
	}

	/**
	 * The sequence at which a consumer that has to be made begins.
	 * @return the stream sequence
	 */
	public @Nullable Long getStartSequence() {
		return this.startSequence;
	}

	/**
	 * The time at which a consumer that has to be made begins.
	 * @return the time
	 */
	public @Nullable ZonedDateTime getStartTime() {
		return this.startTime;
	}

	/**
	 * How many handlers may run at once.
	 * @return the number
	 */
	public @Nullable Integer getConcurrency() {
		return this.concurrency;
	}

	/**
	 * What messages are kept in order by.
	 * @return a variable of the subjects in braces, or an expression
	 */
	public @Nullable String getOrderingKey() {
		return this.orderingKey;
	}

	/**
	 * How messages are acknowledged.
	 * @return the mode
	 */
	public @Nullable AckMode getAckMode() {
		return this.ackMode;
	}

	/**
	 * Decides on failed runs.
	 * @return the handler
	 */
	public @Nullable NatsErrorHandler getErrorHandler() {
		return this.errorHandler;
	}

	/**
	 * How many messages the container may hold.
	 * @return the bound
	 */
	public @Nullable Integer getMaxInFlight() {
		return this.maxInFlight;
	}

	/**
	 * How many messages the method gets at the most.
	 * @return the size of a batch, or {@code null} for single messages
	 */
	public @Nullable Integer getBatchSize() {
		return this.batchSize;
	}

	/**
	 * How long the first message of a batch waits for others.
	 * @return the timeout, or {@code null} for that of the factory
	 */
	public @Nullable Duration getBatchTimeout() {
		return this.batchTimeout;
	}

	/**
	 * Whether one instance at a time consumes.
	 * @return whether that is so
	 */
	public boolean isSingleActive() {
		return this.singleActive;
	}

	/**
	 * Whether the method takes several messages at once.
	 * @return whether the size of a batch is above 1
	 */
	public boolean isBatch() {
		return this.batchSize != null && this.batchSize > 1;
	}

	/**
	 * Whether the container starts with the application.
	 * @return whether it does
	 */
	public @Nullable Boolean getAutoStartup() {
		return this.autoStartup;
	}

	/**
	 * Converts payloads and replies.
	 * @return the converter
	 */
	public @Nullable NatsMessageConverter getMessageConverter() {
		return this.messageConverter;
	}

	/**
	 * Runs the listener.
	 * @return the executor
	 */
	public @Nullable Executor getExecutor() {
		return this.executor;
	}

	/**
	 * What of a bucket is watched.
	 * @return the watch, or {@code null} if this is no listener of a bucket
	 */
	public @Nullable BucketWatch getWatch() {
		return this.watch;
	}

	/**
	 * How the method gets its arguments.
	 * @return what differs from the container factory, or {@code null}
	 */
	public @Nullable ListenerMethodSettings getMethodSettings() {
		return this.methodSettings;
	}

	@Override
	public String toString() {
		return "NatsListenerEndpoint '%s' (%s)".formatted(this.id, this.description);
	}

}
