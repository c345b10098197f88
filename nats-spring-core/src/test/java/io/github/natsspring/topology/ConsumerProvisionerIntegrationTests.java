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

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

import ch.qos.logback.classic.Level;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Options;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ConsumerProvisioner} against a server.
 */
class ConsumerProvisionerIntegrationTests {

	private static NatsServer server;

	private static ConnectionHolder holder;

	private final String unique = "P" + System.nanoTime();

	private JetStreamManagement management;

	@BeforeAll
	static void start() {
		server = NatsServer.builder().start();
		holder = new ConnectionHolder(new ConnectionSettings("test", () -> Options.builder().server(server.url()),
				StartupMode.FAIL_FAST, Duration.ofSeconds(5), Duration.ofSeconds(1), List.of(), List.of()));
	}

	@AfterAll
	static void stop() {
		holder.destroy();
		server.close();
	}

	@BeforeEach
	void addStream() throws Exception {
		this.management = holder.get().jetStreamManagement();
		this.management.addStream(StreamConfiguration.builder().name(this.unique).subjects(this.unique).build());
	}

	@Test
	void findsNothingWhereThereIsNothing() {
		ConsumerProvisioner provisioner = provisioner(ProvisioningMode.NONE);
		assertThat(provisioner.find(this.unique, "missing")).isNull();
		assertThat(provisioner.find(this.unique + "X", "missing")).isNull();
		assertThat(provisioner.findStream(this.unique + "X")).isNull();
		assertThat(provisioner.findStream(this.unique)).isNotNull();
	}

	@Test
	void createsAMissingConsumerWithOneLookUpAndOneRequest() throws Exception {
		try (ApiGate gate = new ApiGate(holder.get())) {
			ConsumerInfo info = new ConsumerProvisioner(holder, ProvisioningMode.CREATE, gate.options())
				.ensure(consumer((consumer) -> consumer.maxAckPending(7)));
			assertThat(info.getConsumerConfiguration().getMaxAckPending()).isEqualTo(7);
			assertThat(gate.requests()).containsExactly("CONSUMER.INFO.%s.c".formatted(this.unique),
					"CONSUMER.CREATE.%s.c".formatted(this.unique));
		}
		assertThat(this.management.getConsumerNames(this.unique)).containsExactly("c");
	}

	@Test
	void leavesAnExistingConsumerAsItIsAndLogsHowItDiffers() throws Exception {
		ConsumerProvisioner provisioner = provisioner(ProvisioningMode.CREATE);
		provisioner.ensure(consumer((consumer) -> consumer.maxAckPending(7)));
		try (LogLines log = new LogLines()) {
			ConsumerInfo info = provisioner.ensure(consumer((consumer) -> consumer.maxAckPending(8)));
			assertThat(info.getConsumerConfiguration().getMaxAckPending()).isEqualTo(7);
			assertThat(log.at(Level.WARN)).singleElement()
				.asString()
				.contains("max_ack_pending: declared 8, on the server 7");
		}
		assertThat(Objects.requireNonNull(provisioner.find(this.unique, "c")).getConsumerConfiguration())
			.extracting(ConsumerConfiguration::getMaxAckPending)
			.isEqualTo(7L);
	}

	@Test
	void refusesADifferingConsumerInModeValidateAndTakesItInModeNone() {
		provisioner(ProvisioningMode.CREATE).ensure(consumer((consumer) -> consumer.maxAckPending(7)));
		ConsumerDefinition different = consumer((consumer) -> consumer.maxAckPending(8));
		assertThatExceptionOfType(NatsProvisioningException.class)
			.isThrownBy(() -> provisioner(ProvisioningMode.VALIDATE).ensure(different))
			.withMessageContaining("max_ack_pending: declared 8, on the server 7");
		assertThat(provisioner(ProvisioningMode.NONE).ensure(different)).isNotNull();
	}

