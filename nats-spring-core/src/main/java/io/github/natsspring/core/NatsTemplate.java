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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.NatsException;
import io.github.natsspring.connection.RoundTrips;
import io.github.natsspring.observation.NatsPublishContext.Operation;
import io.github.natsspring.observation.NatsPublishObservationConvention;
import io.github.natsspring.observation.PublishObservations;
import io.github.natsspring.support.DefaultNatsHeaderMapper;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsMessageConverter;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Publishes and requests over core NATS. Safe for use by many threads.
 */
public class NatsTemplate implements NatsOperations {

	private final ConnectionHolder holder;

	private final OutgoingMessages messages;

	private final NatsTemplateSettings settings;

	private final Requester requester;

	private final Replies replies;

	private final CompletionExecutor executor;

	private final Confirmations confirmations;

	private final PublishCounters counters;

	/**
	 * Create a template.
	 * @param holder holds the connection; not used before the first call
	 * @param converter converts payloads
	 * @param settings the settings
	 */
	public NatsTemplate(ConnectionHolder holder, NatsMessageConverter converter, NatsTemplateSettings settings) {
		this(holder, converter, settings, DefaultNatsHeaderMapper.INSTANCE, List.of());
	}

	/**
	 * Create a template.
	 * @param holder holds the connection; not used before the first call
	 * @param converter converts payloads
	 * @param settings the settings
	 * @param headerMapper maps the headers of Spring messages
	 * @param interceptors see each message, in their order
	 */
	public NatsTemplate(ConnectionHolder holder, NatsMessageConverter converter, NatsTemplateSettings settings,
			NatsHeaderMapper headerMapper, List<? extends NatsPublishInterceptor> interceptors) {
		this.holder = holder;
		this.messages = new OutgoingMessages(holder.getName(), converter, headerMapper, interceptors);
		this.settings = settings;
		this.requester = new Requester(holder);
		this.confirmations = new Confirmations(holder);
		this.counters = new PublishCounters(holder.getName(), this.requester);
		this.replies = new Replies(converter);
		this.executor = CompletionExecutor.of(settings.executor(), "nats-request-" + holder.getName());
	}

	/**
	 * Observe what is sent, which nobody does by default. A reply that a request brings
	 * belongs to the request.
	 * @param registry the registry
	 * @param convention names and tags, or {@code null} for the default
	 */
	public void setObservation(ObservationRegistry registry, @Nullable NatsPublishObservationConvention convention) {
		this.messages.setObservations(PublishObservations.of(registry, convention, this.holder.getName()));
	}

	@Override
	public void publish(String subject, @Nullable Object payload, Consumer<PublishOptions> options) {
		PublishOptions chosen = new PublishOptions();
		options.accept(chosen);
		PublishObservations observations = this.messages.observations();
		if (observations == null) {
			publish(subject, payload, chosen);
			return;
		}
		observations.observe(Operation.PUBLISH, subject, chosen.headers(), () -> {
			publish(subject, payload, chosen);
			return null;
		});
	}

	private void publish(String subject, @Nullable Object payload, PublishOptions chosen) {
		PublishInterceptors interceptors = this.messages.interceptors();
		if (interceptors == null) {
			publish(this.messages.prepare(subject, payload, chosen.headers()), chosen);
			return;
		}
		interceptors.around(this.messages.prepare(OutgoingMessage.Kind.PUBLISH, subject, payload, chosen.headers()),
				(message) -> {
					publish(message, chosen);
					return null;
				});
	}

	/**
	 * What this template has counted.
	 * @return live numbers, the same object each time
	 */
	public PublishStatistics getStatistics() {
		return this.counters;
	}

	private void publish(Outgoing message, PublishOptions chosen) {
		long started = System.nanoTime();
		try {
			send(message, chosen);
		}
		catch (RuntimeException | Error ex) {
			this.counters.failed(PublishStatistics.Operation.PUBLISH, ex, started);
			throw ex;
		}
		this.counters.succeeded(PublishStatistics.Operation.PUBLISH, started);
	}

