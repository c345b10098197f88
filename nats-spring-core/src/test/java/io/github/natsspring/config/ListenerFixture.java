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

package io.github.natsspring.config;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.support.CompositeNatsMessageConverter;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;

/**
 * An instance of an application that listens to a stream, with a connection and a factory
 * of its own.
 */
final class ListenerFixture implements AutoCloseable {

	private final String stream;

	private final ConnectionHolder holder;

	private final DefaultNatsListenerContainerFactory factory;

	private final List<MessageListenerContainer> containers = new ArrayList<>();

	ListenerFixture(String url) {
		this(url, "S" + UUID.randomUUID().toString().replace("-", ""));
	}

	/**
	 * Another instance for a stream.
	 */
	ListenerFixture(String url, String stream) {
		this.stream = stream;
		this.holder = new ConnectionHolder(new ConnectionSettings("test",
				() -> Options.builder().server(url).maxReconnects(-1).reconnectWait(Duration.ofMillis(100)),
				StartupMode.FAIL_FAST, Duration.ofSeconds(10), Duration.ofSeconds(5), List.of(), List.of()));
		this.factory = new DefaultNatsListenerContainerFactory(this.holder,
				CompositeNatsMessageConverter.withDefaults(List.of(), null));
		this.factory.setStallTimeout(Duration.ofSeconds(1));
		this.factory.setRetry(
				new RetrySettings(RetrySettings.Mode.REDELIVER, 0, Duration.ofMillis(50), 2, Duration.ofMillis(200), 0,
						RetrySettings.defaults().notRetryable(), RetrySettings.OnExhausted.DEAD_LETTER));
	}

	ListenerFixture factory(Consumer<DefaultNatsListenerContainerFactory> customizer) {
		customizer.accept(this.factory);
		return this;
	}

	ListenerFixture create() throws Exception {
		return create((builder) -> builder);
	}

	ListenerFixture create(UnaryOperator<StreamConfiguration.Builder> stream) throws Exception {
		management().addStream(
				stream
					.apply(StreamConfiguration.builder()
						.name(this.stream)
						.subjects(this.stream + ".>")
						.storageType(StorageType.File)
						.retentionPolicy(RetentionPolicy.Limits))
					.build());
		return this;
	}

	NatsListenerEndpointBuilder endpoint(NatsMessageListener listener) {
		return NatsListenerEndpoint.forListener("prices", listener).stream(this.stream);
	}

	MessageListenerContainer container(NatsListenerEndpointBuilder endpoint) {
		MessageListenerContainer container = this.factory.createContainer(this.factory.complete(endpoint.build()));
		this.containers.add(container);
		return container;
	}

	MessageListenerContainer start(NatsListenerEndpointBuilder endpoint) {
		MessageListenerContainer container = container(endpoint);
		container.start();
		return container;
	}

	/**
	 * Publish numbers, quickly.
	 */
	void publish(int from, int to) throws Exception {
		List<CompletableFuture<PublishAck>> acks = new ArrayList<>();
		for (int i = from; i < to; i++) {
			acks.add(this.holder.get().jetStream().publishAsync(this.stream + ".m", body(i)));
		}
		acks.forEach(CompletableFuture::join);
	}

	private static byte[] body(int number) {
		return String.valueOf(number).getBytes(StandardCharsets.UTF_8);
	}

	static int number(Message message) {
		return Integer.parseInt(new String(message.getData(), StandardCharsets.UTF_8));
	}

	/**
	 * The only consumer of the stream.
	 */
	ConsumerInfo consumer() throws Exception {
		List<ConsumerInfo> consumers = consumers();
		if (consumers.size() != 1) {
			throw new AssertionError("%d consumers".formatted(consumers.size()));
		}
		return consumers.get(0);
	}

	List<ConsumerInfo> consumers() throws Exception {
		return management().getConsumers(this.stream);
	}

	void deleteConsumer() throws Exception {
		management().deleteConsumer(this.stream, consumer().getName());
	}

	String stream() {
		return this.stream;
	}

	ConnectionHolder holder() {
		return this.holder;
	}

	JetStreamManagement management() throws Exception {
		return this.holder.get().jetStreamManagement();
	}

	@Override
	public void close() {
		this.containers.forEach(MessageListenerContainer::stop);
		this.factory.destroy();
		this.holder.destroy();
	}

}
