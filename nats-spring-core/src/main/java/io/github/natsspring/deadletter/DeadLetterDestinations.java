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

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.topology.ProvisioningMode;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a listener starts whether it has dead letters and where they go, and makes
 * their stream where that is allowed. An existing stream is never changed.
 */
final class DeadLetterDestinations {

	private static final Log logger = LogFactory.getLog(DeadLetterDestinations.class);

	private static final Duration DUPLICATE_WINDOW = Duration.ofHours(1);

	private final DeadLetterStore store;

	private final ProvisioningMode mode;

	private final @Nullable String owner;

	/**
	 * Create.
	 * @param store the server
	 * @param mode whether streams may be made
	 * @param owner the name of the application, kept in the metadata of streams that are
	 * made, or {@code null}
	 */
	DeadLetterDestinations(DeadLetterStore store, ProvisioningMode mode, @Nullable String owner) {
		this.store = store;
		this.mode = mode;
		this.owner = owner;
	}

	/**
	 * Refuse a listener that would consume its own dead letters, by what is declared.
	 */
	void check(DeadLetterSource source, Collection<String> ownSubjects, DeadLetterSettings settings) {
		if (!Boolean.FALSE.equals(settings.enabled())) {
			String subject = settings.subjectFor(source.stream(), source.consumer());
			if (DeadLetterDestination.covers(ownSubjects, subject) && DeadLetterDestination.consumes(source, subject)) {
				throw new Search(source, settings, subject).loop();
			}
		}
	}

	/**
	 * Decide.
	 * @param source the listener
	 * @param settings its settings
	 * @param resolved whether a resolver chooses subjects, so that letters are wanted
	 * even if nothing captures the configured subject
	 * @return the destination, or {@code null} if there are no dead letters
	 */
	@Nullable DeadLetterDestination resolve(DeadLetterSource source, DeadLetterSettings settings, boolean resolved) {
		if (Boolean.FALSE.equals(settings.enabled())) {
			return null;
		}
		boolean demanded = Boolean.TRUE.equals(settings.enabled()) || settings.stream() != null;
		String subject = settings.subjectFor(source.stream(), source.consumer());
		Search search = new Search(source, settings, subject);
		try {
			String capturing = search.capturing();
			if (capturing == null && !demanded && !resolved) {
				return null;
			}
			StreamInfo own = this.store.server().findStream(source.stream());
			if (capturing != null) {
				return search.check(own, capturing);
			}
			if (demanded) {
				return search.check(own, search.provide(own));
			}
			return search.destination(own, null);
		}
		catch (NatsListenerException ex) {
			throw ex;
		}
		catch (NatsException ex) {
			if (this.mode != ProvisioningMode.NONE) {
				throw search.failure(
						"its dead-letter subject '%s' could not be looked up: %s".formatted(subject, ex.getMessage()),
						"Allow the user to ask for streams, or set nats.jetstream.provisioning to 'none'", ex);
			}
			logger.warn(("Listener %s: it is not known whether a stream captures the dead-letter subject '%s' (%s);"
					+ " dead letters are %s")
				.formatted(source.description(), subject, ex.getMessage(), (demanded || resolved) ? "on" : "off"));
			return (demanded || resolved) ? search.destination(null, null) : null;
		}
	}

	/**
	 * The search for one listener.
	 */
	private final class Search {

		private final DeadLetterStore store = DeadLetterDestinations.this.store;

		private final ProvisioningMode mode = DeadLetterDestinations.this.mode;

		private final DeadLetterSource source;

		private final DeadLetterSettings settings;

		private final String subject;

		Search(DeadLetterSource source, DeadLetterSettings settings, String subject) {
			this.source = source;
			this.settings = settings;
			this.subject = subject;
		}

		@Nullable String capturing() {
			return this.store
				.ask("look up the stream of subject '%s'".formatted(this.subject),
						(management) -> management.getStreamNames(this.subject))
				.stream()
				.findFirst()
				.orElse(null);
		}

		/**
		 * Make the stream, or fail.
		 */
		String provide(@Nullable StreamInfo own) {
			String name = this.settings.streamFor(this.source.stream(), this.source.consumer());
			if (name.equals(this.source.stream())) {
				throw failure(
						"its dead letters are to go to its own stream '%s', which does not capture their subject '%s'"
							.formatted(name, this.subject),
						"Set nats.listener.dead-letter.stream to another name");
			}
			StreamInfo existing = this.store.server().findStream(name);
			if (existing != null) {
				String late = capturing();
				if (late != null) {
					// Another listener or instance has just made it
					return late;
				}
				throw failure(
						"the stream '%s' does not capture its dead-letter subject '%s', only %s".formatted(name,
								this.subject, existing.getConfiguration().getSubjects()),
						"Add the subject to that stream, or change nats.listener.dead-letter.subject or .stream;"
								+ " a stream that is there is never changed");
			}
			if (!this.mode.creates()) {
				throw failure(
						"no stream captures its dead-letter subject '%s', and provisioning '%s' does not create '%s'"
							.formatted(this.subject, this.mode.name().toLowerCase(Locale.ROOT), name),
						"Create a stream with that subject, or set nats.listener.dead-letter.enabled to 'false'");
			}
			create(name, own);
			String capturing = capturing();
			if (capturing == null) {
				throw failure("no stream captures its dead-letter subject '%s', although '%s' was just made"
					.formatted(this.subject, name), "Try again");
			}
			return capturing;
		}