	private void send(Outgoing message, PublishOptions chosen) {
		String subject = message.subject();
		Connection connection = this.holder.get();
		Outgoing.checkSize(connection, subject, message.headers(), message.body());
		Outgoing.requireNotInterrupted(subject);
		Duration timeout = chosen.confirmTimeout();
		if (timeout == null) {
			send(connection, message, chosen.replyTo());
			return;
		}
		RoundTrips.Session session = RoundTrips.session(connection);
		String before = connection.getLastError();
		Confirmation confirmation = this.confirmations.begin(connection, subject, chosen.replyTo());
		try {
			send(connection, message, chosen.replyTo());
			confirm(connection, session, subject, timeout, before);
		}
		finally {
			this.confirmations.end(confirmation);
		}
		String error = confirmation.error();
		if (error != null) {
			throw Outgoing.refused(subject, error);
		}
	}

	private static void send(Connection connection, Outgoing message, @Nullable String replyTo) {
		String subject = message.subject();
		try {
			connection.publish(subject, replyTo, message.headers(), message.body());
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			throw Outgoing.notSent(subject, ex);
		}
		if (Thread.currentThread().isInterrupted()) {
			throw new NatsPublishOutcomeUnknownException(subject,
					"Interrupted while the message to '%s' was sent; it may have been discarded".formatted(subject),
					null);
		}
	}

