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

import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.deadletter.DeadLetterSource;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.pull.ConsumerKind;
import io.github.natsspring.topology.ConsumerProvisioner;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes a consumer that only one container uses: an ephemeral or an ordered one. It is
 * made anew at each start, in every provisioning mode, and deleted when the container
 * stops; should that fail, the server removes it after five minutes.
 */
final class EphemeralConsumerSource implements ListenerConsumer {

	private static final Log logger = LogFactory.getLog(EphemeralConsumerSource.class);

	private static final Duration INACTIVE_THRESHOLD = Duration.ofMinutes(5);

	private static final int MOST_ATTEMPTS = 3;

	private final NatsListenerEndpoint endpoint;

	private final String stream;

	private final AckMode ackMode;

	private final ConsumerProvisioner provisioner;

	private final ConsumerChecks checks;

	// Tells the stream from a later one of its name
	private @Nullable ZonedDateTime streamCreated;

	private boolean continued;

	private volatile @Nullable String current;

	EphemeralConsumerSource(NatsListenerEndpoint endpoint, String stream, AckMode ackMode,
			ConsumerProvisioner provisioner) {
		this.endpoint = endpoint;
		this.stream = stream;
		this.ackMode = ackMode;
		this.provisioner = provisioner;
		this.checks = new ConsumerChecks(endpoint, stream, "(ephemeral)", ackMode, provisioner);
	}

	@Override
	public ConsumerKind kind() {
		return this.endpoint.isOrdered() ? ConsumerKind.ORDERED : ConsumerKind.EPHEMERAL;
	}

	@Override
	public ConsumerInfo open() {
		close();
		this.streamCreated = null;
		return make(0);
	}

	@Override
	public ConsumerInfo recreate(long floor) {
		return make(floor);
	}

	@Override
	public boolean hasContinued() {
		return this.continued;
	}

	private ConsumerInfo make(long floor) {
		for (int attempt = 1;; attempt++) {
			StreamInfo before = stream();
			this.checks.checkOverlap(before.getConfiguration());
			boolean same = before.getCreateTime().equals(this.streamCreated);
			ConsumerInfo consumer = create(same ? Beginning.after(floor) : Beginning.of(this.endpoint, fallback()));
			if (attempt == MOST_ATTEMPTS || stream().getCreateTime().equals(before.getCreateTime())) {
				this.continued = same;
				this.streamCreated = before.getCreateTime();
				this.current = consumer.getName();
				return consumer;
			}
			// The sequences of another stream mean nothing
			discard(consumer.getName());
		}
	}

	private StreamInfo stream() {
		StreamInfo info = this.provisioner.findStream(this.stream);
		if (info == null) {
			throw failure("its stream '%s' is not on the server".formatted(this.stream), this.provisioner.suggestStream(
					this.stream,
					"declare the stream under nats.jetstream.streams.%s, create it on the server, or correct the name"
						.formatted(this.stream)));
		}
		RetentionPolicy retention = info.getConfiguration().getRetentionPolicy();
		if (retention != RetentionPolicy.Limits) {
			throw failure(
					"it has no durable consumer, and its stream '%s' has the retention '%s', where %s".formatted(
							this.stream, retention,
							(retention == RetentionPolicy.WorkQueue) ? "a message can be for one consumer only"
									: "a message goes once the consumers of the moment have it"),
					"Name a durable consumer in 'consumer'%s, or use a stream with the retention 'limits'"
						.formatted(this.endpoint.isOrdered() ? " and remove 'ordered'" : ""));
		}
		return info;
	}

	private DeliverPolicy fallback() {
		return this.endpoint.isOrdered() ? DeliverPolicy.All : DeliverPolicy.New;
	}

	private ConsumerInfo create(Beginning beginning) {
		List<String> filters = SubjectPatterns.distinct(this.endpoint.getSubjects());
		ConsumerConfiguration.Builder builder = ConsumerConfiguration.builder()
			.name(nameOf(this.endpoint) + "-" + UUID.randomUUID().toString().substring(0, 8))
			.description("listener " + this.endpoint.getDescription())
			.inactiveThreshold(INACTIVE_THRESHOLD);
		if (!filters.isEmpty()) {
			builder.filterSubjects(filters);
		}
		if (this.endpoint.isOrdered()) {
			builder.ackPolicy(AckPolicy.None).maxDeliver(1).memStorage(true).numReplicas(1);
		}
		else {
			builder.ackPolicy((this.ackMode == AckMode.NONE) ? AckPolicy.None : AckPolicy.Explicit);
		}
		ConsumerInfo consumer = this.provisioner.createEphemeral(this.stream, beginning.apply(builder).build());
		checkFilters(consumer, filters);
		return consumer;
	}

	/**
	 * An older server leaves out what it does not know, without a word, and would deliver
	 * everything.
	 */
	private void checkFilters(ConsumerInfo consumer, List<String> wanted) {
		List<String> filters = consumer.getConsumerConfiguration().getFilterSubjects();
		if (!wanted.isEmpty() && !wanted.contains(">")
				&& !Set.copyOf(wanted).equals((filters != null) ? new HashSet<>(filters) : Set.of())) {
			discard(consumer.getName());
			throw failure("it has the subjects %s, and the server %s knows one for a consumer".formatted(wanted,
					this.provisioner.serverVersion()), "Update the server to 2.10.0, or listen to one subject");
		}
	}

	/**
	 * What stands for the consumers of a listener in dead letters: their names differ
	 * from start to start and among instances.
	 */
	static String nameOf(NatsListenerEndpoint endpoint) {
		return "listener-" + endpoint.getId().replaceAll("[^A-Za-z0-9_-]", "_");
	}

	@Override
	public DeadLetterSource deadLetterSource(ConsumerInfo info) {
		List<String> filters = info.getConsumerConfiguration().getFilterSubjects();
		return new DeadLetterSource(this.endpoint.getId(), this.endpoint.getDescription(), this.stream,
				nameOf(this.endpoint), (filters != null) ? filters : List.of());
	}

	@Override
	public @Nullable RetentionPolicy retention() {
		StreamInfo info = this.provisioner.findStream(this.stream);
		return (info != null) ? info.getConfiguration().getRetentionPolicy() : null;
	}

	@Override
	public void discard(String consumer) {
		try {
			this.provisioner.delete(this.stream, consumer);
		}
		catch (NatsException | IllegalStateException ex) {
			logger.debug("Consumer '%s' of stream '%s' could not be deleted, it goes after %s: %s".formatted(consumer,
					this.stream, INACTIVE_THRESHOLD, ex.getMessage()));
		}
	}

	@Override
	public void close() {
		String consumer = this.current;
		this.current = null;
		if (consumer != null) {
			discard(consumer);
		}
	}

	private NatsListenerException failure(String problem, String action) {
		return new NatsListenerException(this.endpoint.getDescription(), problem, action);
	}

	@Override
	public String toString() {
		return "%s consumer of stream '%s'".formatted(this.endpoint.isOrdered() ? "ordered" : "ephemeral", this.stream);
	}

}
