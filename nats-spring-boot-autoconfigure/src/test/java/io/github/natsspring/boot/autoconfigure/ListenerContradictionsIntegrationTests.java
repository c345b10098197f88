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

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.annotation.NatsListenerConfigurer;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.listener.AckMode;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Settings that contradict each other or the server: each is refused at the start, or
 * warned of, with both values.
 */
@ExtendWith(OutputCaptureExtension.class)
class ListenerContradictionsIntegrationTests extends AbstractListenerIntegrationTests {

	@Test
	void refusesAcknowledgementsForAConsumerWithoutThem() throws Exception {
		createStream(RetentionPolicy.Limits);
		createConsumer((builder) -> builder.ackPolicy(AckPolicy.None));
		assertRefused(Plain.class,
				"its ack mode is 'auto', and its consumer 'work' of stream '%s' has the ack policy 'none'");
	}

	@Test
	void refusesNoAcknowledgementsForAConsumerThatWaitsForThem() throws Exception {
		createStream(RetentionPolicy.Limits);
		createConsumer((builder) -> builder);
		assertRefused(Unacknowledged.class,
				"its ack mode is 'none', and its consumer 'work' of stream '%s' has the ack policy 'explicit'");
	}

	@Test
	void refusesManualSettlementWithoutAParameterForIt() throws Exception {
		createStream(RetentionPolicy.Limits);
		this.contextRunner = this.contextRunner.withPropertyValues("nats.listener.ack-mode=manual");
		assertRefused(Plain.class, "its ack mode is 'manual', and the method has no Acknowledgment parameter");
	}

	@Test
	void refusesDeadLettersThatComeBack() throws Exception {
		createStream(RetentionPolicy.Limits);
		this.contextRunner = this.contextRunner
			.withPropertyValues("nats.listener.dead-letter.subject=%s.dead.{consumer}".formatted(this.stream));
		assertRefused(Plain.class, "its dead-letter subject '%s.dead.work' is captured by its own stream");
	}

	@Test
	void refusesDeadLettersThatNoStreamTakesAndNoneMayBeMadeFor() throws Exception {
		createStream(RetentionPolicy.Limits);
		createConsumer((builder) -> builder);
		this.contextRunner = this.contextRunner.withPropertyValues("nats.listener.dead-letter.enabled=true",
				"nats.jetstream.provisioning=none");
		assertRefused(Plain.class, "no stream captures its dead-letter subject 'dlq.%s.work'");
	}

	@Test
	void refusesToDiscardWhatAWorkQueueForgets() throws Exception {
		createStream(RetentionPolicy.WorkQueue);
		this.contextRunner = this.contextRunner.withPropertyValues("nats.listener.retry.on-exhausted=discard");
		assertRefused(Plain.class,
				"retry.on-exhausted is 'discard', and its stream '%s' has the retention 'workqueue'");
	}

	@Test
	void refusesMoreAttemptsThanDeliveries() throws Exception {
		createStream(RetentionPolicy.Limits);
		this.contextRunner = this.contextRunner.withPropertyValues("nats.listener.retry.max-attempts=8",
				"nats.listener.retry.max-deliveries=7");
		assertRefused(Plain.class, "retry.max-attempts is 8 and retry.max-deliveries only 7");
	}

	@Test
	void refusesAnAckModeOnACoreListener() {
		assertRefused(Core.class, "which is for JetStream, and this is a core NATS listener");
	}

