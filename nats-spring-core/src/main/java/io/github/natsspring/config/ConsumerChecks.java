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

import java.util.List;
import java.util.Locale;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.support.SubjectTemplate;
import io.github.natsspring.support.Subjects;
import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.ConsumerProvisioner;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.PriorityPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * Refuses consumers and streams of the server that contradict a listener.
 */
final class ConsumerChecks {

	/**
	 * The priority group of consumers that serve one client at a time.
	 */
	static final String PRIORITY_GROUP = "active";

	private static final String PINNED_CLIENT_VERSION = "2.11.0";

	private final NatsListenerEndpoint endpoint;

	private final String stream;

	private final String consumer;

	private final AckMode ackMode;

	private final ConsumerProvisioner provisioner;

	ConsumerChecks(NatsListenerEndpoint endpoint, String stream, String consumer, AckMode ackMode,
			ConsumerProvisioner provisioner) {
		this.endpoint = endpoint;
		this.stream = stream;
		this.consumer = consumer;
		this.ackMode = ackMode;
		this.provisioner = provisioner;
	}

	/**
	 * A pattern that no message of the stream can match is a mistake that nobody would
	 * notice.
	 */
	void checkOverlap(StreamConfiguration configuration) {
		List<String> subjects = knownSubjects(configuration);
		if (subjects == null) {
			return;
		}
		for (SubjectTemplate template : this.endpoint.getSubjects()) {
			if (subjects.stream().noneMatch((subject) -> Subjects.overlap(template.pattern(), subject))) {
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

	/**
	 * Check that a consumer suits the listener.
	 * @param filters whether to check its filters, too, since it was not made from the
	 * listener
	 */
	void check(ConsumerConfiguration configuration, boolean filters) {
		if (configuration.getDeliverSubject() != null) {
			throw failure("its consumer '%s' of stream '%s' is a push consumer".formatted(this.consumer, this.stream),
					"Name a pull consumer, which has no deliver subject");
		}
		checkAckPolicy(configuration.getAckPolicy());
		checkPriorityPolicy(configuration.getPriorityPolicy());
		if (filters && !this.endpoint.getSubjects().isEmpty()) {
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
	void checkServer() {
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
		checkFilters(this.endpoint, this.stream, this.consumer, filters(configuration));
	}

	/**
	 * Look at what the application declares, before the server is asked.
	 */
	static void checkDeclaredFilters(NatsListenerEndpoint endpoint, ConsumerDefinition declared) {
		List<String> filters = declared.create().getFilterSubjects();
		if (filters != null && !endpoint.getSubjects().isEmpty()) {
			checkFilters(endpoint, declared.stream(), declared.name(), filters);
		}
	}

	private static void checkFilters(NatsListenerEndpoint endpoint, String stream, String consumer,
			List<String> filters) {
		if (!endpoint.getHandlers().isEmpty()) {
			HandlerChecks.checkFilters(endpoint, consumer, stream, filters);
			return;
		}
		for (String filter : filters) {
			if (endpoint.getSubjects().stream().noneMatch((template) -> template.covers(filter))) {
				throw new NatsListenerException(endpoint.getDescription(),
						"its consumer '%s' of stream '%s' delivers '%s', which none of its subjects %s matches whole"
							.formatted(consumer, stream, filter, endpoint.getSubjects()),
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

	private NatsListenerException failure(String problem, String action) {
		return new NatsListenerException(this.endpoint.getDescription(), problem, action);
	}

}
