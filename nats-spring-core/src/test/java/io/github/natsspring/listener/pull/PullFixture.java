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

package io.github.natsspring.listener.pull;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.NatsException;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.NatsMessageListener;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * A stream, a durable and containers for it, on a connection of their own.
 */
class PullFixture implements AutoCloseable {

	static final Duration ACK_WAIT = Duration.ofSeconds(30);

	private final String stream;

	private final ConnectionHolder holder;

	private final List<JetStreamListenerContainer> containers = new ArrayList<>();

	private FailureHandler failureHandler = (failure) -> new Decision.Redeliver(Duration.ofMillis(100));

	private Executor executor = new SimpleAsyncTaskExecutor("listener-");

	private Duration shutdownTimeout = Duration.ofSeconds(10);

	PullFixture(String url) {
		this(url, StartupMode.FAIL_FAST);
	}

	PullFixture(String url, StartupMode mode) {
		this("S" + UUID.randomUUID().toString().replace("-", ""), mode, (options) -> options.server(url));
	}

	private PullFixture(String stream, StartupMode mode, UnaryOperator<Options.Builder> options) {
		this.stream = stream;
		this.holder = new ConnectionHolder(new ConnectionSettings("test",
				() -> options.apply(Options.builder().maxReconnects(-1).reconnectWait(Duration.ofMillis(100))), mode,
				Duration.ofSeconds(10), Duration.ofSeconds(5), List.of(), List.of()));
	}

	/**
	 * Another instance for a stream, with a connection of its own.
	 * @param stream the name of the stream
	 * @param options the servers, and whatever else
	 */
	static PullFixture of(String stream, UnaryOperator<Options.Builder> options) {
		return new PullFixture(stream, StartupMode.FAIL_FAST, options);
	}

	PullFixture failureHandler(FailureHandler failureHandler) {
		this.failureHandler = failureHandler;
		return this;
	}

	PullFixture executor(Executor executor) {
		this.executor = executor;
		return this;
	}

	PullFixture shutdownTimeout(Duration shutdownTimeout) {
		this.shutdownTimeout = shutdownTimeout;
		return this;
	}

	PullFixture create() throws IOException, JetStreamApiException {
		return create((consumer) -> {
		});
	}

	PullFixture create(Consumer<ConsumerConfiguration.Builder> consumer) throws IOException, JetStreamApiException {
		addStream(1);
		addConsumer(consumer);
		return this;
	}

	void addStream(int replicas) throws IOException, JetStreamApiException {
		management().addStream(StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.File)
			.replicas(replicas)
			.build());
	}

	void addConsumer(Consumer<ConsumerConfiguration.Builder> consumer) throws IOException, JetStreamApiException {
		ConsumerConfiguration.Builder builder = ConsumerConfiguration.builder().durable("worker").ackWait(ACK_WAIT);
		consumer.accept(builder);
		management().createConsumer(this.stream, builder.build());
	}

	JetStreamListenerContainer container(int maxInFlight, Handler handler) {
		return container((settings) -> settings.maxInFlight(maxInFlight), handler);
	}

	JetStreamListenerContainer container(UnaryOperator<PullContainerSettings.Builder> settings, Handler handler) {
		return listener(settings, (message, acknowledgment) -> handler.handle(message));
	}

	JetStreamListenerContainer listener(UnaryOperator<PullContainerSettings.Builder> settings,
			NatsMessageListener listener) {
		JetStreamListenerContainer container = new JetStreamListenerContainer("listener" + this.containers.size(),
				this.holder, new Source(), listener, this.failureHandler, this.executor,
				settings
					.apply(PullContainerSettings.builder()
						.shutdownTimeout(this.shutdownTimeout)
						.stallTimeout(Duration.ofSeconds(1)))
					.build());
		this.containers.add(container);
		return container;
	}

	JetStreamListenerContainer startBatch(int size, Duration timeout, NatsBatchListener listener) {
		return startBatch((settings) -> settings.batch(size, timeout), listener);
	}

	JetStreamListenerContainer startBatch(UnaryOperator<PullContainerSettings.Builder> settings,
			NatsBatchListener listener) {
		JetStreamListenerContainer container = new JetStreamListenerContainer("batch" + this.containers.size(),
				this.holder, this::lookup, listener, this.failureHandler, this.executor,
				settings
					.apply(PullContainerSettings.builder()
						.shutdownTimeout(this.shutdownTimeout)
						.stallTimeout(Duration.ofSeconds(1)))
					.build());
		this.containers.add(container);
		container.start();
		return container;
	}

	JetStreamListenerContainer start(int maxInFlight, Handler handler) {
		return start((settings) -> settings.maxInFlight(maxInFlight), handler);
	}

	JetStreamListenerContainer start(UnaryOperator<PullContainerSettings.Builder> settings, Handler handler) {
		JetStreamListenerContainer container = container(settings, handler);
		container.start();
		return container;
	}

	JetStreamListenerContainer startListener(UnaryOperator<PullContainerSettings.Builder> settings,
			NatsMessageListener listener) {
		JetStreamListenerContainer container = listener(settings, listener);
		container.start();
		return container;
	}

	private ConsumerInfo lookup() {
		try {
			return consumer();
		}
		catch (IOException | JetStreamApiException ex) {
			throw new NatsException("No consumer: " + ex.getMessage(), ex);
		}
	}

	ConsumerInfo consumer() throws IOException, JetStreamApiException {
		return management().getConsumerInfo(this.stream, "worker");
	}

	void publish(int from, int to) throws IOException, JetStreamApiException {
		for (int i = from; i < to; i++) {
			connection().jetStream().publish(this.stream + ".m", String.valueOf(i).getBytes());
		}
	}

	String stream() {
		return this.stream;
	}

	ConnectionHolder holder() {
		return this.holder;
	}

	Connection connection() {
		return this.holder.get();
	}

	JetStreamManagement management() throws IOException {
		return connection().jetStreamManagement();
	}

	@Override
	public void close() {
		this.containers.forEach(JetStreamListenerContainer::stop);
		this.holder.destroy();
	}

	/**
	 * Finds the durable, and makes it again behind the ack floor.
	 */
	private final class Source implements ConsumerSource {

		@Override
		public ConsumerInfo open() {
			return lookup();
		}

		@Override
		public ConsumerInfo recreate(long ackFloor) {
			try {
				addConsumer((consumer) -> consumer.deliverPolicy(DeliverPolicy.ByStartSequence)
					.startSequence(ackFloor + 1));
				return consumer();
			}
			catch (IOException | JetStreamApiException ex) {
				throw new NatsException("No consumer: " + ex.getMessage(), ex);
			}
		}

	}

	/**
	 * A listener that leaves the settlement to the container.
	 */
	@FunctionalInterface
	interface Handler {

		void handle(Message message) throws Exception;

	}

}
