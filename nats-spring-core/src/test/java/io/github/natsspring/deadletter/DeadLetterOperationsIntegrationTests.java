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

package io.github.natsspring.deadletter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.AckMessageException;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.topology.ProvisioningMode;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.support.DefaultConversionService;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DeadLetterOperations} on a real server.
 */
class DeadLetterOperationsIntegrationTests {

	private static final int MAX_PAYLOAD = 64 * 1024;

	private static NatsServer server;

	private final String stream = "O" + System.nanoTime();

	private final String dlq = this.stream + "_DLQ";

	private final List<Message> handled = new ArrayList<>();

	private NatsMessageListener listener = (message, acknowledgment) -> this.handled.add(message);

	private AckMode ackMode = AckMode.AUTO;

	private ConnectionHolder holder;

	private JetStreamManagement management;

	private DeadLetters letters;

	private DeadLetterOperations operations;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().config("max_payload: " + MAX_PAYLOAD).start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.holder = Letters.holder(server.url());
		this.management = this.holder.get().jetStreamManagement();
		this.letters = Letters.deadLetters(this.holder, ProvisioningMode.CREATE, null);
		this.operations = this.letters.operations((origin) -> (origin.consumer().equals("c"))
				? new ListenerRedriveTarget(this.listener, this.ackMode, Duration.ofMillis(200)) : null);
		Letters.addStream(this.management, this.stream, RetentionPolicy.Limits, this.stream + ".>");
		Letters.addConsumer(this.management, this.stream, "c", this.stream + ".*");
		Letters.addConsumer(this.management, this.stream, "d", this.stream + ".>");
	}

	@AfterEach
	void close() {
		this.holder.destroy();
	}

	@Test
	void listsByStreamAndConsumerInPages() throws Exception {
		fail("c", "1");
		fail("d", "1");
		fail("c", "2");
		fail("c", "3");
		DeadLetterQuery query = DeadLetterQuery.ofStream(this.stream);
		assertThat(this.operations.list(query)).extracting(DeadLetter::id).containsExactly(id(1), id(2), id(3), id(4));
		List<DeadLetter> page = this.operations.list(query.consumer("c").max(2));
		assertThat(page).extracting(DeadLetter::id).containsExactly(id(1), id(3));
		assertThat(this.operations.list(query.consumer("c").after(page.get(1).id()))).extracting(DeadLetter::id)
			.containsExactly(id(4));
		// By another instance, which stored none of them
		assertThat(Letters.deadLetters(this.holder, ProvisioningMode.NONE, null)
			.operations((origin) -> null)
			.list(query.consumer("d"))).extracting(DeadLetter::id).containsExactly(id(2));
		assertThat(this.operations.list(DeadLetterQuery.ofStream(this.stream + "X"))).isEmpty();
		assertThat(this.management.getConsumerNames(this.dlq)).isEmpty();
	}

	@Test
	void leavesOutWhatIsNoDeadLetter() throws Exception {
		fail("c", "1");
		this.holder.get().jetStream().publish("dlq." + this.stream + ".c", "foreign".getBytes());
		this.holder.get()
			.jetStream()
			.publish("dlq." + this.stream + ".c",
					new Headers().add("Dead-Letter-Stream", this.stream)
						.add("Dead-Letter-Consumer", "c")
						.add("Dead-Letter-Subject", this.stream + ".>")
						.add("Dead-Letter-Sequence", "9999999999999999999999999"),
					null);
		assertThat(this.operations.list(DeadLetterQuery.ofStream(this.stream))).extracting(DeadLetter::id)
			.containsExactly(id(1));
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.discard(id(2)))
			.withMessageContaining("no dead letter");
		assertThatExceptionOfType(DeadLetterException.class)
			.isThrownBy(() -> this.operations.discard(new DeadLetterId(this.stream, 1)))
			.withMessageContaining("no dead letter");
		assertThat(stored()).isEqualTo(3);
	}

	@Test
	void inspectsAndDiscards() throws Exception {
		fail("c", "payload");
		DeadLetter letter = this.operations.inspect(id(1));
		assertThat(letter.origin().subject()).isEqualTo(this.stream + ".created");
		assertThat(letter.origin().listenerId()).isEqualTo("listener-c");
		assertThat(letter.subject()).isEqualTo("dlq." + this.stream + ".c");
		assertThat(letter.exceptionClass()).isEqualTo(IllegalStateException.class.getName());
		assertThat(letter.exceptionMessage()).isEqualTo("boom");
		assertThat(letter.stackTrace()).isNull();
		assertThat(letter.headers()).containsOnlyKeys("X-Tenant");
		assertThat(letter.size()).isEqualTo(7);
		assertThat(this.operations.payload(id(1))).asString().isEqualTo("payload");
		this.operations.discard(id(1));
		assertThat(stored()).isZero();
		for (DeadLetterId missing : List.of(id(1), id(7), new DeadLetterId(this.stream + "X", 1))) {
			assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.discard(missing))
				.withMessageContaining("there is no such letter")
				.satisfies((ex) -> assertThat(ex.getId()).isEqualTo(missing));
		}
	}

	@Test
	void redrivesToTheListenerThatFailedAndToNoOther() throws Exception {
		fail("c", "payload");
		this.operations.redrive(id(1));
		assertThat(this.handled).singleElement().satisfies((message) -> {
			assertThat(message.getSubject()).isEqualTo(this.stream + ".created");
			assertThat(message.getData()).asString().isEqualTo("payload");
			assertThat(message.getHeaders().keySet()).containsExactly("X-Tenant");
			assertThat(message.getReplyTo()).isNull();
			assertThat(message.isJetStream()).isTrue();
			assertThat(message.metaData().getStream()).isEqualTo(this.stream);
			assertThat(message.metaData().getConsumer()).isEqualTo("c");
			assertThat(message.metaData().streamSequence()).isEqualTo(1);
		});
		assertThat(stored()).isZero();
		assertThat(this.management.getStreamInfo(this.stream).getStreamState().getMsgCount()).isEqualTo(1);
	}

	@Test
	void keepsALetterWhoseListenerFailsAgain() throws Exception {
		fail("c", "1");
		this.listener = (message, acknowledgment) -> {
			throw new IllegalArgumentException("again");
		};
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.redrive(id(1)))
			.withMessageContaining("again")
			.withCauseInstanceOf(IllegalArgumentException.class);
		this.listener = (message, acknowledgment) -> {
			throw new NakMessageException(Duration.ZERO);
		};
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.redrive(id(1)))
			.withMessageContaining("gave the message back");
		assertThat(stored()).isEqualTo(1);
		this.listener = (message, acknowledgment) -> {
			throw new AckMessageException("done");
		};
		this.operations.redrive(id(1));
		assertThat(stored()).isZero();
	}

	@Test
	void saysWithoutAValueOfThePayloadThatAListenerFailsAgain() throws Exception {
		fail("c", "1");
		this.listener = (message, acknowledgment) -> DefaultConversionService.getSharedInstance()
			.convert("4111-1111", Integer.class);
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.redrive(id(1)))
			.withMessageContainingAll("its listener failed again", "ConversionFailedException", "java.lang.Integer")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("4111"))
			.withCauseInstanceOf(ConversionFailedException.class);
	}

	@Test
	void waitsForAListenerThatSettlesLater() throws Exception {
		fail("c", "1");
		this.ackMode = AckMode.MANUAL;
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.redrive(id(1)))
			.withMessageContaining("did not settle");
		this.listener = (message, acknowledgment) -> acknowledgment.nak();
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.redrive(id(1)))
			.withMessageContaining("gave the message back");
		assertThat(stored()).isEqualTo(1);
		this.listener = (message, acknowledgment) -> new Thread(acknowledgment::ack).start();
		this.operations.redrive(id(1));
		assertThat(stored()).isZero();
	}

	@Test
	void redrivesManyAndTellsWhichFailed() throws Exception {
		fail("c", "1");
		fail("d", "2");
		fail("c", "bad");
		fail("c", "4");
		this.listener = (message, acknowledgment) -> {
			if (new String(message.getData()).equals("bad")) {
				throw new IllegalStateException("bad");
			}
			this.handled.add(message);
		};
		RedriveResult result = this.operations.redriveAll(DeadLetterQuery.ofStream(this.stream));
		assertThat(result.redriven()).isEqualTo(2);
		assertThat(result.failed()).containsOnlyKeys(id(2), id(3));
		assertThat(result.failed().get(id(2))).hasMessageContaining("no listener for consumer 'd'");
		assertThat(this.operations.list(DeadLetterQuery.ofStream(this.stream))).extracting(DeadLetter::id)
			.containsExactly(id(2), id(3));
	}

	@Test
	void redrivesTheOriginalThatALetterRefersTo() throws Exception {
		fail("c", "x".repeat(MAX_PAYLOAD - 100));
		assertThat(this.operations.inspect(id(1)).isReference()).isTrue();
		assertThat(this.operations.payload(id(1))).hasSize(MAX_PAYLOAD - 100);
		this.management.deleteMessage(this.stream, 1);
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.redrive(id(1)))
			.withMessageContaining("not there any more");
		assertThat(this.handled).isEmpty();
		fail("c", "y".repeat(MAX_PAYLOAD - 100));
		this.operations.redrive(id(2));
		assertThat(this.handled).singleElement()
			.satisfies((message) -> assertThat(message.getData()).hasSize(MAX_PAYLOAD - 100));
		assertThat(stored()).isEqualTo(1);
	}

	@Test
	void republishesToTheConsumersOfThePlanOnly() throws Exception {
		fail("c", "payload");
		Letters.addConsumer(this.management, this.stream, "e", this.stream + ".other");
		RepublishPlan plan = this.operations.planRepublish(id(1));
		assertThat(plan.subject()).isEqualTo(this.stream + ".created");
		assertThat(plan.stream()).isEqualTo(this.stream);
		assertThat(plan.consumers()).containsExactly(this.stream + "/c", this.stream + "/d");
		Letters.addConsumer(this.management, this.stream, "f");
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.republish(plan))
			.withMessageContaining(this.stream + "/f")
			.withMessageContaining("plan again");
		assertThat(stored()).isEqualTo(1);
		PublishAck ack = this.operations.republish(this.operations.planRepublish(id(1)));
		assertThat(ack.getStream()).isEqualTo(this.stream);
		Message again = Letters.fetch(this.holder, this.stream, "c");
		assertThat(again.metaData().streamSequence()).isEqualTo(ack.getSeqno());
		assertThat(again.getData()).asString().isEqualTo("payload");
		assertThat(again.getHeaders().getFirst("X-Tenant")).isEqualTo("a");
		assertThat(again.getHeaders().keySet()).noneMatch((name) -> name.startsWith("Dead-Letter"));
		assertThat(stored()).isZero();
	}

	private void fail(String consumer, String payload) throws Exception {
		this.holder.get()
			.jetStream()
			.publish(this.stream + ".created",
					new Headers().add("X-Tenant", "a").add("Nats-Msg-Id", "m" + System.nanoTime()), payload.getBytes());
		Message message = Letters.fetch(this.holder, this.stream, consumer);
		while (!payload.equals(new String(message.getData()))) {
			message.ack();
			message = Letters.fetch(this.holder, this.stream, consumer);
		}
		DeadLetterSource source = DeadLetterSource.of("listener-" + consumer, "com.example.Listener#on",
				this.management.getConsumerInfo(this.stream, consumer));
		DeadLetterPublisher publisher = Objects.requireNonNull(this.letters.open(source, Letters.enabled()));
		assertThat(publisher.send(Letters.failed(message))).isTrue();
	}

	private DeadLetterId id(long sequence) {
		return new DeadLetterId(this.dlq, sequence);
	}

	private long stored() throws Exception {
		return this.management.getStreamInfo(this.dlq).getStreamState().getMsgCount();
	}

}
