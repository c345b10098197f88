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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

import io.github.natsspring.listener.MissingConsumer;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.ProvisioningMode;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsListener} methods on JetStream, against a real server.
 */
@Timeout(60)
class JetStreamListenerIntegrationTests {

	private static final String ORDERS = Orders.class.getName() + "#on";

	private static NatsServer server;

	private Connection client;

	private JetStreamManagement management;

	private ListenerContext context;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.client = Nats.connect(server.url());
		this.management = this.client.jetStreamManagement();
		this.context = new ListenerContext(server.url()).bean("orders", Orders.class);
	}

	@AfterEach
	void disconnect() throws Exception {
		this.context.close();
		this.client.close();
	}

	@Test
	void makesTheConsumerFromTheAnnotationAndAcknowledges() throws Exception {
		createStream(">");
		publish("orders.eu.created", "{\"sku\":\"apple\",\"quantity\":2}");
		this.context.start();
		Orders orders = this.context.get(Orders.class);
		await().until(() -> orders.seen.size() == 1);
		assertThat(orders.seen).containsExactly("Order[sku=apple, quantity=2] eu 1 1 " + stream());
		await().until(() -> consumer().getNumAckPending() == 0 && consumer().getAckFloor().getStreamSequence() == 1);
		ConsumerConfiguration configuration = consumer().getConsumerConfiguration();
		assertThat(configuration.getDurable()).isEqualTo("billing");
		assertThat(configuration.getAckPolicy()).isEqualTo(AckPolicy.Explicit);
		assertThat(configuration.getDeliverPolicy()).isEqualTo(DeliverPolicy.All);
		assertThat(configuration.getFilterSubjects()).containsExactly(stream() + ".orders.*.created");
		assertThat(configuration.getMaxDeliver()).isEqualTo(-1);
	}

	@Test
	void beginsWhereTheAnnotationSays() throws Exception {
		this.context.close();
		this.context = new ListenerContext(server.url()).bean("third", FromTheThird.class);
		createStream(">");
		for (int i = 1; i <= 4; i++) {
			publish("n", Integer.toString(i));
		}
		this.context.start();
		Queue<String> seen = this.context.get(FromTheThird.class).seen;
		await().until(() -> seen.size() == 2);
		assertThat(seen).containsExactly("3", "4");
	}

	@Test
	void takesAConsumerThatIsOnTheServer() throws Exception {
		createStream(">");
		createConsumer((builder) -> builder.filterSubject(stream() + ".orders.eu.created"));
		this.context.factory((factory) -> factory.setProvisioningMode(ProvisioningMode.NONE)).start();
		publish("orders.us.created", "{\"sku\":\"pear\",\"quantity\":1}");
		publish("orders.eu.created", "{\"sku\":\"apple\",\"quantity\":2}");
		Orders orders = this.context.get(Orders.class);
		await().until(() -> orders.seen.size() == 1);
		assertThat(orders.seen).allMatch((text) -> text.contains("apple"));
	}

	@Test
	void findsTheStreamOfADeclaredConsumerThatIsNamedAlone() throws Exception {
		this.context.close();
		this.context = new ListenerContext(server.url()).bean("alone", ConsumerAlone.class);
		createStream(">");
		createConsumer((builder) -> builder);
		declare();
		this.context.start();
		publish("anything", "hello");
		await().until(() -> this.context.get(ConsumerAlone.class).seen.contains("hello"));
	}

	@Test
	void redeliversWhatFailedAndWaitsLongestForWhatCannotBeRead() throws Exception {
		RetrySettings retry = new RetrySettings(RetrySettings.Mode.REDELIVER, 0, Duration.ofMillis(50), 2,
				Duration.ofMillis(400), 0, List.of(), RetrySettings.OnExhausted.DEAD_LETTER);
		this.context.factory((factory) -> factory.setRetry(retry));
		createStream(">");
		this.context.start();
		Orders orders = this.context.get(Orders.class);
		publish("orders.eu.created", "{\"sku\":\"fails twice\",\"quantity\":1}");
		await().until(() -> orders.seen.size() == 3);
		assertThat(orders.seen).last().asString().contains("fails twice").contains(" 3 " + stream());
		publish("orders.eu.created", "{no json");
		await().untilAsserted(() -> {
			// The first one is settled, and no longer among these
			assertThat(consumer().getAckFloor().getStreamSequence()).isOne();
			assertThat(consumer().getRedelivered()).isOne();
			assertThat(consumer().getNumAckPending()).isOne();
		});
		assertThat(orders.seen).hasSize(3);
	}

	@Test
	void makesItsConsumerAgainWhereItStoodWhenThatIsDeleted() throws Exception {
		this.context.factory((factory) -> factory.setMissingConsumer(MissingConsumer.RECREATE));
		createStream(">");
		this.context.start();
		Orders orders = this.context.get(Orders.class);
		publish("orders.eu.created", "{\"sku\":\"before\",\"quantity\":1}");
		await().until(() -> orders.seen.size() == 1);
		// The listener learns what the server has seen acknowledged from time to time
		await().pollDelay(Duration.ofSeconds(6)).atMost(Duration.ofSeconds(10)).until(() -> true);
		this.management.deleteConsumer(stream(), "billing");
		await().ignoreExceptions().until(() -> consumer().getNumWaiting() == 1);
		publish("orders.eu.created", "{\"sku\":\"after\",\"quantity\":1}");
		await().until(() -> orders.seen.size() == 2);
		assertThat(orders.seen).last().asString().contains("after");
		assertThat(consumer().getConsumerConfiguration().getFilterSubject()).isEqualTo(stream() + ".orders.*.created");
	}

	@ParameterizedTest
	@EnumSource
	void refusesAStreamThatIsNotThereWhateverIsDoneWhenItGoesLater(MissingConsumer later) {
		this.context.factory((factory) -> factory.setMissingConsumer(later));
		assertThatFailure().withMessageContaining("the stream '%s' of its consumer 'billing' is not on the server",
				stream());
	}

	@Test
	void refusesAConsumerThatMayNotBeMade() throws Exception {
		createStream(">");
		this.context.factory((factory) -> factory.setProvisioningMode(ProvisioningMode.VALIDATE));
		assertThatFailure()
			.withMessageContaining("its consumer 'billing' of stream '%s' is neither declared nor on the server",
					stream())
			.withMessageContaining("nats.jetstream.streams.%s.consumers.billing", stream());
		assertThat(this.management.getConsumerNames(stream())).isEmpty();
	}

	@Test
	void refusesADeclaredConsumerThatIsMissing() throws Exception {
		createStream(">");
		declare();
		assertThatFailure().withMessageContaining("is not on the server, although it is declared in test.billing");
	}

	@Test
	void refusesASubjectThatTheStreamCannotHold() throws Exception {
		createStream("other.>");
		assertThatFailure().withMessageContaining(
				"its subject '%s.orders.{region}.created' matches none of the subjects [%s.other.>]", stream(),
				stream());
	}

	@Test
	void refusesAConsumerWhoseFilterIsNotCovered() throws Exception {
		createStream(">");
		createConsumer((builder) -> builder.filterSubjects(stream() + ".orders.eu.created", stream() + ".orders.us.>"));
		assertThatFailure().withMessageContaining("delivers '%s.orders.us.>', which none of its subjects", stream());
	}

	@Test
	void refusesAConsumerWithoutFiltersWhoseStreamIsNotCovered() throws Exception {
		createStream(">");
		createConsumer((builder) -> builder);
		assertThatFailure().withMessageContaining("delivers '%s.>', which none of its subjects", stream());
	}

	@Test
	void takesAConsumerWithoutFiltersWhoseStreamIsCovered() throws Exception {
		createStream("orders.*.created");
		createConsumer((builder) -> builder);
		this.context.start();
		assertThat(this.context.container("orders-on").isRunning()).isTrue();
	}

	@Test
	void refusesAPushConsumer() throws Exception {
		createStream("orders.*.created");
		createConsumer((builder) -> builder.deliverSubject("push." + stream()));
		assertThatFailure().withMessageContaining("is a push consumer");
	}

	@Test
	void refusesAConsumerWithoutExplicitAcknowledgments() throws Exception {
		createStream("orders.*.created");
		createConsumer((builder) -> builder.ackPolicy(AckPolicy.None));
		assertThatFailure().withMessageContaining("has the ack policy 'none'");
	}

	@Test
	void stopsTheOtherListenersWhenOneCannotStart() throws Exception {
		this.context.close();
		this.context = new ListenerContext(server.url()).bean("core", CoreBeside.class).bean("orders", Orders.class);
		assertThatFailure();
		assertThat(this.client.request(stream() + ".core", null, Duration.ofMillis(300))).isNull();
	}

	@Test
	void startsInBackgroundModeAndAttachesWhenAServerAppears() throws Exception {
		try (NatsServer late = NatsServer.builder().start()) {
			late.stop();
			this.context.close();
			this.context = new ListenerContext(late.url()).background().bean("orders", Orders.class).start();
			assertThat(this.context.container("orders-on").isRunning()).isTrue();
			late.start();
			this.client.close();
			this.client = Nats.connect(late.url());
			this.management = this.client.jetStreamManagement();
			createStream(">");
			publish("orders.eu.created", "{\"sku\":\"apple\",\"quantity\":2}");
			await().atMost(Duration.ofSeconds(30)).until(() -> !this.context.get(Orders.class).seen.isEmpty());
		}
	}

	private ThrowableAssertAlternative<? extends Throwable> assertThatFailure() {
		return assertThatExceptionOfType(Exception.class).isThrownBy(this.context::start)
			.havingRootCause()
			.isInstanceOf(NatsListenerException.class)
			.withMessageContaining(ORDERS);
	}

	private void declare() {
		ConsumerDefinition definition = new ConsumerDefinition(stream(), "billing", "test.billing",
				UnaryOperator.identity());
		this.context.factory((factory) -> factory
			.setTopology(() -> new TopologyDefinition(List.of(), List.of(definition), List.of(), List.of())));
	}

	private String stream() {
		return this.context.unique();
	}

	private void createStream(String subject) throws Exception {
		this.management
			.addStream(StreamConfiguration.builder().name(stream()).subjects(stream() + "." + subject).build());
	}

	private void createConsumer(UnaryOperator<ConsumerConfiguration.Builder> customizer) throws Exception {
		this.management.createConsumer(stream(),
				customizer.apply(ConsumerConfiguration.builder().durable("billing").ackPolicy(AckPolicy.Explicit))
					.build());
	}

	private ConsumerInfo consumer() throws Exception {
		return this.management.getConsumerInfo(stream(), "billing");
	}

	private void publish(String subject, String text) throws Exception {
		this.client.jetStream().publish(stream() + "." + subject, text.getBytes(StandardCharsets.UTF_8));
	}

	record Order(String sku, int quantity) {
	}

	static class Orders {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "billing", subjects = "${test}.orders.{region}.created")
		void on(Order order, @DestinationVariable String region, NatsJetStreamMetaData metaData,
				@Header(NatsHeaders.DELIVERY_COUNT) int deliveries, @Header(NatsHeaders.STREAM) String stream) {
			this.seen.add("%s %s %d %d %s".formatted(order, region, metaData.streamSequence(), deliveries, stream));
			if (order.sku().startsWith("fails") && deliveries < 3) {
				throw new IllegalStateException("expected by the test");
			}
		}

	}

	static class FromTheThird {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "third", startSequence = "3")
		void on(String payload) {
			this.seen.add(payload);
		}

	}

	static class ConsumerAlone {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(consumer = "billing")
		void on(String payload) {
			this.seen.add(payload);
		}

	}

	static class CoreBeside {

		@NatsListener("${test}.core")
		String on() {
			return "here";
		}

	}

}
