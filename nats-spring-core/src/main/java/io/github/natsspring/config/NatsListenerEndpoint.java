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

	// A copy, which nobody changes
	private final NatsListenerEndpointBuilder values;

	private final String description;

	private final List<SubjectTemplate> subjects;

	NatsListenerEndpoint(NatsListenerEndpointBuilder builder) {
		this.values = builder.copy();
		this.description = describe(builder.id, builder.bean, builder.method);
		this.subjects = !this.values.subjects.isEmpty() ? this.values.subjects : handlerSubjects();
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
		return this.values.copy();
	}

	/**
	 * Whether this listens to a JetStream consumer rather than to core NATS.
	 * @return {@code true} if a stream or a consumer is named
	 */
	public boolean isJetStream() {
		return this.values.stream != null || this.values.consumer != null;
	}

	/**
	 * The id, unique in the application.
	 * @return the id
	 */
	public String getId() {
		return this.values.id;
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
		return this.values.bean;
	}

	/**
	 * The method that is called.
	 * @return the method, or {@code null} if several methods or a listener are called
	 */
	public @Nullable Method getMethod() {
		return this.values.method;
	}

	/**
	 * The methods among which messages are divided by their subjects.
	 * @return the methods, or none if a single method or a listener is called
	 */
	public List<NatsListenerHandler> getHandlers() {
		return this.values.handlers;
	}

	/**
	 * The patterns that hold variables: those of the handlers, if there are several.
	 */
	List<SubjectTemplate> variableSubjects() {
		return this.values.handlers.isEmpty() ? this.subjects : handlerSubjects();
	}

	private List<SubjectTemplate> handlerSubjects() {
		return this.values.handlers.stream().flatMap((handler) -> handler.subjects().stream()).toList();
	}

	/**
	 * The listener that is called.
	 * @return the listener, or {@code null} if a method is called
	 */
	public @Nullable NatsMessageListener getListener() {
		return this.values.listener;
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
		return this.values.queue;
	}

	/**
	 * The stream of the consumer.
	 * @return the stream
	 */
	public @Nullable String getStream() {
		return this.values.stream;
	}

	/**
	 * The durable consumer.
	 * @return the name; {@code null} for a consumer of its own in each instance, or core
	 * NATS
	 */
	public @Nullable String getConsumer() {
		return this.values.consumer;
	}

	/**
	 * Whether each instance handles all messages in the order of the stream.
	 * @return whether that is so
	 */
	public boolean isOrdered() {
		return this.values.ordered;
	}

	/**
	 * Where a consumer that has to be made begins.
	 * @return the deliver policy
	 */
	public @Nullable DeliverPolicy getDeliverPolicy() {
		return this.values.deliverPolicy;
	}

	/**
	 * The sequence at which a consumer that has to be made begins.
	 * @return the stream sequence
	 */
	public @Nullable Long getStartSequence() {
		return this.values.startSequence;
	}

	/**
	 * The time at which a consumer that has to be made begins.
	 * @return the time
	 */
	public @Nullable ZonedDateTime getStartTime() {
		return this.values.startTime;
	}

	/**
	 * How many handlers may run at once.
	 * @return the number
	 */
	public @Nullable Integer getConcurrency() {
		return this.values.concurrency;
	}

	/**
	 * What messages are kept in order by.
	 * @return a variable of the subjects in braces, or an expression
	 */
	public @Nullable String getOrderingKey() {
		return this.values.orderingKey;
	}

	/**
	 * How messages are acknowledged.
	 * @return the mode
	 */
	public @Nullable AckMode getAckMode() {
		return this.values.ackMode;
	}

	/**
	 * Decides on failed runs.
	 * @return the handler
	 */
	public @Nullable NatsErrorHandler getErrorHandler() {
		return this.values.errorHandler;
	}

	/**
	 * How many messages the container may hold.
	 * @return the bound
	 */
	public @Nullable Integer getMaxInFlight() {
		return this.values.maxInFlight;
	}

	/**
	 * How many messages the method gets at the most.
	 * @return the size of a batch, or {@code null} for single messages
	 */
	public @Nullable Integer getBatchSize() {
		return this.values.batchSize;
	}

	/**
	 * How long the first message of a batch waits for others.
	 * @return the timeout, or {@code null} for that of the factory
	 */
	public @Nullable Duration getBatchTimeout() {
		return this.values.batchTimeout;
	}

	/**
	 * Whether one instance at a time consumes.
	 * @return whether that is so
	 */
	public boolean isSingleActive() {
		return this.values.singleActive;
	}

	/**
	 * Whether the method takes several messages at once.
	 * @return whether the size of a batch is above 1
	 */
	public boolean isBatch() {
		return this.values.batchSize != null && this.values.batchSize > 1;
	}

	/**
	 * Whether the container starts with the application.
	 * @return whether it does
	 */
	public @Nullable Boolean getAutoStartup() {
		return this.values.autoStartup;
	}

	/**
	 * Converts payloads and replies.
	 * @return the converter
	 */
	public @Nullable NatsMessageConverter getMessageConverter() {
		return this.values.messageConverter;
	}

	/**
	 * Runs the listener.
	 * @return the executor
	 */
	public @Nullable Executor getExecutor() {
		return this.values.executor;
	}

	/**
	 * What of a bucket is watched.
	 * @return the watch, or {@code null} if this is no listener of a bucket
	 */
	public @Nullable BucketWatch getWatch() {
		return this.values.watch;
	}

	/**
	 * How the method gets its arguments.
	 * @return what differs from the container factory, or {@code null}
	 */
	public @Nullable ListenerMethodSettings getMethodSettings() {
		return this.values.methodSettings;
	}

	@Override
	public String toString() {
		return "NatsListenerEndpoint '%s' (%s)".formatted(this.values.id, this.description);
	}

}
