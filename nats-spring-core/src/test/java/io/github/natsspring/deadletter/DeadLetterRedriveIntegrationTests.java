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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.listener.AckMessageException;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import org.junit.jupiter.api.Test;

import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.support.DefaultConversionService;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for dead letters that are given to their listener again.
 */
class DeadLetterRedriveIntegrationTests extends AbstractDeadLetterOperationsTests {

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
			.withMessageContaining("has not settled the message, within 200 ms");
		this.listener = (message, acknowledgment) -> acknowledgment.nak();
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.redrive(id(1)))
			.withMessageContaining("gave the message back");
		assertThat(stored()).isEqualTo(1);
		this.listener = (message, acknowledgment) -> new Thread(acknowledgment::ack).start();
		this.operations.redrive(id(1));
		assertThat(stored()).isZero();
	}

	@Test
	void deletesALetterWhoseListenerSucceedsWhenNobodyWaitsAnyMore() throws Exception {
		Map<String, CompletableFuture<?>> results = new ConcurrentHashMap<>();
		this.listener = asynchronous(results);
		for (int i = 1; i <= 2; i++) {
			fail("c", "p" + i);
			DeadLetterId id = id(i);
			assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.redrive(id))
				.withMessageContaining("within 200 ms; it may still be running, and the outcome is unknown");
		}
		assertThat(stored()).isEqualTo(2);
		results.get("p1").completeExceptionally(new IllegalStateException("late"));
		results.get("p2").complete(null);
		await().until(() -> stored() == 1);
		assertThat(this.operations.list(DeadLetterQuery.ofStream(this.stream))).extracting(DeadLetter::id)
			.containsExactly(id(1));
		List<Acknowledgment> acknowledgments = new ArrayList<>();
		this.ackMode = AckMode.MANUAL;
		this.listener = (message, acknowledgment) -> acknowledgments.add(acknowledgment);
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.redrive(id(1)));
		acknowledgments.get(0).ack();
		await().until(() -> stored() == 0);
	}

	@Test
	void keepsALetterThatTookThePlaceOfOneThatSucceedsLater() throws Exception {
		Map<String, CompletableFuture<?>> results = new ConcurrentHashMap<>();
		this.listener = asynchronous(results);
		fail("c", "gone");
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.redrive(id(1)));
		this.management.deleteStream(this.dlq);
		fail("c", "kept");
		fail("c", "next");
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.redrive(id(2)));
		results.get("gone").complete(null);
		// Behind the other
		results.get("next").complete(null);
		await().until(() -> stored() == 1);
		assertThat(this.operations.payload(id(1))).asString().isEqualTo("kept");
	}

	private static NatsMessageListener asynchronous(Map<String, CompletableFuture<?>> results) {
		return new NatsMessageListener() {

			@Override
			public void onMessage(Message message, Acknowledgment acknowledgment) {
				throw new UnsupportedOperationException();
			}

			@Override
			public CompletionStage<?> handle(Message message, Acknowledgment acknowledgment) {
				return results.computeIfAbsent(new String(message.getData()), (data) -> new CompletableFuture<>());
			}

		};
	}

	@Test
	void goesOnWhateverOneFailsWith() throws Exception {
		fail("c", "1");
		fail("d", "2");
		fail("c", "3");
		DeadLetterOperations operations = this.letters.operations((origin) -> {
			if (origin.consumer().equals("d")) {
				throw new NatsException("no answer");
			}
			return this.handled::add;
		});
		RedriveResult result = operations.redriveAll(DeadLetterQuery.ofStream(this.stream));
		assertThat(result.redriven()).isEqualTo(2);
		assertThat(result.failed()).containsOnlyKeys(id(2));
		assertThat(result.failed().get(id(2))).hasMessageContaining("no answer")
			.hasCauseInstanceOf(NatsException.class);
		assertThat(stored()).isEqualTo(1);
	}

	@Test
	void redrivesNoMoreWhenInterrupted() throws Exception {
		fail("c", "1");
		fail("c", "2");
		this.listener = (message, acknowledgment) -> {
			this.handled.add(message);
			throw new InterruptedException();
		};
		RedriveResult result;
		try {
			result = this.operations.redriveAll(DeadLetterQuery.ofStream(this.stream));
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
		assertThat(result.redriven()).isZero();
		assertThat(result.failed()).containsOnlyKeys(id(1));
		assertThat(this.handled).hasSize(1);
	}

	@Test
	void redrivesNoMoreWhenTheConnectionIsLost() throws Exception {
		this.holder.destroy();
		try (NatsServer lost = NatsServer.builder().start()) {
			connect(lost.url());
			fail("c", "1");
			fail("c", "2");
			fail("c", "3");
			this.listener = (message, acknowledgment) -> {
				this.handled.add(message);
				if (this.handled.size() == 2) {
					lost.close();
					await().until(() -> this.holder.get().getStatus() != Connection.Status.CONNECTED);
				}
			};
			RedriveResult result = this.operations.redriveAll(DeadLetterQuery.ofStream(this.stream));
			assertThat(result.redriven()).isEqualTo(1);
			assertThat(result.failed()).containsOnlyKeys(id(2));
			assertThat(result.failed().get(id(2))).hasMessageContaining("could not be deleted");
			assertThat(this.handled).hasSize(2);
		}
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

}