	@SuppressWarnings("StringEquality")
	private void confirm(Connection connection, RoundTrips.Session session, String subject, Duration timeout,
			@Nullable String errorBefore) {
		long deadline = System.nanoTime() + timeout.toNanos();
		try {
			RoundTrips.flush(connection, timeout, session);
			// The server's error precedes its answer to the flush, and has a text of its
			// own; our thread may learn of it later
			if (connection.getLastError() != errorBefore) {
				this.holder.awaitErrors(connection, Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
			}
		}
		catch (RoundTrips.ConnectionLostException ex) {
			throw new NatsPublishOutcomeUnknownException(subject,
					"The connection was lost before the server confirmed that it took the message to '%s'; it may have been delivered, or may be after a reconnect"
						.formatted(subject),
					ex);
		}
		catch (TimeoutException ex) {
			throw new NatsPublishOutcomeUnknownException(subject,
					"The server did not confirm within %d ms that it took the message to '%s'; it may have been delivered"
						.formatted(timeout.toMillis(), subject),
					ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new NatsPublishOutcomeUnknownException(subject,
					"Interrupted while the message to '%s' was being confirmed; it may have been delivered"
						.formatted(subject),
					ex);
		}
	}

	@Override
	public <T> @Nullable T request(String subject, @Nullable Object payload, Type type,
			Consumer<RequestOptions> options) {
		RequestOptions chosen = choose(options);
		PublishObservations observations = this.messages.observations();
		if (observations == null) {
			return request(subject, payload, type, chosen);
		}
		return observations.<@Nullable T>observe(Operation.REQUEST, subject, chosen.headers(),
				() -> request(subject, payload, type, chosen));
	}

	private <T> @Nullable T request(String subject, @Nullable Object payload, Type type, RequestOptions chosen) {
		PublishInterceptors interceptors = this.messages.interceptors();
		if (interceptors == null) {
			return request(this.messages.prepare(subject, payload, chosen.headers()), type, chosen);
		}
		return interceptors.around(
				this.messages.prepare(OutgoingMessage.Kind.REQUEST, subject, payload, chosen.headers()),
				(message) -> this.<T>request(message, type, chosen));
	}

	private <T> @Nullable T request(Outgoing message, Type type, RequestOptions chosen) {
		long started = System.nanoTime();
		try {
			T answer = this.await(message, type, chosen);
			this.counters.succeeded(PublishStatistics.Operation.REQUEST, started);
			return answer;
		}
		catch (RuntimeException | Error ex) {
			this.counters.failed(PublishStatistics.Operation.REQUEST, ex, started);
			throw ex;
		}
	}

	@SuppressWarnings("unchecked")
	private <T> @Nullable T await(Outgoing message, Type type, RequestOptions chosen) {
		String subject = message.subject();
		PendingRequest request = send(message, chosen);
		try {
			long patience = chosen.timeout().toNanos();
			return (T) this.replies.read(subject, request.get(patience, TimeUnit.NANOSECONDS), type);
		}
		catch (ExecutionException ex) {
			throw Replies.failed(subject, RequestFailure.of(ex), chosen.timeout());
		}
		catch (TimeoutException ex) {
			RequestFailure failure = new RequestFailure(RequestFailure.Reason.TIMEOUT, "no answer in time");
			request.completeExceptionally(failure);
			throw Replies.failed(subject, failure, chosen.timeout());
		}
		catch (InterruptedException ex) {
			request.fail(RequestFailure.Reason.CLOSED, "interrupted");
			Thread.currentThread().interrupt();
			throw new NatsRequestException(subject,
					"Interrupted while the answer to the request on '%s' was awaited".formatted(subject), ex);
		}
	}

	@Override
	public <T> CompletableFuture<@Nullable T> requestAsync(String subject, @Nullable Object payload, Type type,
			Consumer<RequestOptions> options) {
		RequestOptions chosen = choose(options);
		PublishObservations observations = this.messages.observations();
		if (observations == null) {
			return requestAsync(subject, payload, type, chosen);
		}
		return observations.<@Nullable T>observeAsync(Operation.REQUEST, subject, chosen.headers(),
				() -> requestAsync(subject, payload, type, chosen));
	}

	private <T> CompletableFuture<@Nullable T> requestAsync(String subject, @Nullable Object payload, Type type,
			RequestOptions chosen) {
		PublishInterceptors interceptors = this.messages.interceptors();
		if (interceptors == null) {
			return requestAsync(this.messages.prepare(subject, payload, chosen.headers()), type, chosen);
		}
		return interceptors.aroundAsync(
				this.messages.prepare(OutgoingMessage.Kind.REQUEST, subject, payload, chosen.headers()),
				(message) -> this.<T>requestAsync(message, type, chosen));
	}

	@SuppressWarnings("unchecked")
	private <T> CompletableFuture<@Nullable T> requestAsync(Outgoing message, Type type, RequestOptions chosen) {
		long started = System.nanoTime();
		String subject = message.subject();
		CompletableFuture<@Nullable T> answer = new CompletableFuture<>();
		try {
			send(message, chosen).whenComplete((reply, ex) -> this.executor.execute(() -> {
				T value;
				try {
					if (ex != null) {
						throw Replies.failed(subject, (RequestFailure) ex, chosen.timeout());
					}
					value = (T) this.replies.read(subject, reply, type);
				}
				catch (RuntimeException | Error failure) {
					this.counters.failed(PublishStatistics.Operation.REQUEST, failure, started);
					answer.completeExceptionally(failure);
					return;
				}
				// Before the callbacks, which may look
				this.counters.succeeded(PublishStatistics.Operation.REQUEST, started);
				answer.complete(value);
			}));
		}
		catch (NatsException ex) {
			this.counters.failed(PublishStatistics.Operation.REQUEST, ex, started);
			answer.completeExceptionally(ex);
		}
		return answer;
	}

	private PendingRequest send(Outgoing message, RequestOptions options) {
		return this.requester.send(message.subject(), message.headers(), message.body(), options.timeout());
	}

	private RequestOptions choose(Consumer<RequestOptions> options) {
		RequestOptions chosen = new RequestOptions(this.settings.requestTimeout());
		options.accept(chosen);
		return chosen;
	}

}
