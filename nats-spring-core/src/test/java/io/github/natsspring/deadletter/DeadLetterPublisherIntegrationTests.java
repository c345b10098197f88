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
import java.util.Objects;
import java.util.concurrent.TimeoutException;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.core.NatsNoStreamException;
import io.github.natsspring.core.NatsPublishOutcomeUnknownException;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.topology.ProvisioningMode;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link DeadLetterPublisher} on a real server.
 */
class DeadLetterPublisherIntegrationTests {

	private static final int MAX_PAYLOAD = 128 * 1024;

	private static NatsServer server;

	private final String stream = "S" + System.nanoTime();

	private final String dlq = this.stream + "_DLQ";

	private ConnectionHolder holder;

	private JetStreamManagement management;

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
	}

	@AfterEach
	void close() {
		this.holder.destroy();
	}

	@Test
	void storesALetterOnceHoweverOftenItIsSent() throws Exception {
		DeadLetterPublisher publisher = open(RetentionPolicy.Limits);
		Message message = deliver(new byte[] { 1, 0, (byte) 0xff }, new Headers().add("X-Tenant", "a"));
		for (int i = 0; i < 3; i++) {
			assertThat(publisher.send(Letters.failed(message))).isTrue();
		}
		assertThat(open(RetentionPolicy.Limits).send(Letters.failed(message))).isTrue();
		assertThat(stored()).isEqualTo(1);
		MessageInfo letter = letter(1);
		assertThat(letter.getSubject()).isEqualTo("dlq." + this.stream + ".c");
		assertThat(letter.getData()).isEqualTo(new byte[] { 1, 0, (byte) 0xff });
		assertThat(letter.getHeaders().getFirst("X-Tenant")).isEqualTo("a");
		assertThat(letter.getHeaders().getFirst("Nats-Msg-Id")).matches(this.stream + ":\\d{19}:1:c");
		assertThat(letter.getHeaders().containsKey("Content-Type")).isFalse();
		DeadLetter read = Objects.requireNonNull(DeadLetterReader.read(this.dlq, letter));
		assertThat(read.origin().timestamp()).isEqualTo(message.metaData().timestamp().toInstant());
		assertThat(read.origin().sequence()).isEqualTo(1);
		assertThat(read.exceptionMessage()).isEqualTo("boom");
	}

	@Test
	void storesALetterAgainThatWasRemovedWithinTheDuplicateWindow() throws Exception {
		DeadLetterPublisher publisher = open(RetentionPolicy.Limits);
		Message message = deliver(new byte[] { 1 }, null);
		assertThat(publisher.send(Letters.failed(message))).isTrue();
		for (int time = 2; time <= 4; time++) {
			this.management.deleteMessage(this.dlq, time - 1);
			// By another instance, which knows nothing of the times before, and once more
			assertThat(open(RetentionPolicy.Limits).send(Letters.failed(message))).isTrue();
			assertThat(publisher.send(Letters.failed(message))).isTrue();
			assertThat(stored()).isEqualTo(1);
			assertThat(letter(time).getData()).containsExactly(1);
		}
		this.management.purgeStream(this.dlq);
		assertThat(publisher.send(Letters.failed(message))).isTrue();
		assertThat(stored()).isEqualTo(1);
	}

	@Test
	void storesALetterThatRefersToItsOriginalAgainWhenItWasRemoved() throws Exception {
		DeadLetterPublisher publisher = open(RetentionPolicy.Limits);
		Message message = deliver(new byte[MAX_PAYLOAD], null);
		assertThat(publisher.send(Letters.failed(message))).isTrue();
		this.management.purgeStream(this.dlq);
		assertThat(publisher.send(Letters.failed(message))).isTrue();
		assertThat(stored()).isEqualTo(1);
	}

	@Test
	void storesALetterOnceWhenTheOutcomeOfATryIsUnknown() throws Exception {
		open(RetentionPolicy.Limits);
		DeadLetters impatient = new DeadLetters(this.holder, ProvisioningMode.CREATE, JetStreamOptions.defaultOptions(),
				new JetStreamTemplateSettings(Duration.ofSeconds(1), 100, Duration.ofMillis(300), Duration.ofMillis(50),
						1, null),
				null);
		DeadLetterPublisher publisher = Objects
			.requireNonNull(impatient.open(Letters.addConsumer(this.management, this.stream, "c"), Letters.enabled()));
		assertThat(publisher.send(Letters.failed(deliver(new byte[] { 1 }, null)))).isTrue();
		Message message = deliver(new byte[] { 2 }, null);
		server.pause();
		try {
			await().until(this::isSilent);
			assertThatExceptionOfType(NatsPublishOutcomeUnknownException.class)
				.isThrownBy(() -> publisher.send(Letters.failed(message)));
		}
		finally {
			server.resume();
		}
		// The tries of before were stored when the server went on
		await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> stored() == 2);
		assertThat(publisher.send(Letters.failed(message))).isTrue();
		assertThat(stored()).isEqualTo(2);
		assertThat(letter(2).getData()).containsExactly(2);
	}

	@Test
	void storesALetterForEachConsumerAndEachMessage() throws Exception {
		DeadLetterPublisher publisher = open(RetentionPolicy.Limits);
		assertThat(publisher.send(Letters.failed(deliver(null, null)))).isTrue();
		assertThat(publisher.send(Letters.failed(deliver(null, null)))).isTrue();
		DeadLetterSource other = Letters.addConsumer(this.management, this.stream, "d");
		DeadLetterPublisher second = Objects.requireNonNull(
				Letters.deadLetters(this.holder, ProvisioningMode.CREATE, null).open(other, Letters.enabled()));
		second.send(Letters.failed(Letters.fetch(this.holder, this.stream, "d")));
		assertThat(stored()).isEqualTo(3);
		assertThat(letter(3).getSubject()).isEqualTo("dlq." + this.stream + ".d");
	}

	@Test
	void takesNoHarmFromControlHeadersOfTheOriginal() throws Exception {
		this.management.addStream(StreamConfiguration.builder()
			.name(this.dlq)
			.subjects("dlq." + this.stream + ".*")
			.allowRollup(true)
			.build());
		DeadLetterPublisher publisher = open(RetentionPolicy.Limits);
		this.management
			.updateStream(StreamConfiguration.builder(this.management.getStreamInfo(this.stream).getConfiguration())
				.allowRollup(true)
				.build());
		publisher.send(Letters.failed(deliver(new byte[] { 1 }, null)));
		Message evil = deliver(new byte[] { 2 },
				new Headers().add("Nats-Rollup", "sub")
					.add("Nats-Expected-Last-Sequence", "1")
					.add("Nats-Msg-Id", "evil")
					.add("Nats-Expected-Stream", this.stream));
		assertThat(publisher.send(Letters.failed(evil))).isTrue();
		assertThat(stored()).isEqualTo(2);
		assertThat(letter(1).getData()).containsExactly(1);
		assertThat(letter(2).getData()).containsExactly(2);
	}

	@Test
	void storesALetterWhateverTheExceptionSays() throws Exception {
		DeadLetterPublisher publisher = open(RetentionPolicy.Limits);
		Exception exception = new IllegalStateException("boom\r\nNats-Msg-Id: x é" + "y".repeat(1 << 20));
		assertThat(publisher.send(Letters.failed(deliver(null, null), exception))).isTrue();
		DeadLetter letter = Objects.requireNonNull(DeadLetterReader.read(this.dlq, letter(1)));
		assertThat(letter.exceptionMessage()).startsWith("boom\r\nNats-Msg-Id: x éyyy").hasSizeLessThan(1025);
		assertThat(letter.exceptionClass()).isEqualTo(IllegalStateException.class.getName());
	}

	@Test
	void keepsTheOriginalOfAWorkQueueWhenItsBytesDoNotFit() throws Exception {
		DeadLetterPublisher publisher = open(RetentionPolicy.WorkQueue);
		Message message = deliver(new byte[MAX_PAYLOAD], null);
		assertThat(publisher.send(Letters.failed(message))).isFalse();
		assertThat(publisher.send(Letters.failed(message))).isFalse();
		assertThat(stored()).isEqualTo(1);
		DeadLetter letter = Objects.requireNonNull(DeadLetterReader.read(this.dlq, letter(1)));
		assertThat(letter.isReference()).isTrue();
		assertThat(letter.size()).isZero();
		assertThat(letter.origin().sequence()).isEqualTo(1);
	}

	@Test
	void letsGoOfAnOriginalThatALimitsStreamKeepsAnyway() throws Exception {
		DeadLetterPublisher publisher = open(RetentionPolicy.Limits);
		Message message = deliver(new byte[MAX_PAYLOAD], null);
		assertThat(publisher.send(Letters.failed(message))).isTrue();
		message.term();
		assertThat(this.management.getMessage(this.stream, 1).getData()).hasSize(MAX_PAYLOAD);
		assertThat(letter(1).getData()).isNullOrEmpty();
	}

	@Test
	void storesAMessageWithAsManyHeadersAsTheServerTakes() throws Exception {
		DeadLetterPublisher publisher = open(RetentionPolicy.Limits);
		Headers headers = new Headers();
		for (int i = 0; i < 65; i++) {
			headers.add("X-%03d".formatted(i), "x".repeat(995));
		}
		assertThat(headers.serializedLength()).isBetween(64_900, 65_535);
		assertThat(publisher.send(Letters.failed(deliver(new byte[] { 7 }, headers)))).isTrue();
		MessageInfo letter = letter(1);
		assertThat(letter.getData()).containsExactly(7);
		assertThat(Objects.requireNonNull(DeadLetterReader.read(this.dlq, letter)).omitted())
			.contains(DeadLetterPart.HEADERS)
			.doesNotContain(DeadLetterPart.BODY);
		assertThat(letter.getHeaders().keySet()).filteredOn((name) -> name.startsWith("X-")).hasSizeGreaterThan(60);
	}

	@Test
	void refersToTheOriginalWhenTheStreamTakesLessThanTheServer() throws Exception {
		DeadLetterPublisher publisher = open(RetentionPolicy.WorkQueue);
		// Behind the back of the publisher, which looked at it when it was opened
		this.management
			.updateStream(StreamConfiguration.builder(this.management.getStreamInfo(this.dlq).getConfiguration())
				.maximumMessageSize(4096)
				.build());
		assertThat(publisher.send(Letters.failed(deliver(new byte[5000], null)))).isFalse();
		assertThat(Objects.requireNonNull(DeadLetterReader.read(this.dlq, letter(1))).isReference()).isTrue();
		assertThat(open(RetentionPolicy.WorkQueue).getDestination().maxMessageSize()).isEqualTo(4096);
	}

	@Test
	void throwsWhileTheStreamIsMissing() throws Exception {
		DeadLetterPublisher publisher = open(RetentionPolicy.Limits);
		Message message = deliver(null, null);
		this.management.deleteStream(this.dlq);
		assertThatExceptionOfType(NatsNoStreamException.class).isThrownBy(() -> publisher.send(Letters.failed(message)))
			.withMessageContaining("dlq." + this.stream + ".c");
		Letters.addStream(this.management, this.dlq, RetentionPolicy.Limits, "dlq." + this.stream + ".*");
		assertThat(publisher.send(Letters.failed(message))).isTrue();
		assertThat(stored()).isEqualTo(1);
	}

	@Test
	void storesTheLetterOfAStreamThatWasMadeAgainUnderItsName() throws Exception {
		DeadLetterPublisher publisher = open(RetentionPolicy.Limits);
		publisher.send(Letters.failed(deliver(new byte[] { 1 }, null)));
		this.management.deleteStream(this.stream);
		Letters.addStream(this.management, this.stream, RetentionPolicy.Limits, this.stream + ".>");
		Letters.addConsumer(this.management, this.stream, "c");
		Message message = deliver(new byte[] { 2 }, null);
		assertThat(message.metaData().streamSequence()).isEqualTo(1);
		assertThat(publisher.send(Letters.failed(message))).isTrue();
		assertThat(stored()).isEqualTo(2);
		assertThat(letter(2).getData()).containsExactly(2);
	}

	@Test
	void storesTheLetterOfAStreamThatIsGone() throws Exception {
		DeadLetterPublisher publisher = open(RetentionPolicy.Limits);
		Message message = deliver(new byte[] { 1 }, null);
		this.management.deleteStream(this.stream);
		assertThat(publisher.send(Letters.failed(message))).isTrue();
		assertThat(letter(1).getData()).containsExactly(1);
	}

	@Test
	void takesTheSubjectOfAResolver() throws Exception {
		Letters.addStream(this.management, this.stream, RetentionPolicy.Limits, this.stream + ".>");
		DeadLetterSource source = Letters.addConsumer(this.management, this.stream, "c");
		String other = this.stream + "X";
		Letters.addStream(this.management, other, RetentionPolicy.Limits, other + ".>");
		DeadLetters letters = Letters.deadLetters(this.holder, ProvisioningMode.CREATE,
				(failure) -> switch (String.valueOf(failure.exception().getMessage())) {
					case "wild" -> other + ".*";
					case "loop" -> this.stream + ".again";
					default -> other + "." + failure.exception().getClass().getSimpleName();
				});
		DeadLetterPublisher publisher = Objects.requireNonNull(letters.open(source, DeadLetterSettings.defaults()));
		assertThat(publisher.getDestination().stream()).isNull();
		Message message = deliver(null, null);
		assertThat(publisher.send(Letters.failed(message))).isTrue();
		assertThat(this.management.getMessage(other, 1).getSubject()).isEqualTo(other + ".IllegalStateException");
		assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> publisher.send(Letters.failed(message, new RuntimeException("wild"))))
			.withMessageContaining("DeadLetterDestinationResolver");
		assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> publisher.send(Letters.failed(message, new RuntimeException("loop"))))
			.withMessageContaining("consumes itself");
		assertThat(letters.operations((origin) -> null).list(DeadLetterQuery.ofStream(this.stream))).hasSize(1);
	}

	private DeadLetterPublisher open(RetentionPolicy retention) throws Exception {
		if (!Letters.exists(this.management, this.stream)) {
			Letters.addStream(this.management, this.stream, retention, this.stream + ".>");
		}
		DeadLetterSource source = Letters.addConsumer(this.management, this.stream, "c");
		return Objects.requireNonNull(
				Letters.deadLetters(this.holder, ProvisioningMode.CREATE, null).open(source, Letters.enabled()));
	}

	private Message deliver(byte @Nullable [] data, @Nullable Headers headers) throws Exception {
		this.holder.get().jetStream().publish(this.stream + ".created", headers, data);
		return Letters.fetch(this.holder, this.stream, "c");
	}

	private boolean isSilent() throws Exception {
		try {
			this.holder.get().flush(Duration.ofMillis(200));
			return false;
		}
		catch (TimeoutException ex) {
			return true;
		}
	}

	private MessageInfo letter(long sequence) throws Exception {
		return this.management.getMessage(this.dlq, sequence);
	}

	private long stored() throws Exception {
		return this.management.getStreamInfo(this.dlq).getStreamState().getMsgCount();
	}

}
