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
import io.github.natsspring.listener.Acknowledgment;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.RetentionPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mistakes of listeners beside their configuration, numbered as in {@link BadInputs}:
 * each is answered with the listener or property, the value, the reason and what to do,
 * and nothing is created.
 */
class ListenerBadInputsIntegrationTests extends AbstractListenerBadInputTests {

	/**
	 * 30.
	 */
	@Test
	void refusesTheNameOfADurableThatNoServerTakes() throws Exception {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream());
		FailureAnalysis analysis = refused(BadName.class);
		assertThat(analysis.getDescription()).contains(BadName.class.getName() + "#on",
				"its attribute 'consumer' is 'a.b', which is no name", "it may not have blanks nor any of . * > / \\");
		assertThat(analysis.getAction()).isNotBlank();
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
