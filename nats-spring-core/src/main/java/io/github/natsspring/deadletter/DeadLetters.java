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

package io.github.natsspring.deadletter;

import java.util.Collection;
import java.util.concurrent.Executor;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.observation.NatsPublishObservationConvention;
import io.github.natsspring.topology.ProvisioningMode;
import io.github.natsspring.topology.TopologySettings;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.JetStreamOptions;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of all listeners of one connection.
 */
public final class DeadLetters {

	private final DeadLetterStore store;

	private final DeadLetterDestinations destinations;

	private final @Nullable DeadLetterDestinationResolver resolver;

	/**
	 * Create the dead letters of a connection. The server is not asked before a listener
	 * starts.
	 * @param holder holds the connection
	 * @param mode whether streams for dead letters may be made
	 * @param options domain or API prefix, and the timeout of requests
	 * @param publishing how a letter is published: {@code publishTimeout} bounds the time
	 * that {@link DeadLetterPublisher#send} takes
	 * @param resolver chooses subjects, or {@code null} for the configured ones
	 */
	public DeadLetters(ConnectionHolder holder, ProvisioningMode mode, JetStreamOptions options,
			JetStreamTemplateSettings publishing, @Nullable DeadLetterDestinationResolver resolver) {
		this(holder, TopologySettings.of(mode), options, publishing, resolver);
	}

	/**
	 * Create the dead letters of a connection. The server is not asked before a listener
	 * starts.
	 * @param holder holds the connection
	 * @param settings whether streams for dead letters may be made, and in whose name
	 * @param options domain or API prefix, and the timeout of requests
	 * @param publishing how a letter is published: {@code publishTimeout} bounds the time
	 * that {@link DeadLetterPublisher#send} takes
	 * @param resolver chooses subjects, or {@code null} for the configured ones
	 */
	public DeadLetters(ConnectionHolder holder, TopologySettings settings, JetStreamOptions options,
			JetStreamTemplateSettings publishing, @Nullable DeadLetterDestinationResolver resolver) {
		this.store = new DeadLetterStore(holder, settings.mode(), options, publishing);
		this.destinations = new DeadLetterDestinations(this.store, settings.mode(), settings.owner());
		this.resolver = resolver;
	}

	/**
	 * Observe how the dead letters of runs are stored that are observed themselves; by
	 * default nobody does. A letter of a run that is not keeps the trace of its message.
	 * @param registry the registry
	 * @param convention names and tags, or {@code null} for the default
	 */
	public void setObservation(ObservationRegistry registry, @Nullable NatsPublishObservationConvention convention) {
		this.store.observe(registry, convention);
	}

	/**
	 * Check by what is declared, without asking the server, that a listener does not
	 * consume its own dead letters.
	 * @param source the listener
	 * @param ownSubjects the declared subjects of its stream
	 * @param settings its settings
	 * @throws io.github.natsspring.listener.NatsListenerException if it would
	 */
	public void check(DeadLetterSource source, Collection<String> ownSubjects, DeadLetterSettings settings) {
		this.destinations.check(source, ownSubjects, settings);
	}

	/**
	 * Find or make the destination of a listener. To be called at each start of its
	 * container, on a thread that may wait; asks the server some three times.
	 * @param source the listener
	 * @param settings its settings
	 * @return stores its dead letters; {@code null} if it has none, because they are
	 * switched off, or because no stream captures their subject and none was asked for
	 * @throws io.github.natsspring.listener.NatsListenerException if the listener would
	 * consume its own dead letters, or if no stream captures them although dead letters
	 * are switched on, or the stream that does is none to keep them
	 */
	public @Nullable DeadLetterPublisher open(DeadLetterSource source, DeadLetterSettings settings) {
		DeadLetterDestination destination = this.destinations.resolve(source, settings, this.resolver != null);
		return (destination != null) ? new DeadLetterPublisher(this.store, destination, this.resolver) : null;
	}

	/**
	 * Watch for messages of a listener that the server gave up by itself.
	 * @param publisher stores its dead letters
	 * @param terminations whether to dead-letter what another client terminated; only if
	 * every reason that our instances give begins with
	 * {@link AdvisoryWatcher#OWN_TERMINATION}, since they would take their own
	 * terminations for those of others
	 * @param executor runs what may wait
	 * @return the watcher, not started
	 */
	public AdvisoryWatcher watch(DeadLetterPublisher publisher, boolean terminations, Executor executor) {
		return new AdvisoryWatcher(this.store, publisher.getDestination().source(), publisher, terminations, executor);
	}

	/**
	 * What tells streams apart.
	 * @return the identities
	 */
	public StreamIdentities streamIdentities() {
		return this.store.identities();
	}

	/**
	 * What can be done with dead letters.
	 * @param targets finds the listener that failed
	 * @return the operations
	 */
	public DeadLetterOperations operations(RedriveTargets targets) {
		return new DefaultDeadLetterOperations(this.store, targets, this.resolver != null);
	}

}