		private void create(String name, @Nullable StreamInfo own) {
			String captured = this.settings.capturedBy(this.source.stream(), this.source.consumer());
			StreamConfiguration configuration = StreamConfiguration.builder()
				.name(name)
				.description("Dead letters of the listeners of %s".formatted(this.source.stream()))
				.subjects(captured)
				.retentionPolicy(RetentionPolicy.Limits)
				.storageType(StorageType.File)
				.replicas((own != null) ? own.getConfiguration().getReplicas() : 1)
				.duplicateWindow(DUPLICATE_WINDOW)
				.allowDirect(true)
				.metadata(this.store.server().ownership(DeadLetterDestinations.this.owner))
				.build();
			try {
				this.store.ask("create the dead-letter stream '%s'".formatted(name),
						(management) -> management.addStream(configuration));
				logger.info("Created stream '%s' with subject '%s' for dead letters".formatted(name, captured));
			}
			catch (NatsException ex) {
				if (this.store.server().findStream(name) != null && capturing() != null) {
					// Another instance was faster
					return;
				}
				throw failure(
						"its dead-letter stream '%s' with subject '%s' could not be made: %s".formatted(name, captured,
								ex.getMessage()),
						"Create the stream, or change nats.listener.dead-letter.subject or .stream", ex);
			}
		}

		DeadLetterDestination check(@Nullable StreamInfo own, String capturing) {
			String wanted = (this.settings.stream() != null)
					? this.settings.streamFor(this.source.stream(), this.source.consumer()) : capturing;
			if (!capturing.equals(wanted)) {
				throw failure(
						"nats.listener.dead-letter.stream is '%s', but its dead-letter subject '%s' is captured by stream '%s'"
							.formatted(wanted, this.subject, capturing),
						"Change nats.listener.dead-letter.subject, or the stream");
			}
			if (capturing.equals(this.source.stream())) {
				if (DeadLetterDestination.consumes(this.source, this.subject)) {
					throw loop();
				}
				logger
					.warn("Listener %s: its dead letters ('%s') go to its own stream '%s'; other consumers may see them"
						.formatted(this.source.description(), this.subject, capturing));
			}
			StreamInfo info = this.store.server().findStream(capturing);
			if (info == null) {
				throw failure("its dead-letter stream '%s' has just been deleted".formatted(capturing), "Try again");
			}
			checkKeeps(info.getConfiguration());
			this.store.stored(this.source, this.subject, capturing);
			return destination(own, info);
		}

		NatsListenerException loop() {
			return failure(
					"its dead-letter subject '%s' is captured by its own stream '%s' and passes its filter %s: it would consume its own dead letters"
						.formatted(this.subject, this.source.stream(),
								this.source.filters().isEmpty() ? "(none)" : this.source.filters()),
					"Change nats.listener.dead-letter.subject, or take it from the subjects of that stream");
		}

		private void checkKeeps(StreamConfiguration configuration) {
			String fault = null;
			if (configuration.getNoAck()) {
				fault = "does not acknowledge what it stores (no-ack)";
			}
			else if (configuration.getSealed()) {
				fault = "is sealed";
			}
			else if (configuration.getRetentionPolicy() == RetentionPolicy.Interest) {
				fault = "has interest retention, and forgets a letter that no consumer waits for";
			}
			if (fault != null) {
				throw failure("its dead-letter stream '%s' %s".formatted(configuration.getName(), fault),
						"Use a stream with limits retention that acknowledges for the subject '%s'"
							.formatted(this.subject));
			}
		}

		DeadLetterDestination destination(@Nullable StreamInfo own, @Nullable StreamInfo target) {
			List<String> subjects = (own != null) ? own.getConfiguration().getSubjects() : null;
			return new DeadLetterDestination(this.source, this.subject,
					(target != null) ? target.getConfiguration().getName() : null,
					(subjects != null) ? subjects : List.of(),
					(target != null) ? target.getConfiguration().getMaximumMessageSize() : -1,
					this.settings.includeStackTrace());
		}

		NatsListenerException failure(String problem, String action) {
			return failure(problem, action, null);
		}

		NatsListenerException failure(String problem, String action, @Nullable Throwable cause) {
			return new NatsListenerException(this.source.description(), problem, action, cause);
		}

	}

}
