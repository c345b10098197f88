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

package io.github.natsspring.boot.autoconfigure;

import io.github.natsspring.annotation.NatsListener;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mistakes in how listeners run and where their dead letters go, numbered as in
 * {@link BadInputs}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ListenerSettingsBadInputsIntegrationTests extends AbstractListenerBadInputTests {

	/**
	 * 44.
	 */
	@Test
	void refusesAListenerWithoutThreads() throws Exception {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream());
		FailureAnalysis analysis = refused(NoConcurrency.class);
		assertThat(analysis.getDescription()).contains(NoConcurrency.class.getName() + "#on", "concurrency", "0");
		assertThat(analysis.getAction()).isNotBlank();
		assertNoStreams();
	}

	/**
	 * 44.
	 */
	@Test
	void refusesMoreThreadsThanMessagesInFlight() throws Exception {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream());
		FailureAnalysis analysis = refused(TooConcurrent.class);
		assertThat(analysis.getDescription()).contains(TooConcurrent.class.getName() + "#on",
				"its concurrency is 9, and only 8 messages may be in flight");
		assertThat(analysis.getAction()).contains("Lower 'concurrency', or raise 'maxInFlight'");
		assertNoStreams();
	}

	/**
	 * 44: the bound of the server.
	 */
	@Test
	void warnsOfMoreMessagesInFlightThanTheDeclaredConsumerMayHave(CapturedOutput output) {
		this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues(consumer("work") + ".max-ack-pending=10", "nats.listener.max-in-flight=20")
			.withBean(Plain.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output).contains(Plain.class.getName() + "#on", "may have 20 messages in flight",
						"allows only 10");
			});
	}

	/**
	 * 45.
	 */
	@Test
	void refusesDeadLettersThatComeBackByWhatIsDeclared() throws Exception {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues(consumer("work") + ".ack-wait=1m",
					"nats.listener.dead-letter.subject=%s.dead.{consumer}".formatted(this.stream));
		assertLoop();
		assertNoStreams();
	}

	/**
	 * 45: by what the server has.
	 */
	@Test
	void refusesDeadLettersThatComeBackWithoutMakingTheConsumer() throws Exception {
		createStream(RetentionPolicy.Limits);
		this.contextRunner = this.contextRunner
			.withPropertyValues("nats.listener.dead-letter.subject=%s.dead.{consumer}".formatted(this.stream));
		assertLoop();
		assertNoConsumers();
	}

	private void assertLoop() {
		FailureAnalysis analysis = refused(Plain.class);
		assertThat(analysis.getDescription()).contains(Plain.class.getName() + "#on",
				"its dead-letter subject '%s.dead.work' is captured by its own stream '%1$s'".formatted(this.stream),
				"it would consume its own dead letters");
		assertThat(analysis.getAction()).contains("Change nats.listener.dead-letter.subject",
				"or take it from the subjects of that stream");
	}

	/**
	 * 46.
	 */
	@Test
	void refusesDeadLettersThatNoStreamTakesAndNoneMayBeMadeFor() throws Exception {
		createStream(RetentionPolicy.Limits);
		createConsumer(AckPolicy.Explicit);
		this.contextRunner = this.contextRunner.withPropertyValues("nats.listener.dead-letter.enabled=true",
				"nats.jetstream.provisioning=none");
		FailureAnalysis analysis = refused(Plain.class);
		assertThat(analysis.getDescription()).contains(Plain.class.getName() + "#on",
				"no stream captures its dead-letter subject 'dlq.%s.work'".formatted(this.stream),
				"provisioning 'none' does not create '%s_DLQ'".formatted(this.stream));
		assertThat(analysis.getAction()).contains("Create a stream with that subject",
				"or set nats.listener.dead-letter.enabled to 'false'");
		assertThat(streams()).containsExactly(this.stream);
	}

	/**
	 * 46: the stream that is there does not take them.
	 */
	@Test
	void refusesDeadLettersThatTheirStreamDoesNotTakeWithoutMakingTheConsumer() throws Exception {
		createStream(RetentionPolicy.Limits);
		this.management.addStream(StreamConfiguration.builder()
			.name(this.stream + "_DLQ")
			.subjects("letters." + this.stream)
			.storageType(StorageType.Memory)
			.build());
		this.contextRunner = this.contextRunner.withPropertyValues("nats.listener.dead-letter.enabled=true");
		FailureAnalysis analysis = refused(Plain.class);
		assertThat(analysis.getDescription()).contains(Plain.class.getName() + "#on",
				"the stream '%s_DLQ' does not capture its dead-letter subject 'dlq.%1$s.work', only [letters.%1$s]"
					.formatted(this.stream));
		assertThat(analysis.getAction())
			.contains("Add the subject to that stream, or change nats.listener.dead-letter");
		assertNoConsumers();
	}

	/**
	 * 47.
	 */
	@Test
	void refusesMoreAttemptsThanDeliveries() throws Exception {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("nats.listener.retry.max-attempts=8", "nats.listener.retry.max-deliveries=7");
		FailureAnalysis analysis = refused(Plain.class);
		assertThat(analysis.getDescription()).contains(Plain.class.getName() + "#on",
				"retry.max-attempts is 8 and retry.max-deliveries only 7, and each attempt is a delivery");
		assertThat(analysis.getAction()).contains("Lower max-attempts, or raise max-deliveries");
		assertNoStreams();
	}

	/**
	 * 47: the bound of the server, which a listener can live with.
	 */
	@Test
	void warnsOfMoreAttemptsThanTheDeclaredConsumerDelivers(CapturedOutput output) {
		this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues(consumer("work") + ".max-deliver=3", "nats.listener.retry.max-attempts=8",
					"nats.listener.dead-letter.enabled=true")
			.withBean(Plain.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output).contains(Plain.class.getName() + "#on: retry.max-attempts is 8, but its consumer",
						"delivers a message only 3 times (max-deliver)", "Lower max-attempts, or raise max-deliver");
			});
	}

	/**
	 * 52.
	 */
	@Test
	void warnsWhenSpringWaitsShorterThanListeners(CapturedOutput output) {
		this.contextRunner
			.withPropertyValues("nats.listener.shutdown-timeout=11s", "spring.lifecycle.timeout-per-shutdown-phase=10s")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output).contains("nats.listener.shutdown-timeout is 11s",
						"spring.lifecycle.timeout-per-shutdown-phase only 10s",
						"handlers that run longer are cut off, and their messages delivered again",
						"Raise the phase's timeout above that of listeners");
			});
	}

	static class NoConcurrency {

		@NatsListener(stream = "${test}", consumer = "work", concurrency = "0")
		void on(String text) {
		}

	}

	static class TooConcurrent {

		@NatsListener(stream = "${test}", consumer = "work", concurrency = "9", maxInFlight = "8")
		void on(String text) {
		}

	}

}
