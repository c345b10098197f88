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

package io.github.natsspring.annotation;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.listener.MissingConsumer;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.api.MessageInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.SendTo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsListener} methods whose result is sent on by {@link SendTo}.
 */
class SendToIntegrationTests extends AbstractResultTests {

	@Test
	void publishesTheResultToTheSubjectWithVariablesOfTheIncomingOne() throws Exception {
		start(Billing.class);
		publish("eu.created", "{\"sku\":\"apple\"}");
		awaitSettled();
		assertThat(stored()).containsExactly("eu.billed {\"sku\":\"apple\",\"region\":\"eu\"}");
		assertThat(storedMessages().get(0).getHeaders().getFirst("Content-Type")).isEqualTo("application/json");
	}

	@Test
	void givesEachMessageAnIdOfItsOriginalSoThatARedeliveryStoresNothingTwice() throws Exception {
		Several listener = start(Several.class);
		publish("a", "x");
		await().until(() -> listener.deliveries.size() >= 3);
		// One subject had its stream from the first run on, the other has it from now on
		createStream(late(), late());
		awaitSettled();
		assertThat(stored()).containsExactly("one x");
		long created = this.management.getStreamInfo(stream()).getCreateTime().toInstant().getEpochSecond();
		assertThat(idOf(storedMessages().get(0))).startsWith(stream() + ":" + created).endsWith(":1:several:0");
		assertThat(idOf(this.management.getMessage(late(), 1))).startsWith(stream() + ":" + created)
			.endsWith(":1:several:1");
		assertThat(this.management.getStreamInfo(late()).getStreamState().getMsgCount()).isOne();
	}

