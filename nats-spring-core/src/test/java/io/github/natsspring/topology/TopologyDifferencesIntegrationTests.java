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

package io.github.natsspring.topology;

import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;

import ch.qos.logback.classic.Level;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what {@link TopologyApplier} finds on the server: the same, something else or
 * nothing.
 */
class TopologyDifferencesIntegrationTests extends AbstractTopologyApplierTests {

	@Test
	void logsOneLineWhenEverythingIsThere() {
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.subjects(this.unique)),
				consumer((consumer) -> consumer.ackWait(Duration.ofSeconds(7))));
		apply(declared);
		try (LogLines log = new LogLines()) {
			apply(declared);
			assertThat(log.at(Level.INFO)).containsExactly("Topology: 2 declared, 2 unchanged");
			assertThat(log.at(Level.WARN)).isEmpty();
		}
	}

	@Test
	void leavesWhatDiffersAndLogsFieldAndBothValues() throws Exception {
		apply(Definitions.topology(stream((stream) -> stream.subjects(this.unique).maxAge(Duration.ofDays(1))),
				consumer((consumer) -> consumer.ackWait(Duration.ofSeconds(7)))));
		try (LogLines log = new LogLines()) {
			apply(Definitions.topology(stream((stream) -> stream.subjects(this.unique).maxAge(Duration.ofDays(7))),
					consumer((consumer) -> consumer.ackWait(Duration.ofSeconds(9)))));
			assertThat(log.at(Level.WARN)).containsExactly(
					"stream '%s' (nats.jetstream.streams.%1$s) is left as it is: max_age: declared 7d, on the server 1d"
						.formatted(this.unique),
					("consumer '%s/c' (nats.jetstream.streams.%1$s.consumers.c) is left as it is: "
							+ "ack_wait: declared 9s, on the server 7s")
						.formatted(this.unique));
		}
		assertThat(this.management.getStreamInfo(this.unique).getConfiguration().getMaxAge())
			.isEqualTo(Duration.ofDays(1));
		assertThat(this.management.getConsumerInfo(this.unique, "c").getConsumerConfiguration().getAckWait())
			.isEqualTo(Duration.ofSeconds(7));
	}

	@Test
	void failsInModeValidateOnWhatIsMissingOrDifferentAndChangesNothing() throws Exception {
		apply(Definitions.topology(stream((stream) -> stream.subjects(this.unique).maxAge(Duration.ofDays(1)))));
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.maxAge(Duration.ofDays(7))),
				Definitions.keyValue(this.unique, (bucket) -> bucket), consumer((consumer) -> consumer));
		assertThatExceptionOfType(NatsProvisioningException.class)
			.isThrownBy(() -> apply(ProvisioningMode.VALIDATE, JetStreamOptions.defaultOptions(), declared))
			.satisfies((ex) -> assertThat(ex.getProblems()).extracting(TopologyProblem::kind)
				.containsExactly(ResourceKind.STREAM, ResourceKind.KEY_VALUE, ResourceKind.CONSUMER));
		assertThat(this.management.getStreamNames()).doesNotContain("KV_" + this.unique);
		assertThat(this.management.getConsumerNames(this.unique)).isEmpty();
	}

	@Test
	void passesInModeValidateWhenEverythingIsThere() {
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.subjects(this.unique)),
				consumer((consumer) -> consumer));
		apply(declared);
		try (ApiGate gate = new ApiGate(this.connection)) {
			apply(ProvisioningMode.VALIDATE, gate.options(), declared);
			assertThat(gate.requests()).hasSize(2).allMatch((request) -> request.contains(".INFO."));
		}
	}

	@Test
	void asksNothingInModeNoneOrWhenNothingIsDeclared() {
		try (ApiGate gate = new ApiGate(this.connection)) {
			apply(ProvisioningMode.NONE, gate.options(), Definitions.topology(stream((stream) -> stream)));
			apply(gate.options(), Definitions.topology());
			assertThat(gate.requests()).isEmpty();
		}
	}

	@Test
	void takesAStreamThatAnotherCreatedInBetweenAndLogsHowItDiffers() throws Exception {
		try (ApiGate gate = new ApiGate(this.connection); LogLines log = new LogLines()) {
			gate.beforeForwarding((request) -> {
				if (request.equals("STREAM.CREATE." + this.unique)) {
					addStream((stream) -> stream.subjects(this.unique).maxMessages(5));
				}
			});
			apply(gate.options(), Definitions.topology(stream((stream) -> stream.subjects(this.unique).maxMessages(9)),
					consumer((c) -> c)));
			assertThat(log.at(Level.WARN)).singleElement()
				.asString()
				.contains(this.unique, "max_msgs: declared 9, on the server 5");
		}
		assertThat(this.management.getConsumerNames(this.unique)).containsExactly("c");
	}

	@Test
	void takesAConsumerThatAnotherCreatedInBetweenAndLogsHowItDiffers() throws Exception {
		// Before, the server updates an existing consumer when it is created
		assumeServerIsAtLeast("2.10.0");
		addStream((stream) -> stream.subjects(this.unique));
		try (ApiGate gate = new ApiGate(this.connection); LogLines log = new LogLines()) {
			gate.beforeForwarding((request) -> {
				if (request.startsWith("CONSUMER.CREATE.")) {
					addConsumer(5);
				}
			});
			apply(gate.options(), Definitions.topology(consumer((consumer) -> consumer.maxAckPending(9))));
			assertThat(log.at(Level.WARN)).singleElement()
				.asString()
				.contains(this.unique + "/c", "max_ack_pending: declared 9, on the server 5");
		}
		assertThat(this.management.getConsumerInfo(this.unique, "c").getConsumerConfiguration().getMaxAckPending())
			.isEqualTo(5);
	}

	private void addStream(UnaryOperator<StreamConfiguration.Builder> settings) {
		try {
			this.management.addStream(stream(settings).create());
		}
		catch (IOException | JetStreamApiException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void addConsumer(int maxAckPending) {
		try {
			this.management.addOrUpdateConsumer(this.unique,
					ConsumerConfiguration.builder().durable("c").maxAckPending(maxAckPending).build());
		}
		catch (IOException | JetStreamApiException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
