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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.natsspring.annotation.NatsListener;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.PriorityPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for listeners of which one instance at a time consumes, against a real server.
 */
@ExtendWith(OutputCaptureExtension.class)
class SingleActiveIntegrationTests extends AbstractListenerIntegrationTests {

	@BeforeEach
	void createStream() throws Exception {
		this.management.addStream(StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.Memory)
			.build());
		this.contextRunner = this.contextRunner.withBean(Steps.class);
	}

	@Test
	void makesAConsumerThatServesOneClientAtATime() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			ConsumerConfiguration made = this.management.getConsumerInfo(this.stream, "steps")
				.getConsumerConfiguration();
			assertThat(made.getPriorityPolicy()).isEqualTo(PriorityPolicy.PinnedClient);
			assertThat(made.getPriorityGroups()).containsExactly("active");
			publish(0, 3);
			Steps steps = context.getBean(Steps.class);
			await().until(() -> steps.seen.size() == 3);
		});
	}

	@Test
	void anotherInstanceTakesOverInOrderWhenTheActiveOneStops(CapturedOutput output) throws Exception {
		createConsumer((builder) -> builder.priorityGroups("active")
			.priorityPolicy(PriorityPolicy.PinnedClient)
			.priorityTimeout(Duration.ofSeconds(2)));
		this.contextRunner.run((first) -> {
			assertThat(first).hasNotFailed();
			publish(0, 1);
			Steps active = first.getBean(Steps.class);
			await().until(() -> active.seen.size() == 1);
			this.contextRunner.run((second) -> {
				Steps standby = second.getBean(Steps.class);
				await().untilAsserted(
						() -> assertThat(this.management.getConsumerInfo(this.stream, "steps").getNumWaiting())
							.isGreaterThan(1));
				publish(1, 100);
				await().until(() -> active.seen.size() == 100);
				assertThat(standby.seen).isEmpty();
				((ConfigurableApplicationContext) first.getSourceApplicationContext()).close();
				publish(100, 200);
				await().until(() -> standby.seen.size() == 100);
				assertThat(active.seen).containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
				assertThat(standby.seen).containsExactlyElementsOf(IntStream.range(100, 200).boxed().toList());
			});
		});
		assertThat(output).doesNotContain("within this instance");
	}

	@Test
	void takesAConsumerThatServesOneClientAtATime() throws Exception {
		createConsumer((builder) -> builder.priorityGroups("mine")
			.priorityPolicy(PriorityPolicy.PinnedClient)
			.priorityTimeout(Duration.ofSeconds(5)));
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			publish(0, 3);
			Steps steps = context.getBean(Steps.class);
			await().until(() -> steps.seen.size() == 3);
		});
	}

	@Test
	void refusesAConsumerOnTheServerThatServesAllAtOnce() throws Exception {
		createConsumer((builder) -> builder);
		assertRefused("its consumer 'steps' of stream '%s' has the priority policy 'none'".formatted(this.stream),
				"priority-groups: active and priority-policy: pinned-client");
	}

	@Test
	void refusesAConsumerOfTheApplicationThatServesAllAtOnce() {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues(consumer("steps") + ".ack-policy=explicit");
		assertRefused("has the priority policy 'none'", consumer("steps"));
	}

	@Test
	void takesAConsumerOfTheApplicationWithTheSettingsThatTheMessageNames() {
		this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues(consumer("steps") + ".priority-groups=active",
					consumer("steps") + ".priority-policy=pinned-client")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void refusesAServerThatDoesNotKnowIt() throws Exception {
		try (OlderServer older = new OlderServer(server.url())) {
			this.contextRunner = this.contextRunner.withPropertyValues("nats.servers=" + older.url());
			assertRefused("it is single-active, which needs nats-server 2.11.0, and the server is 2.10.29",
					"Update the server");
		}
	}

	@Test
	void saysThatRetriesInPlaceKeepOrderWithinTheInstanceOnly(CapturedOutput output) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "test=" + this.stream,
					"nats.listener.retry.mode=in-place")
			.withBean(Shared.class)
			.run((context) -> assertThat(output)
				.containsOnlyOnce("Listener %s#on keeps messages in order within this instance, not among several"
					.formatted(Shared.class.getName())));
	}

	private void assertRefused(String problem, String action) {
		FailureAnalysis refusal = refusal(Steps.class);
		assertThat(refusal.getDescription()).contains(problem);
		assertThat(refusal.getAction()).contains(action);
	}

	private void createConsumer(UnaryOperator<ConsumerConfiguration.Builder> configuration) throws Exception {
		this.management.addOrUpdateConsumer(this.stream,
				configuration.apply(ConsumerConfiguration.builder().durable("steps").ackPolicy(AckPolicy.Explicit))
					.build());
	}

	private void publish(int from, int to) throws Exception {
		for (int i = from; i < to; i++) {
			this.client.jetStream()
				.publish(this.stream + ".step", Integer.toString(i).getBytes(StandardCharsets.UTF_8));
		}
	}

	static class Steps {

		private final Queue<Integer> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "steps", singleActive = true)
		void on(String step) {
			this.seen.add(Integer.valueOf(step));
		}

	}

	static class Shared {

		@NatsListener(stream = "${test}", consumer = "shared")
		void on(String step) {
		}

	}

}