	@Test
	void createsNothingInModesThatDoNotCreate() throws Exception {
		for (ProvisioningMode mode : List.of(ProvisioningMode.NONE, ProvisioningMode.VALIDATE)) {
			assertThatExceptionOfType(ConsumerNotFoundException.class)
				.isThrownBy(() -> provisioner(mode).ensure(consumer((consumer) -> consumer)))
				.withMessageContaining("Consumer 'c' of stream '%s'".formatted(this.unique))
				.withMessageContaining("does not create it")
				.satisfies((ex) -> {
					assertThat(ex.getStream()).isEqualTo(this.unique);
					assertThat(ex.getConsumer()).isEqualTo("c");
					assertThat(ex.isStreamMissing()).isFalse();
				});
		}
		assertThat(this.management.getConsumerNames(this.unique)).isEmpty();
	}

	@Test
	void saysThatTheStreamIsMissing() {
		for (ProvisioningMode mode : ProvisioningMode.values()) {
			assertThatExceptionOfType(ConsumerNotFoundException.class)
				.isThrownBy(() -> provisioner(mode)
					.ensure(Definitions.consumer(this.unique + "X", "c", (consumer) -> consumer)))
				.withMessageContaining("its stream '%sX' is not on the server".formatted(this.unique))
				.satisfies((ex) -> assertThat(ex.isStreamMissing()).isTrue());
		}
	}

	@Test
	void takesAConsumerThatAnotherInstanceCreatedInBetween() {
		for (int maxAckPending : List.of(7, 8)) {
			String name = "c" + maxAckPending;
			ConsumerDefinition definition = Definitions.consumer(this.unique, name,
					(consumer) -> consumer.maxAckPending(maxAckPending));
			ConsumerDefinition others = Definitions.consumer(this.unique, name,
					(consumer) -> consumer.maxAckPending(7));
			try (ApiGate gate = new ApiGate(holder.get())) {
				gate.beforeForwarding((request) -> {
					if (request.startsWith("CONSUMER.CREATE.")) {
						provisioner(ProvisioningMode.CREATE).ensure(others);
					}
				});
				ConsumerInfo info = new ConsumerProvisioner(holder, ProvisioningMode.CREATE, gate.options())
					.ensure(definition);
				assertThat(info.getName()).isEqualTo(name);
			}
		}
	}

	@Test
	void tellsTheNameAndTheSubjectThatAreWrong() {
		ConsumerProvisioner provisioner = provisioner(ProvisioningMode.CREATE);
		assertThatExceptionOfType(NatsProvisioningException.class)
			.isThrownBy(() -> provisioner.find(this.unique, "a.b"))
			.withMessageContaining("/a.b'");
		assertThatExceptionOfType(NatsProvisioningException.class).isThrownBy(() -> provisioner.findStream("a b"))
			.withMessageContaining("'a b'");
		assertThatExceptionOfType(NatsProvisioningException.class)
			.isThrownBy(() -> provisioner.ensure(consumer((consumer) -> consumer.filterSubject("a..b"))))
			.withMessageContaining("filter-subjects[0]): 'a..b' is invalid");
	}

	@Test
	void passesOnWhatTheServerRefuses() {
		assertThatExceptionOfType(NatsProvisioningException.class)
			.isThrownBy(() -> provisioner(ProvisioningMode.CREATE)
				.ensure(consumer((consumer) -> consumer.description("x".repeat(5000)))))
			.satisfies((ex) -> {
				assertThat(ex.getProblems()).singleElement()
					.satisfies((problem) -> assertThat(problem.errorCode()).isPositive());
				assertThat(ex).hasMessageContaining("the server refuses it");
			});
	}

	private ConsumerDefinition consumer(UnaryOperator<ConsumerConfiguration.Builder> settings) {
		return Definitions.consumer(this.unique, "c", settings);
	}

	private static ConsumerProvisioner provisioner(ProvisioningMode mode) {
		return new ConsumerProvisioner(holder, mode, JetStreamOptions.defaultOptions());
	}

}