	@Test
	void warnsOfMoreAttemptsThanTheServerDelivers(CapturedOutput output) throws Exception {
		createStream(RetentionPolicy.Limits);
		createConsumer((builder) -> builder.maxDeliver(3));
		this.contextRunner
			.withPropertyValues("nats.listener.retry.max-attempts=8", "nats.listener.dead-letter.enabled=true")
			.withBean(Plain.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output).contains(
						Plain.class.getName() + "#on: retry.max-attempts is 8, but its consumer 'work'",
						"only 3 times (max-deliver)", "Lower max-attempts, or raise max-deliver");
			});
	}

	@Test
	void warnsThatTheServerGivesUpWhatNothingKeeps(CapturedOutput output) throws Exception {
		createStream(RetentionPolicy.Limits);
		createConsumer((builder) -> builder.maxDeliver(3));
		this.contextRunner.withBean(Plain.class)
			.run((context) -> assertThat(output).contains("retry.max-attempts is not limited",
					"only 3 times (max-deliver); after that it is given up by the server"));
	}

	@Test
	void warnsOfMoreInFlightThanTheServerAllows(CapturedOutput output) throws Exception {
		createStream(RetentionPolicy.Limits);
		createConsumer((builder) -> builder.maxAckPending(10));
		this.contextRunner.withPropertyValues("nats.listener.max-in-flight=20")
			.withBean(Plain.class)
			.run((context) -> assertThat(output).contains("may have 20 messages in flight", "allows only 10"));
	}

	@Test
	void warnsWhenSpringWaitsShorterThanListeners(CapturedOutput output) {
		String warning = "spring.lifecycle.timeout-per-shutdown-phase only";
		this.contextRunner
			.withPropertyValues("nats.listener.shutdown-timeout=11s", "spring.lifecycle.timeout-per-shutdown-phase=10s")
			.run((context) -> assertThat(output)
				.contains("nats.listener.shutdown-timeout is 11s, but " + warning + " 10s"));
	}

	@Test
	void saysNothingWhenSpringWaitsLongEnough(CapturedOutput output) {
		this.contextRunner.withPropertyValues("nats.listener.shutdown-timeout=30s")
			.run((context) -> assertThat(output).doesNotContain("timeout-per-shutdown-phase"));
	}

	@Test
	void stopsWatchingTheServerWithTheContainer() throws Exception {
		createStream(RetentionPolicy.Limits);
		createConsumer((builder) -> builder.maxDeliver(3));
		this.contextRunner.withPropertyValues("nats.listener.dead-letter.enabled=true")
			.withBean(Plain.class)
			.run((context) -> {
				NatsListenerEndpointRegistry registry = context.getBean(NatsListenerEndpointRegistry.class);
				for (int round = 0; round < 3; round++) {
					await().until(this::isWatched);
					registry.stop();
					await().until(() -> !isWatched());
					registry.start();
				}
			});
	}

	@Test
	void takesTheSameSettingsInCode() throws Exception {
		createStream(RetentionPolicy.Limits);
		NatsListenerConfigurer configurer = (registrar) -> registrar.registerEndpoint(
				NatsListenerEndpoint.forListener("coded", (message, acknowledgment) -> acknowledgment.ackSync())
					.stream(this.stream)
					.consumer("coded")
					.ackMode(AckMode.MANUAL)
					.concurrency(2)
					.orderingKey("headers['Customer']")
					.errorHandler((failure) -> null)
					.build());
		this.contextRunner.withBean(NatsListenerConfigurer.class, () -> configurer).run((context) -> {
			this.client.jetStream().publish(this.stream + ".a", new byte[0]);
			await().untilAsserted(() -> {
				ConsumerInfo info = this.management.getConsumerInfo(this.stream, "coded");
				assertThat(info.getAckFloor().getStreamSequence()).isOne();
			});
		});
	}

	/**
	 * Without a subscriber the server says at once that there are no responders.
	 */
	private boolean isWatched() throws Exception {
		String subject = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.%s.work".formatted(this.stream);
		try {
			this.client.request(subject, new byte[0]).get(300, TimeUnit.MILLISECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return true;
		}
		catch (CancellationException | ExecutionException ex) {
			return false;
		}
	}

	private void assertRefused(Class<?> listener, String problem) {
		this.contextRunner = this.contextRunner.withBean(listener);
		assertThat(refusal(listener).getDescription()).contains(problem.formatted(this.stream));
	}

	private void createStream(RetentionPolicy retention) throws Exception {
		this.management.addStream(StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.Memory)
			.retentionPolicy(retention)
			.build());
	}

	private void createConsumer(UnaryOperator<ConsumerConfiguration.Builder> configuration) throws Exception {
		this.management
			.addOrUpdateConsumer(this.stream,
					configuration.apply(ConsumerConfiguration.builder()
						.durable("work")
						.ackPolicy(AckPolicy.Explicit)
						.ackWait(Duration.ofSeconds(30))).build());
	}

	static class Plain {

		@NatsListener(stream = "${test}", consumer = "work")
		void on(String text) {
		}

	}

	static class Unacknowledged {

		@NatsListener(stream = "${test}", consumer = "work", ackMode = "none")
		void on(String text) {
		}

	}

	static class Core {

		@NatsListener(subjects = "${test}.core", ackMode = "auto")
		void on(String text) {
		}

	}

}
