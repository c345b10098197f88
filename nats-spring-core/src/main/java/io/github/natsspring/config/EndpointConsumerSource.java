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

import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.pull.ConsumerSource;
import io.github.natsspring.support.SubjectTemplate;
import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.ConsumerNotFoundException;
import io.github.natsspring.topology.ConsumerProvisioner;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.PriorityPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * Finds the durable consumer of an endpoint, or has it made from the endpoint, and checks
 * that it suits the listener.
 */
final class EndpointConsumerSource implements ConsumerSource {

	private static final String PINNED_CLIENT_VERSION = "2.11.0";

	private static final String PRIORITY_GROUP = "active";

	private final NatsListenerEndpoint endpoint;

	private final String stream;

	private final String consumer;

	private final AckMode ackMode;

	private final @Nullable ConsumerDefinition declared;

	private final ConsumerProvisioner provisioner;

	// Tells the stream from a later one of its name
	private @Nullable ZonedDateTime streamCreated;

	/**
	 * Create a source.
	 * @param endpoint the endpoint
	 * @param stream the stream
	 * @param consumer the durable name
	 * @param ackMode how messages are acknowledged
	 * @param declared how the application declares the consumer, or {@code null}
	 * @param provisioner asks the server
	 */
	EndpointConsumerSource(NatsListenerEndpoint endpoint, String stream, String consumer, AckMode ackMode,
			@Nullable ConsumerDefinition declared, ConsumerProvisioner provisioner) {
		this.endpoint = endpoint;
		this.stream = stream;
		this.consumer = consumer;
		this.ackMode = ackMode;
		this.declared = declared;
		this.provisioner = provisioner;
	}

	@Override
	public ConsumerInfo open() {
		checkServer();
		ConsumerInfo info = this.provisioner.find(this.stream, this.consumer);
		boolean created = info == null;
		if (info == null) {
			info = create();
		}
		check(info.getConsumerConfiguration(), created);
		StreamInfo streamInfo = this.provisioner.findStream(this.stream);
		this.streamCreated = (streamInfo != null) ? streamInfo.getCreateTime() : null;
		return info;
	}

	/**
	 * Make the consumer again where it stood, unless the stream is another one by now:
	 * then its sequences mean nothing, and the declared policy holds.
	 */
	@Override
	public ConsumerInfo recreate(long ackFloor) {
		StreamInfo streamInfo = this.provisioner.findStream(this.stream);
		if (streamInfo == null) {
			throw failure(
					"the stream '%s' of its consumer '%s' is not on the server".formatted(this.stream, this.consumer),
					"Create the stream again");
		}
		boolean sameStream = streamInfo.getCreateTime().equals(this.streamCreated);
		this.streamCreated = streamInfo.getCreateTime();
		// A consumer of a work queue has to begin at the first message, and what was
		// acknowledged is gone
		boolean behind = sameStream && ackFloor > 0
				&& streamInfo.getConfiguration().getRetentionPolicy() != RetentionPolicy.WorkQueue;
		UnaryOperator<ConsumerConfiguration.Builder> settings = (this.declared != null) ? this.declared.settings()
				: this::configure;
		return this.provisioner
			.ensure(new ConsumerDefinition(this.stream, this.consumer, "listener " + this.endpoint.getDescription(),
					behind ? (builder) -> settings.apply(builder)
						.startTime(null)
						.deliverPolicy(DeliverPolicy.ByStartSequence)
						.startSequence(ackFloor + 1) : settings));
	}

	private ConsumerInfo create() {
		StreamInfo streamInfo = this.provisioner.findStream(this.stream);
		if (streamInfo == null) {
			throw failure(
					"the stream '%s' of its consumer '%s' is not on the server".formatted(this.stream, this.consumer),
					"Declare the stream under nats.jetstream.streams.%s, create it on the server, or correct the name"
						.formatted(this.stream));
		}
		if (this.declared != null) {
			throw failure(
					"its consumer '%s' of stream '%s' is not on the server, although it is declared in %s"
						.formatted(this.consumer, this.stream, this.declared.source()),
					"Create it on the server, or set nats.jetstream.provisioning to 'create'");
		}
		checkOverlap(streamInfo.getConfiguration());
		try {
			return this.provisioner.ensure(new ConsumerDefinition(this.stream, this.consumer,
					"listener " + this.endpoint.getDescription(), this::configure));
		}
		catch (ConsumerNotFoundException ex) {
			throw failure(
					"its consumer '%s' of stream '%s' is neither declared nor on the server, and may not be made"
						.formatted(this.consumer, this.stream),
					"Create it on the server, or set nats.jetstream.provisioning to 'create' and declare it under "
							+ "nats.jetstream.streams.%s.consumers.%s or let the annotation describe it"
								.formatted(this.stream, this.consumer));
		}
	}

	private ConsumerConfiguration.Builder configure(ConsumerConfiguration.Builder builder) {
		builder.ackPolicy((this.ackMode == AckMode.NONE) ? AckPolicy.None : AckPolicy.Explicit);
		if (this.endpoint.isSingleActive()) {
			builder.priorityGroups(PRIORITY_GROUP).priorityPolicy(PriorityPolicy.PinnedClient);
		}
		if (!this.endpoint.getSubjects().isEmpty()) {
			builder.filterSubjects(SubjectPatterns.distinct(this.endpoint.getSubjects()));
		}
		DeliverPolicy policy = this.endpoint.getDeliverPolicy();
		if (this.endpoint.getStartSequence() != null) {
			policy = DeliverPolicy.ByStartSequence;
			builder.startSequence(this.endpoint.getStartSequence());
		}
		if (this.endpoint.getStartTime() != null) {
			policy = DeliverPolicy.ByStartTime;
			builder.startTime(this.endpoint.getStartTime());
		}
		return builder.deliverPolicy((policy != null) ? policy : DeliverPolicy.All);
	}

