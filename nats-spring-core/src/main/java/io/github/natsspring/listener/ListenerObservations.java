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

package io.github.natsspring.listener;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.github.natsspring.observation.DefaultNatsListenerObservationConvention;
import io.github.natsspring.observation.NatsListenerContext;
import io.github.natsspring.observation.NatsListenerObservationConvention;
import io.github.natsspring.observation.NatsPublishObservationConvention;
import io.github.natsspring.observation.PublishObservations;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observes the runs of one listener, from before its interceptors until the work is done,
 * and its replies. There is none for a listener that nobody observes, so that its
 * messages cost nothing.
 */
public final class ListenerObservations {

	private final ObservationRegistry registry;

	private final @Nullable NatsListenerObservationConvention convention;

	private final NatsListenerObservationConvention defaultConvention;

	private final @Nullable NatsPublishObservationConvention replyConvention;

	private final NatsListenerContext.Listener listener;

	/**
	 * Create the observations of a listener.
	 * @param registry the registry
	 * @param convention names and tags of runs, or {@code null} for the default
	 * @param replyConvention names and tags of replies, or {@code null} for the default
	 * @param listener the listener
	 */
	public ListenerObservations(ObservationRegistry registry, @Nullable NatsListenerObservationConvention convention,
			@Nullable NatsPublishObservationConvention replyConvention, NatsListenerContext.Listener listener) {
		this.registry = registry;
		this.defaultConvention = DefaultNatsListenerObservationConvention.of(listener);
		this.convention = convention;
		this.replyConvention = replyConvention;
		this.listener = listener;
	}

	/**
	 * Observe the messages of a listener.
	 * @param listener the listener
	 * @return a listener around it
	 */
	public NatsMessageListener around(NatsMessageListener listener) {
		return new ObservedListener(this, listener);
	}

	/**
	 * Observe the batches of a listener.
	 * @param listener the listener
	 * @return a listener around it
	 */
	public NatsBatchListener around(NatsBatchListener listener) {
		return new ObservedBatchListener(this, listener);
	}

	/**
	 * Whether a listener tells the scope of a run to a {@link ScopedRun}.
	 * @param listener the listener
	 * @return whether it may
	 */
	public static boolean isObserved(NatsMessageListener listener) {
		return listener instanceof ObservedListener;
	}

	/**
	 * What observes the replies of the listener.
	 * @return observes, or {@code null} if the registry is
	 * {@link ObservationRegistry#NOOP}
	 */
	public @Nullable PublishObservations replies() {
		return PublishObservations.of(this.registry, this.replyConvention, this.listener.connectionName());
	}

	/**
	 * Run what is left of a run on another thread, within the observation of this one.
	 * @param executor the threads
	 * @return the same threads, for tasks that belong to what is observed now
	 */
	public Executor capture(Executor executor) {
		Observation current = this.registry.getCurrentObservation();
		return (current != null) ? (task) -> executor.execute(() -> current.scoped(task)) : executor;
	}

	NatsListenerContext.Listener listener() {
		return this.listener;
	}

	/**
	 * Whether somebody handles observations at the moment.
	 */
	boolean isActive() {
		return !this.registry.isNoop();
	}

	/**
	 * Run a listener.
	 * @param run what it is run for
	 */
	@Nullable CompletionStage<?> run(NatsListenerContext context, Object run, Callable<@Nullable CompletionStage<?>> call)
			throws Exception {
		Observation observation = Observation
			.createNotStarted(this.convention, this.defaultConvention, () -> context, this.registry)
			.start();
		if (run instanceof ScopedRun scoped && !observation.isNoop()) {
			scoped.setScope(observation::scoped);
		}
		Observation.Scope scope = observation.openScope();
		CompletionStage<?> result;
		try {
			result = call.call();
		}
		catch (Throwable ex) {
			scope.close();
			end(observation, ex);
			throw ex;
		}
		scope.close();
		if (result == null) {
			end(observation, null);
			return null;
		}
		// It ends before whoever waits for the result settles the message
		return result.whenComplete((value, ex) -> end(observation, ex));
	}

	private static void end(Observation observation, @Nullable Throwable failure) {
		Throwable cause = (failure != null) ? unwrap(failure) : null;
		if (cause != null && !(cause instanceof AckMessageException)) {
			observation.error(cause);
		}
		observation.stop();
	}

	/**
	 * What went wrong, and not how much of a batch was left.
	 */
	private static Throwable unwrap(Throwable failure) {
		Throwable unwrapped = InterceptedRun.unwrap(failure);
		Throwable cause = unwrapped.getCause();
		boolean part = unwrapped instanceof PartialBatchException || unwrapped instanceof FilteredBatchException
				|| unwrapped instanceof BatchListenerFailedException;
		return (part && cause != null) ? unwrap(cause) : unwrapped;
	}

}