	@Test
	void storesWhatComesFromAStreamThatWasDeletedAndMadeAgain() throws Exception {
		createStream(late(), late());
		this.context.factory((factory) -> factory.setMissingConsumer(MissingConsumer.RECREATE));
		start(Several.class);
		publish("a", "first");
		await().until(() -> stored().size() == 1);
		this.management.deleteStream(stream());
		createStream(stream(), stream() + ".in.>");
		publish("a", "second");
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(stored()).containsExactly("one first", "one second"));
	}

	private String late() {
		return stream() + "_late";
	}

	@Test
	void acknowledgesOnlyWhatIsStoredAndTriesAgainWhenNoStreamTakesIt() throws Exception {
		Lost listener = start(Lost.class);
		publish("a", "1");
		await().until(() -> listener.deliveries.size() >= 3);
		assertThat(consumer().getNumAckPending()).isOne();
		createStream(stream() + "_nowhere", stream() + "_nowhere");
		awaitSettled();
		assertThat(this.management.getStreamInfo(stream() + "_nowhere").getStreamState().getMsgCount()).isOne();
	}

	@Test
	void publishesEachElementOfACollectionAndNothingForNullAndEmpty() throws Exception {
		start(Elements.class);
		for (String payload : List.of("null", "empty", "none", "a,b,c")) {
			publish("a", payload);
		}
		awaitSettled();
		assertThat(stored()).containsExactly("out a", "out b", "out c");
		assertThat(storedMessages()).extracting(SendToIntegrationTests::idOf)
			.satisfiesExactly((id) -> assertThat(id).endsWith(":elements:0"),
					(id) -> assertThat(id).endsWith(":elements:1"), (id) -> assertThat(id).endsWith(":elements:2"));
	}

	@Test
	void publishesTheValueOfAFutureBeforeItAcknowledges() throws Exception {
		start(Async.class);
		publish("a", "1");
		awaitSettled();
		assertThat(stored()).containsExactly("out done 1");
	}

	@Test
	void forwardsALoadInOrderWithConcurrencyOne() throws Exception {
		start(Load.class);
		int count = 2000;
		for (int i = 0; i < count; i++) {
			this.client.jetStream().publishAsync(stream() + ".in.a", String.valueOf(i).getBytes());
		}
		await().atMost(Duration.ofSeconds(30))
			.until(() -> this.management.getStreamInfo(stream()).getStreamState().getMsgCount() == count);
		await().atMost(Duration.ofSeconds(40)).untilAsserted(this::awaitSettled);
		assertThat(this.management.getStreamInfo(results()).getStreamState().getMsgCount()).isEqualTo(count);
		for (int i : new int[] { 0, 1, 999, count - 1 }) {
			assertThat(this.management.getMessage(results(), i + 1).getData()).asString().isEqualTo("out " + i);
		}
	}

	@Test
	void deadLettersAMessageThatWouldLeadToASubjectOfTheServer() throws Exception {
		this.context.factory((factory) -> factory
			.setDeadLetter(new DeadLetterSettings(true, "dlq.{stream}.{consumer}", null, true)));
		start(Leading.class);
		this.client.jetStream().publish(stream() + ".in.$JS", "x".getBytes());
		await().untilAsserted(
				() -> assertThat(this.management.getStreamInfo(stream() + "_DLQ").getStreamState().getMsgCount())
					.isOne());
	}

	@Test
	void publishesPlainlyOnCoreNatsAndAnswersNobody() throws Exception {
		start(Core.class);
		Subscription subscription = this.client.subscribe(stream() + ".out.eu");
		this.client.flush(ANSWER);
		Message reply = this.client.request(stream() + ".core.eu", "x".getBytes(), Duration.ofMillis(300));
		assertThat(reply).isNull();
		Message forwarded = subscription.nextMessage(ANSWER);
		assertThat(text(forwarded)).isEqualTo("seen x");
		assertThat(forwarded.getReplyTo()).isNull();
	}

	@Test
	void repliesOnCoreNatsForASendToWithoutSubject() throws Exception {
		start(Core.class);
		assertThat(text(request("answer", "x"))).isEqualTo("seen x");
	}

	private static String idOf(MessageInfo message) {
		return message.getHeaders().getFirst("Nats-Msg-Id");
	}

	static class Billing {

		@NatsListener(stream = "${test}", consumer = "worker", subjects = "${test}.in.{region}.created")
		@SendTo("#{'${test}' + '_results'}.{region}.billed")
		Bill on(Order order, @DestinationVariable String region) {
			return new Bill(order.sku(), region);
		}

	}

	static class Several {

		final Queue<Integer> deliveries = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "several", stream = "${test}", consumer = "worker")
		@SendTo({ "${test}_results.one", "${test}_late" })
		String on(String payload, @Header(NatsHeaders.DELIVERY_COUNT) int delivery) {
			this.deliveries.add(delivery);
			return payload;
		}

	}

	static class Lost {

		final Queue<Integer> deliveries = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "worker")
		@SendTo("${test}_nowhere")
		String on(String payload, @Header(NatsHeaders.DELIVERY_COUNT) int delivery) {
			this.deliveries.add(delivery);
			return payload;
		}

	}

	static class Elements {

		@NatsListener(id = "elements", stream = "${test}", consumer = "worker")
		@SendTo("${test}_results.out")
		@Nullable Object on(String payload) {
			return switch (payload) {
				case "null" -> null;
				case "empty" -> List.of();
				case "none" -> Optional.empty();
				default -> Arrays.asList(payload.split(","));
			};
		}

	}

	static class Async {

		@NatsListener(stream = "${test}", consumer = "worker")
		@SendTo("${test}_results.out")
		CompletableFuture<String> on(String payload) {
			return CompletableFuture.supplyAsync(() -> "done " + payload);
		}

	}

	static class Load {

		@NatsListener(stream = "${test}", consumer = "worker")
		@SendTo("${test}_results.out")
		String on(String payload) {
			return "out " + payload;
		}

	}

	static class Leading {

		@NatsListener(stream = "${test}", consumer = "worker", subjects = "${test}.in.{to}")
		@SendTo("{to}.API.INFO")
		String on(String payload) {
			return payload;
		}

	}

	static class Core {

		@NatsListener("${test}.core.{region}")
		@SendTo("${test}.out.{region}")
		String forward(String payload) {
			return "seen " + payload;
		}

		@NatsListener("${test}.answer")
		@SendTo
		String answer(String payload) {
			return "seen " + payload;
		}

	}

	record Order(String sku) {
	}

	record Bill(String sku, String region) {
	}

}
