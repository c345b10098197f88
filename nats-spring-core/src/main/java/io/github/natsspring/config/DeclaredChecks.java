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

import io.github.natsspring.deadletter.DeadLetterSource;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.topology.ConsumerDefinition;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;

/**
 * Refuses listeners that contradict how the application declares their consumer, before
 * any of it is created.
 */
final class DeclaredChecks {

	private DeclaredChecks() {
	}

	static void checkAckPolicy(NatsListenerEndpoint endpoint, ConsumerDefinition declared, AckMode ackMode) {
		AckPolicy policy = declared.create().getAckPolicy();
		if (!isAckPolicyWritten(declared) || policy == AckPolicy.None == (ackMode == AckMode.NONE)) {
			return;
		}
		throw new NatsListenerException(endpoint.getDescription(),
				"its ack mode is '%s', and its consumer '%s' of stream '%s' is declared with the ack policy '%s' in %s"
					.formatted(ackMode.name().toLowerCase(Locale.ROOT).replace('_', '-'), declared.name(),
							declared.stream(), policy.toString().toLowerCase(Locale.ROOT), declared.source()),
				(policy == AckPolicy.None)
						? "Declare the ack policy 'explicit', which retries, dead letters and manual settlement need, or set the ack mode 'none' if messages may be lost"
						: "Set another ack mode, or declare the ack policy 'none'");
	}

	/**
	 * What is not written is left as the server has it.
	 */
	private static boolean isAckPolicyWritten(ConsumerDefinition declared) {
		return over(declared, AckPolicy.None) == over(declared, AckPolicy.All);
	}

	private static AckPolicy over(ConsumerDefinition declared, AckPolicy existing) {
		return declared.applyTo(ConsumerConfiguration.builder().durable(declared.name()).ackPolicy(existing).build())
			.getAckPolicy();
	}

	static DeadLetterSource deadLetterSource(NatsListenerEndpoint endpoint, ConsumerDefinition declared) {
		List<String> filters = declared.create().getFilterSubjects();
		return new DeadLetterSource(endpoint.getId(), endpoint.getDescription(), declared.stream(), declared.name(),
				(filters != null) ? filters : List.of());
	}

}
