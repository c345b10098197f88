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

package io.github.natsspring.observation;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Observes what is sent over one connection. There is none where nobody observes, so that
 * messages cost nothing.
 */
public final class PublishObservations {

	private final ObservationRegistry registry;

	private final @Nullable NatsPublishObservationConvention convention;

	private final String connectionName;

	private PublishObservations(ObservationRegistry registry, @Nullable NatsPublishObservationConvention convention,
			String connectionName) {
		this.registry = registry;
		this.convention = convention;
		this.connectionName = connectionName;
	}

	/**
	 * Begin to observe.
	 * @param registry the registry
	 * @param convention names and tags, or {@code null} for the default
	 * @param connectionName the connection
	 * @return observes, or {@code null} if the registry is
	 * {@link ObservationRegistry#NOOP}
	 */
	public static @Nullable PublishObservations of(ObservationRegistry registry,
			@Nullable NatsPublishObservationConvention convention, String connectionName) {
		return (registry == ObservationRegistry.NOOP) ? null
				: new PublishObservations(registry, convention, connectionName);
	}

	/**
	 * Whether somebody handles observations at the moment.
	 * @return whether it is worth while to observe
	 */
	public boolean isActive() {
		return !this.registry.isNoop();
	}

	/**
	 * Whether something is observed on this thread already.
	 * @return whether what is sent now belongs to an observation
	 */
	public boolean isWithin() {
		return this.registry.getCurrentObservation() != null;
	}

	/**
	 * Observe until the call returns.
	 * @param operation what is asked of the message
	 * @param subject the subject
	 * @param headers the headers, which get the context of the trace
	 * @param call sends the message
	 * @return what the call returned
	 */
	public <T extends @Nullable Object> T observe(NatsPublishContext.Operation operation, String subject,
			Headers headers, Supplier<T> call) {
		NatsPublishContext context = new NatsPublishContext(this.connectionName, operation, subject, headers);
		Observation observation = start(context);
		Observation.Scope scope = observation.openScope();
		try {
			T result = call.get();
			confirmed(context, result);
			return result;
		}
		catch (RuntimeException | Error ex) {
			observation.error(ex);
			throw ex;
		}
		finally {
			scope.close();
			observation.stop();
		}
	}

	/**
	 * Observe until the future completes.
	 * @param operation what is asked of the message
	 * @param subject the subject
	 * @param headers the headers, which get the context of the trace
	 * @param call sends the message
	 * @return completes like the future of the call, when the observation has ended
	 */
	public <T extends @Nullable Object> CompletableFuture<T> observeAsync(NatsPublishContext.Operation operation,
			String subject, Headers headers, Supplier<CompletableFuture<T>> call) {
		NatsPublishContext context = new NatsPublishContext(this.connectionName, operation, subject, headers);
		Observation observation = start(context);
		Observation.Scope scope = observation.openScope();
		CompletableFuture<T> sent;
		try {
			sent = call.get();
		}
		catch (RuntimeException | Error ex) {
			scope.close();
			observation.error(ex).stop();
			throw ex;
		}
		scope.close();
		CompletableFuture<T> result = new CompletableFuture<>();
		sent.whenComplete((value, ex) -> {
			try {
				if (ex != null) {
					observation.error(unwrap(ex));
				}
				else {
					confirmed(context, value);
				}
				observation.stop();
			}
			finally {
				if (ex != null) {
					result.completeExceptionally(ex);
				}
				else {
					result.complete(value);
				}
			}
		});
		return result;
	}

	private Observation start(NatsPublishContext context) {
		return Observation
			.createNotStarted(this.convention, DefaultNatsPublishObservationConvention.INSTANCE, () -> context,
					this.registry)
			.start();
	}

	private static void confirmed(NatsPublishContext context, @Nullable Object result) {
		if (result instanceof PublishAck ack) {
			context.setPublishAck(ack);
		}
	}

	private static Throwable unwrap(Throwable failure) {
		Throwable cause = failure.getCause();
		return (failure instanceof CompletionException && cause != null) ? unwrap(cause) : failure;
	}

}
