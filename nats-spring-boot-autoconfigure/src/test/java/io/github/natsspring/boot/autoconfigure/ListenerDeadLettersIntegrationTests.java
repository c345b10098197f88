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

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.annotation.NatsListenerConfigurer;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.deadletter.DeadLetter;
import io.github.natsspring.deadletter.DeadLetterException;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.listener.MessageListenerContainer;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of what becomes of messages that cannot be handled, from annotation and
 * properties to a real server.
 */
class ListenerDeadLettersIntegrationTests extends AbstractOrdersListenerTests {

	private static final byte[] POISON = "{\"sku\": \u0000\u00ff not json".getBytes(StandardCharsets.ISO_8859_1);

	@Test
	void deadLettersPoisonAtOnceAsItCame() {
		withDeadLetters().withBean(Orders.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Headers headers = new Headers().put("Customer", "4711", "4712").put("Trace", "abc");
			this.client.jetStream().publish(this.stream + ".eu", headers, POISON);
			publish("eu", "fine");
			MessageInfo letter = letter(1);
			assertThat(letter.getData()).isEqualTo(POISON);
			assertThat(letter.getSubject()).isEqualTo("dlq.%s.orders".formatted(this.stream));
			assertThat(letter.getHeaders().get("Customer")).containsExactly("4711", "4712");
			assertThat(letter.getHeaders().getFirst("Trace")).isEqualTo("abc");
			DeadLetter found = letters(context.getBean(DeadLetterOperations.class)).get(0);
			assertThat(found.origin().deliveries()).isOne();
			assertThat(found.origin().subject()).isEqualTo(this.stream + ".eu");
			Orders orders = context.getBean(Orders.class);
			await().until(() -> orders.seen.size() == 1);
			assertThat(orders.seen).containsExactly("fine");
			assertSettled("orders");
		});
	}

	@Test
	void deadLettersAfterFiveFailedRuns() {
		withDeadLetters().withBean(Orders.class).run((context) -> {
			publish("eu", "broken");
			assertThat(letter(1).getData()).isEqualTo(json("broken"));
			assertThat(context.getBean(Orders.class).runs).hasValue(5);
			assertThat(letters(context.getBean(DeadLetterOperations.class)).get(0).exceptionMessage())
				.isEqualTo("broken");
			assertSettled("orders");
		});
	}

	@Test
	void deadLettersWithoutASettingOnceAStreamCapturesTheSubject() {
		this.contextRunner
			.withPropertyValues(
					"nats.jetstream.streams.%s_LETTERS.subjects=dlq.%s.>".formatted(this.stream, this.stream))
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "broken");
				await()
					.untilAsserted(() -> assertThat(letters(context.getBean(DeadLetterOperations.class))).hasSize(1));
				assertThat(context.getBean(Orders.class).runs).hasValue(5);
			});
	}

	@Test
	void deadLettersAfterTheAttemptsThatAreSet() {
		withDeadLetters().withPropertyValues("nats.listener.retry.max-attempts=2")
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "broken");
				letter(1);
				assertThat(context.getBean(Orders.class).runs).hasValue(2);
			});
	}

	@Test
	void deadLettersAtOnceWhatIsNotRetryable() {
		withDeadLetters().withPropertyValues("nats.listener.retry.not-retryable=java.lang.IllegalStateException")
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "broken");
				letter(1);
				assertThat(context.getBean(Orders.class).runs).hasValue(1);
			});
	}

	@Test
	void makesTheStreamOnceForListenersThatStartAtTheSameTime() {
		withDeadLetters().withBean(NatsListenerConfigurer.class, () -> (registrar) -> {
			for (int i = 0; i < 24; i++) {
				registrar
					.registerEndpoint(NatsListenerEndpoint.forListener("listener" + i, (message, acknowledgment) -> {
					}).stream(this.stream).consumer("durable" + i).build());
			}
		}).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(this.management.getConsumerNames(this.stream)).hasSize(24);
			assertThat(this.management.getStreamInfo(this.stream + "_DLQ").getConfiguration().getSubjects())
				.containsExactly("dlq.%s.*".formatted(this.stream));
		});
	}

	@Test
	void redrivesToTheListenerThatFailedOnly() {
		withDeadLetters().withBean(Orders.class).withBean(Audit.class).run((context) -> {
			Orders orders = context.getBean(Orders.class);
			Audit audit = context.getBean(Audit.class);
			publish("eu", "broken");
			letter(1);
			await().until(() -> audit.seen.size() == 1);
			DeadLetterOperations operations = context.getBean(DeadLetterOperations.class);
			DeadLetter letter = letters(operations).get(0);
			assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> operations.redrive(letter.id()))
				.withMessageContaining("failed again");
			assertThat(letters(operations)).hasSize(1);
			orders.repaired = true;
			operations.redrive(letter.id());
			assertThat(orders.seen).containsExactly("broken");
			assertThat(orders.regions).endsWith("eu");
			assertThat(letters(operations)).isEmpty();
			assertThat(this.management.getStreamInfo(this.stream + "_DLQ").getStreamState().getMsgCount()).isZero();
			assertThat(audit.seen).hasSize(1);
		});
	}

	@Test
	void deadLettersBeforeAServerThatStopsEarlier() {
		withDeadLetters()
			.withPropertyValues(consumer("orders") + ".filter-subjects=" + this.stream + ".*",
					consumer("orders") + ".max-deliver=2", "nats.listener.retry.max-attempts=9")
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "broken");
				letter(1);
				assertThat(context.getBean(Orders.class).runs).hasValue(2);
				assertSettled("orders");
			});
	}

	@Test
	void deadLettersWhatTheServerGaveUpWhileAnInstanceHadIt() {
		withDeadLetters()
			.withPropertyValues(consumer("orders") + ".filter-subjects=" + this.stream + ".*",
					consumer("orders") + ".max-deliver=1", consumer("orders") + ".ack-wait=1s",
					"nats.listener.auto-startup=false")
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "lost");
				JetStreamSubscription other = this.client.jetStream()
					.subscribe(null, PullSubscribeOptions.bind(this.stream, "orders"));
				assertThat(other.fetch(1, Duration.ofSeconds(20))).hasSize(1);
				startAll(context.getSourceApplicationContext());
				assertThat(letter(1).getData()).isEqualTo(json("lost"));
				assertThat(context.getBean(Orders.class).seen).isEmpty();
			});
	}

	@Test
	void deadLettersWhatAnotherClientTerminatedAndNotWhatTheListenerDid() {
		withDeadLetters()
			.withPropertyValues(consumer("orders") + ".filter-subjects=" + this.stream + ".*",
					consumer("orders") + ".max-deliver=3", "nats.listener.auto-startup=false")
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "other");
				JetStreamSubscription other = this.client.jetStream()
					.subscribe(null, PullSubscribeOptions.bind(this.stream, "orders"));
				Message message = other.fetch(1, Duration.ofSeconds(20)).get(0);
				startAll(context.getSourceApplicationContext());
				publish("eu", "terminated");
				assertSettledUpTo("orders", 2);
				message.term();
				assertThat(letter(1).getData()).isEqualTo(json("other"));
				assertThat(letters(context.getBean(DeadLetterOperations.class))).hasSize(1);
			});
	}

	private void assertSettledUpTo(String consumer, long sequence) {
		await().untilAsserted(() -> {
			ConsumerInfo info = info(consumer);
			assertThat(info.getDelivered().getStreamSequence()).isEqualTo(sequence);
			assertThat(info.getNumAckPending()).isOne();
		});
	}

	private static void startAll(ApplicationContext context) {
		context.getBean(NatsListenerEndpointRegistry.class)
			.getListenerContainers()
			.forEach(MessageListenerContainer::start);
	}

	private MessageInfo letter(long sequence) throws Exception {
		await().ignoreExceptions().until(() -> this.management.getMessage(this.stream + "_DLQ", sequence) != null);
		return this.management.getMessage(this.stream + "_DLQ", sequence);
	}

	static class Audit {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "audit")
		void on(Order order) {
			this.seen.add(order.sku());
		}

	}

}