	/**
	 * A pattern that no message of the stream can match is a mistake that nobody would
	 * notice.
	 */
	private void checkOverlap(StreamConfiguration configuration) {
		List<String> subjects = knownSubjects(configuration);
		if (subjects == null) {
			return;
		}
		for (SubjectTemplate template : this.endpoint.getSubjects()) {
			if (subjects.stream().noneMatch((subject) -> SubjectPatterns.overlap(template.pattern(), subject))) {
				throw failure("its subject '%s' matches none of the subjects %s of stream '%s'".formatted(template,
						subjects, this.stream), "Correct the subject, or add it to the stream");
			}
		}
	}

	/**
	 * The subjects of what a stream may hold, or {@code null} if they come from elsewhere
	 * or are changed.
	 */
	private static @Nullable List<String> knownSubjects(StreamConfiguration configuration) {
		boolean elsewhere = configuration.getMirror() != null
				|| (configuration.getSources() != null && !configuration.getSources().isEmpty())
				|| configuration.getSubjectTransform() != null;
		return elsewhere ? null : configuration.getSubjects();
	}

	private void check(ConsumerConfiguration configuration, boolean created) {
		if (configuration.getDeliverSubject() != null) {
			throw failure("its consumer '%s' of stream '%s' is a push consumer".formatted(this.consumer, this.stream),
					"Name a pull consumer, which has no deliver subject");
		}
		checkAckPolicy(configuration.getAckPolicy());
		checkPriorityPolicy(configuration.getPriorityPolicy());
		if (!created && !this.endpoint.getSubjects().isEmpty()) {
			checkFilters(configuration);
		}
	}

	private void checkAckPolicy(AckPolicy policy) {
		String mode = this.ackMode.name().toLowerCase(Locale.ROOT).replace('_', '-');
		if (policy == AckPolicy.None != (this.ackMode == AckMode.NONE)) {
			String action = switch (policy) {
				case None ->
					"Set the ack mode 'none' if messages may be lost, or name a consumer with the ack policy 'explicit'";
				default -> "Set another ack mode, or name a consumer with the ack policy 'none'";
			};
			throw failure("its ack mode is '%s', and its consumer '%s' of stream '%s' has the ack policy '%s'"
				.formatted(mode, this.consumer, this.stream, policy.toString().toLowerCase(Locale.ROOT)), action);
		}
	}

	/**
	 * An older server leaves out what it does not know, without a word.
	 */
	private void checkServer() {
		if (this.endpoint.isSingleActive() && this.provisioner.isServerOlderThan(PINNED_CLIENT_VERSION)) {
			throw failure(
					"it is single-active, which needs nats-server %s, and the server is %s"
						.formatted(PINNED_CLIENT_VERSION, this.provisioner.serverVersion()),
					"Update the server, or remove 'singleActive'");
		}
	}

	private void checkPriorityPolicy(PriorityPolicy policy) {
		if (this.endpoint.isSingleActive() && policy != PriorityPolicy.PinnedClient) {
			throw failure(
					"it is single-active, and its consumer '%s' of stream '%s' has the priority policy '%s'"
						.formatted(this.consumer, this.stream, policy.toString().replace('_', '-')),
					("Give the consumer priority-groups: %s and priority-policy: pinned-client (declared under "
							+ "nats.jetstream.streams.%s.consumers.%s, or on the server), or remove 'singleActive'")
						.formatted(PRIORITY_GROUP, this.stream, this.consumer));
		}
	}

	private void checkFilters(ConsumerConfiguration configuration) {
		List<String> filters = filters(configuration);
		for (String filter : filters) {
			if (this.endpoint.getSubjects().stream().noneMatch((template) -> template.covers(filter))) {
				throw failure(
						"its consumer '%s' of stream '%s' delivers '%s', which none of its subjects %s matches whole"
							.formatted(this.consumer, this.stream, filter, this.endpoint.getSubjects()),
						"Widen a subject so that it covers '%s', narrow the filter subjects of the consumer, "
							.formatted(filter) + "or remove the subjects from the listener");
			}
		}
	}

	/**
	 * The filters of the consumer; without any it delivers what its stream holds.
	 */
	private List<String> filters(ConsumerConfiguration configuration) {
		List<String> filters = configuration.getFilterSubjects();
		if (filters != null && !filters.isEmpty()) {
			return filters;
		}
		StreamInfo streamInfo = this.provisioner.findStream(this.stream);
		List<String> subjects = (streamInfo != null) ? knownSubjects(streamInfo.getConfiguration()) : null;
		return (subjects != null && !subjects.isEmpty()) ? subjects : List.of(">");
	}

	/**
	 * How long the stream keeps a message, or {@code null} if it is gone.
	 */
	@Nullable RetentionPolicy retention() {
		StreamInfo streamInfo = this.provisioner.findStream(this.stream);
		return (streamInfo != null) ? streamInfo.getConfiguration().getRetentionPolicy() : null;
	}

	private NatsListenerException failure(String problem, String action) {
		return new NatsListenerException(this.endpoint.getDescription(), problem, action);
	}

	@Override
	public String toString() {
		return "consumer '%s' of stream '%s'".formatted(this.consumer, this.stream);
	}

}
