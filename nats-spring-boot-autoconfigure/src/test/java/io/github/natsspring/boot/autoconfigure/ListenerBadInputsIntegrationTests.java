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

import java.util.List;
import java.util.Set;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.listener.Acknowledgment;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mistakes of listeners beside their configuration, numbered as in {@link BadInputs}:
 * each is answered with the listener or property, the value, the reason and what to do,
 * and nothing is created.
 */
@ExtendWith(OutputCaptureExtension.class)
class ListenerBadInputsIntegrationTests extends AbstractListenerIntegrationTests {

	/**
	 * 30.
	 */
	@Test
	void refusesTheNameOfADurableThatNoServerTakes() throws Exception {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream());
		FailureAnalysis analysis = refused(BadName.class);
		assertThat(analysis.getDescription()).contains(BadName.class.getName() + "#on", "its 'consumer' is 'a.b'",
				"'.', '*', '>', '/', '\\', blanks and what is not ASCII are not allowed in the name");
		assertThat(analysis.getAction()).contains("Choose another name for 'consumer'");
		assertNoStreams();
	}

	/**
	 * 31.
	 */
	@ParameterizedTest
	@ValueSource(classes = { Misspelt.class, MisspeltWithoutDurable.class })
	void suggestsTheStreamThatAListenerMeant(Class<?> listener) throws Exception {
		createStream(RetentionPolicy.Limits);
		FailureAnalysis analysis = refused(listener);
		assertThat(analysis.getDescription()).contains(listener.getName() + "#on",
				"stream '%sS'".formatted(this.stream), "is not on the server");
		assertThat(analysis.getAction()).contains("Did you mean '%s'?".formatted(this.stream),
				"Otherwise declare the stream under nats.jetstream.streams.%sS".formatted(this.stream));
		assertNoConsumers();
		assertThat(streams()).containsExactly(this.stream);
	}

	/**
	 * 32.
	 */
	@Test
	void refusesASubjectThatTheStreamDoesNotHave() throws Exception {
		createStream(RetentionPolicy.Limits);
		FailureAnalysis analysis = refused(Elsewhere.class);
		assertThat(analysis.getDescription()).contains(Elsewhere.class.getName() + "#on",
				"its subject 'other.%s' matches none of the subjects [%1$s.>]".formatted(this.stream));
		assertThat(analysis.getAction()).contains("Correct the subject, or add it to the stream");
		assertNoConsumers();
	}

	/**
	 * 33.
	 */
	@Test
	void namesBothListenersThatWouldShareMessagesOfAWorkQueue() throws Exception {
		createStream(RetentionPolicy.WorkQueue);
		FailureAnalysis analysis = refused(Overlapping.class);
		assertThat(analysis.getDescription()).contains(Overlapping.class.getName() + "#european",
				Overlapping.class.getName() + "#orders", "%s.orders.*".formatted(this.stream),
				"%s.*.eu".formatted(this.stream), "a message of a work queue is for one consumer only");
		assertThat(analysis.getAction()).contains("Separate the subjects, let one listener take both");
		assertNoConsumers();
	}

	/**
	 * 33.
	 */
	@Test
	void namesTheDeclaredConsumerThatAListenerWouldShareMessagesOfAWorkQueueWith() throws Exception {
		createStream(RetentionPolicy.WorkQueue);
		this.contextRunner = this.contextRunner
			.withPropertyValues(consumer("there") + ".filter-subjects=%s.*".formatted(this.stream));
		FailureAnalysis analysis = refused(Plain.class);
		assertThat(analysis.getDescription()).contains(Plain.class.getName() + "#on",
				"its consumer 'work' of the work queue '%s' would get '>'".formatted(this.stream),
				"overlaps '%s.*' of consumer 'there' (%s)".formatted(this.stream, consumer("there")));
		assertThat(this.management.getConsumerNames(this.stream)).containsExactly("there");
	}

	/**
	 * 33: one of another application.
	 */
	@Test
	void saysWhatToDoAboutAConsumerOfAnotherApplicationThatGetsTheSameMessages() throws Exception {
		createStream(RetentionPolicy.WorkQueue);
		this.management.addOrUpdateConsumer(this.stream,
				ConsumerConfiguration.builder().durable("other").ackPolicy(AckPolicy.Explicit).build());
		FailureAnalysis analysis = refused(Plain.class);
		assertThat(analysis.getDescription()).contains(Plain.class.getName() + "#on",
				"'%s/work'".formatted(this.stream),
				"the server refuses it: multiple non-filtered consumers not allowed on workqueue stream");
		assertThat(analysis.getAction()).contains("Separate its subjects from those of the other consumers");
		assertThat(this.management.getConsumerNames(this.stream)).containsExactly("other");
	}

	@Test
	void letsListenersOfAWorkQueueHaveSubjectsOfTheirOwn() throws Exception {
		createStream(RetentionPolicy.WorkQueue);
		this.contextRunner.withBean(Apart.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(this.management.getConsumerNames(this.stream)).containsExactlyInAnyOrder("european", "orders");
		});
	}

	/**
	 * 34.
	 */
	@Test
	void refusesAListenerThatWouldBeginInTheMiddleOfAWorkQueue() throws Exception {
		createStream(RetentionPolicy.WorkQueue);
		FailureAnalysis analysis = refused(New.class);
		assertThat(analysis.getDescription()).contains(New.class.getName() + "#on",
				"its 'deliverPolicy' is 'new', and its stream '%s' is a work queue".formatted(this.stream));
		assertThat(analysis.getAction()).contains("Remove 'deliverPolicy'");
		assertNoConsumers();
	}

	/**
	 * 38.
	 */
	@ParameterizedTest
	@ValueSource(classes = { Plain.class, Manual.class })
	void refusesRetriesAndSettlementForADeclaredConsumerWithoutAcknowledgements(Class<?> listener) throws Exception {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues(consumer("work") + ".ack-policy=none", "nats.listener.dead-letter.enabled=true");
		FailureAnalysis analysis = refused(listener);
		assertThat(analysis.getDescription()).contains(listener.getName() + "#on",
				"its ack mode is '%s'".formatted((listener == Manual.class) ? "manual" : "auto"),
				"its consumer 'work' of stream '%s' is declared with the ack policy 'none' in %s".formatted(this.stream,
						consumer("work")));
		assertThat(analysis.getAction()).contains("Declare the ack policy 'explicit'", "retries, dead letters",
				"or set the ack mode 'none'");
		assertNoStreams();
	}

	/**
	 * 38.
	 */
	@Test
	void refusesNoAcknowledgementsForADeclaredConsumerThatWaitsForThem() throws Exception {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues(consumer("work") + ".ack-policy=explicit", "nats.listener.ack-mode=none");
		FailureAnalysis analysis = refused(Plain.class);
		assertThat(analysis.getDescription()).contains("its ack mode is 'none'",
				"is declared with the ack policy 'explicit'");
		assertThat(analysis.getAction()).contains("Set another ack mode, or declare the ack policy 'none'");
		assertNoStreams();
	}

	/**
	 * 38: on the server.
	 */
	@Test
	void refusesRetriesForAConsumerOfTheServerWithoutAcknowledgements() throws Exception {
		createStream(RetentionPolicy.Limits);
		createConsumer(AckPolicy.None);
		FailureAnalysis analysis = refused(Plain.class);
		assertThat(analysis.getDescription()).contains(Plain.class.getName() + "#on",
				"its ack mode is 'auto', and its consumer 'work' of stream '%s' has the ack policy 'none'"
					.formatted(this.stream));
		assertThat(analysis.getAction()).contains("Set the ack mode 'none' if messages may be lost",
				"with the ack policy 'explicit'");
		assertThat(streams()).containsExactly(this.stream);
	}

	/**
	 * 38: what is not written is as on the server.
	 */
	@Test
	void takesAConsumerWithoutAcknowledgementsWhoseDeclarationSaysNothingOfThem() throws Exception {
		createStream(RetentionPolicy.Limits);
		createConsumer(AckPolicy.None);
		this.contextRunner.withPropertyValues(consumer("work") + ".description=Counts", "nats.listener.ack-mode=none")
			.withBean(Plain.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

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

	private FailureAnalysis refused(Class<?> listener) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		this.contextRunner.withBean(listener).run((context) -> {
			assertThat(context).hasFailed();
			analysis[0] = FailureAnalyses.of(context.getStartupFailure());
		});
		return analysis[0];
	}

	private List<String> streams() throws Exception {
		return this.management.getStreamNames().stream().filter((name) -> name.startsWith(this.stream)).toList();
	}

	private void assertNoStreams() throws Exception {
		assertThat(streams()).isEmpty();
	}

	private void assertNoConsumers() throws Exception {
		assertThat(this.management.getConsumerNames(this.stream)).isEmpty();
		assertThat(Set.of(this.stream, this.stream + "_DLQ")).containsAll(streams());
	}

	private void createStream(RetentionPolicy retention) throws Exception {
		this.management.addStream(StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.Memory)
			.retentionPolicy(retention)
			.build());
	}

	private void createConsumer(AckPolicy ackPolicy) throws Exception {
		this.management.addOrUpdateConsumer(this.stream,
				ConsumerConfiguration.builder().durable("work").ackPolicy(ackPolicy).build());
	}

	static class Plain {

		@NatsListener(stream = "${test}", consumer = "work")
		void on(String text) {
		}

	}

	static class Manual {

		@NatsListener(stream = "${test}", consumer = "work", ackMode = "manual")
		void on(String text, Acknowledgment acknowledgment) {
		}

	}

	static class BadName {

		@NatsListener(stream = "${test}", consumer = "a.b")
		void on(String text) {
		}

	}

	static class Misspelt {

		@NatsListener(stream = "${test}S", consumer = "work")
		void on(String text) {
		}

	}

	static class MisspeltWithoutDurable {

		@NatsListener(stream = "${test}S")
		void on(String text) {
		}

	}

	static class Elsewhere {

		@NatsListener(stream = "${test}", consumer = "work", subjects = "other.${test}")
		void on(String text) {
		}

	}

	static class New {

		@NatsListener(stream = "${test}", consumer = "work", deliverPolicy = "new")
		void on(String text) {
		}

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

	static class Overlapping {

		@NatsListener(stream = "${test}", consumer = "european", subjects = "${test}.*.eu")
		void european(String text) {
		}

		@NatsListener(stream = "${test}", consumer = "orders", subjects = "${test}.orders.*")
		void orders(String text) {
		}

	}

	static class Apart {

		@NatsListener(stream = "${test}", consumer = "european", subjects = "${test}.parcels.eu")
		void european(String text) {
		}

		@NatsListener(stream = "${test}", consumer = "orders", subjects = "${test}.orders.*")
		void orders(String text) {
		}

	}

}
