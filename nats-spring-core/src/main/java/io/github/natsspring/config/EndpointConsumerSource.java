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
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

import io.github.natsspring.deadletter.DeadLetterSource;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.NatsListenerException;
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

import org.springframework.util.CollectionUtils;

/**
 * Finds the durable consumer of an endpoint, or has it made from the endpoint, and checks
 * that it suits the listener.
 */
final class EndpointConsumerSource implements ListenerConsumer {

	private final NatsListenerEndpoint endpoint;

	private final String stream;

	private final String consumer;

	private final AckMode ackMode;

	private final @Nullable ConsumerDefinition declared;

	private final ConsumerProvisioner provisioner;

	private final boolean recreated;

	private final ConsumerChecks checks;

	private final BiConsumer<EndpointConsumerSource, StreamConfiguration> beforeCreation;

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
	 * @param recreated whether the consumer may have to be made again
	 * @param beforeCreation takes this and the stream before a consumer is made for the
	 * first time, and throws if none may be
	 */
	EndpointConsumerSource(NatsListenerEndpoint endpoint, String stream, String consumer, AckMode ackMode,
			@Nullable ConsumerDefinition declared, ConsumerProvisioner provisioner, boolean recreated,
			BiConsumer<EndpointConsumerSource, StreamConfiguration> beforeCreation) {
		this.endpoint = endpoint;
		this.stream = stream;
		this.consumer = consumer;
		this.ackMode = ackMode;
		this.declared = declared;
		this.provisioner = provisioner;
		this.recreated = recreated;
		this.beforeCreation = beforeCreation;
		this.checks = new ConsumerChecks(endpoint, stream, consumer, ackMode, provisioner);
	}

	@Override
	public ConsumerInfo open() {
		this.checks.checkServer();
		ConsumerInfo info = this.provisioner.find(this.stream, this.consumer);
		boolean created = info == null;
		if (info == null) {
			info = create();
		}
		this.checks.check(info.getConsumerConfiguration(), !created);
		if (this.recreated) {
			// Not asked in vain: with many listeners it would be a good part of the start
			StreamInfo streamInfo = this.provisioner.findStream(this.stream);
			this.streamCreated = (streamInfo != null) ? streamInfo.getCreateTime() : null;
		}
		return info;
	}

	@Override
	public void check(ConsumerInfo info) {
		this.checks.check(info.getConsumerConfiguration(), true);
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
					this.provisioner.suggestStream(this.stream,
							"declare the stream under nats.jetstream.streams.%s, create it on the server, or correct the name"
								.formatted(this.stream)));
		}
		if (this.declared != null) {
			throw failure(
					"its consumer '%s' of stream '%s' is not on the server, although it is declared in %s"
						.formatted(this.consumer, this.stream, this.declared.source()),
					"Create it on the server, or set nats.jetstream.provisioning to 'create'");
		}
		this.checks.checkOverlap(streamInfo.getConfiguration());
		if (this.provisioner.mayCreate()) {
			this.beforeCreation.accept(this, streamInfo.getConfiguration());
		}
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
			builder.priorityGroups(ConsumerChecks.PRIORITY_GROUP).priorityPolicy(PriorityPolicy.PinnedClient);
		}
		if (!this.endpoint.getSubjects().isEmpty()) {
			builder.filterSubjects(SubjectPatterns.distinct(this.endpoint.getSubjects()));
		}
		return Beginning.of(this.endpoint, DeliverPolicy.All).apply(builder);
	}

	@Override
	public @Nullable RetentionPolicy retention() {
		StreamInfo streamInfo = this.provisioner.findStream(this.stream);
		return (streamInfo != null) ? streamInfo.getConfiguration().getRetentionPolicy() : null;
	}

	@Override
	public DeadLetterSource deadLetterSource(ConsumerInfo info) {
		return DeadLetterSource.of(this.endpoint.getId(), this.endpoint.getDescription(), info);
	}

	/**
	 * The source that the consumer will be once it is made from the listener.
	 */
	DeadLetterSource deadLetterSource() {
		return new DeadLetterSource(this.endpoint.getId(), this.endpoint.getDescription(), this.stream, this.consumer,
				SubjectPatterns.distinct(this.endpoint.getSubjects()));
	}

	NatsListenerEndpoint endpoint() {
		return this.endpoint;
	}

	String stream() {
		return this.stream;
	}

	String consumer() {
		return this.consumer;
	}

	/**
	 * What the consumer delivers, if it is there, or would deliver.
	 */
	List<String> filters() {
		ConsumerInfo info = this.provisioner.find(this.stream, this.consumer);
		List<String> filters;
		if (info != null) {
			filters = info.getConsumerConfiguration().getFilterSubjects();
		}
		else if (this.declared != null) {
			filters = this.declared.create().getFilterSubjects();
		}
		else {
			filters = SubjectPatterns.distinct(this.endpoint.getSubjects());
		}
		return CollectionUtils.isEmpty(filters) ? List.of(">") : filters;
	}

	private NatsListenerException failure(String problem, String action) {
		return new NatsListenerException(this.endpoint.getDescription(), problem, action);
	}

	@Override
	public String toString() {
		return "consumer '%s' of stream '%s'".formatted(this.consumer, this.stream);
	}

}
