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

package io.github.natsspring.benchmarks.scenario;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointBuilder;
import io.github.natsspring.config.NatsListenerRegistry;
import io.nats.client.BaseConsumerContext;
import io.nats.client.Connection;
import io.nats.client.ConsumeOptions;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.MessageConsumer;
import io.nats.client.MessageHandler;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * Reads all of a stream in one way or another, each time by a new durable. A round ends
 * when the server has taken the last acknowledgement.
 *
 * @param lab where
 * @param stream which
 * @param messages how many it holds
 * @param ackPolicy of the durable
 * @param maxAckPending of the durable, or 0 for what the server takes by default
 */
record Consuming(Lab lab, String stream, long messages, AckPolicy ackPolicy, int maxAckPending) {

	private static final ObjectReader READER = JsonMapper.builder().build().readerFor(Payload.Order.class);

	/**
	 * A listener method of ours.
	 * @param method of {@link Handlers}
	 * @param pauseNanos how long it pretends to wait for something else
	 * @param settings what the listener sets
	 */
	Side ours(String method, long pauseNanos, Consumer<NatsListenerEndpointBuilder> settings) {
		return ours(this.lab.context(), method, pauseNanos, settings);
	}

	Side ours(ConfigurableApplicationContext context, String method, long pauseNanos,
			Consumer<NatsListenerEndpointBuilder> settings) {
		return () -> {
			NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
			return measured((durable, probe) -> {
				NatsListenerEndpointBuilder endpoint = NatsListenerEndpoint
					.forMethod(durable, new Handlers(probe, pauseNanos), Handlers.method(method))
					.stream(this.stream)
					.consumer(durable);
				settings.accept(endpoint);
				registry.registerListener(endpoint.build());
				return () -> registry.unregisterListener(durable);
			});
		};
	}

	/**
	 * The loop that a user would write: {@code consume()}, Jackson if there is JSON, and
	 * {@code ack()}.
	 * @param batch the messages asked for at a time
	 * @param json whether the message is read
	 */
	Side loop(int batch, boolean json) {
		return consume(batch, json, Message::ack);
	}

	/**
	 * The same loop for a consumer whose acknowledgements are for all before, too, with
	 * one for a hundred messages.
	 * @param batch the messages asked for at a time
	 */
	Side loopOfHundreds(int batch) {
		AtomicLong count = new AtomicLong();
		return consume(batch, true, (message) -> {
			if (count.incrementAndGet() % 100 == 0) {
				message.ack();
			}
		});
	}

	/**
	 * The same loop with acknowledgements that the server confirms.
	 */
	Side confirmedLoop(int batch) {
		return consume(batch, false, (message) -> {
			try {
				message.ackSync(Duration.ofSeconds(5));
			}
			catch (InterruptedException | TimeoutException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	private Side consume(int batch, boolean json, Consumer<Message> ack) {
		return () -> measured((durable, probe) -> {
			BaseConsumerContext consumer = this.lab.raw().getConsumerContext(this.stream, durable);
			MessageHandler handler = (message) -> {
				if (json) {
					READER.readValue(message.getData());
				}
				if (this.ackPolicy != AckPolicy.None) {
					ack.accept(message);
				}
				probe.hit();
			};
			ConsumeOptions.Builder options = ConsumeOptions.builder().batchSize(batch);
			if (this.ackPolicy == AckPolicy.All) {
				options.group(Lab.PRIORITY_GROUP);
			}
			MessageConsumer running = consumer.consume(options.build(), handler);
			return running::close;
		});
	}

	/**
	 * Pulls that are sent before the last one is used up, and a loop over what comes: the
	 * fastest way to pull that we know.
	 */
	Side pipelined(int batch) {
		return () -> measured((durable, probe) -> {
			Connection connection = this.lab.raw();
			JetStreamSubscription subscription = connection.jetStream()
				.subscribe(null, PullSubscribeOptions.bind(this.stream, durable));
			Thread thread = new Thread(() -> pull(subscription, batch, probe), "pipelined");
			thread.setDaemon(true);
			thread.start();
			return () -> {
				thread.interrupt();
				thread.join(Duration.ofSeconds(5).toMillis());
				subscription.unsubscribe();
			};
		});
	}

	private void pull(JetStreamSubscription subscription, int batch, Probe probe) {
		subscription.pull(batch);
		subscription.pull(batch);
		int taken = 0;
		try {
			while (probe.count() < this.messages) {
				Message message = subscription.nextMessage(Duration.ofSeconds(1));
				if (message == null) {
					continue;
				}
				message.ack();
				probe.hit();
				if (++taken == batch) {
					taken = 0;
					subscription.pull(batch);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Another framework, which makes a consumer of its own.
	 */
	Side peer(Peer peer) {
		return () -> measured(this.lab.name("peer"),
				(durable, probe) -> peer.consume(this.lab.url(), this.stream, durable, probe::hit));
	}

	private Sample measured(Consumption consumption) throws Exception {
		return measured(this.lab.consumer(this.stream, this.ackPolicy, this.maxAckPending), consumption);
	}

	private Sample measured(String durable, Consumption consumption) throws Exception {
		try {
			Probe probe = new Probe(this.messages);
			AutoCloseable running = consumption.begin(durable, probe);
			try {
				probe.await();
				if (this.ackPolicy == AckPolicy.Explicit) {
					this.lab.awaitSettled(this.stream, durable, this.messages);
				}
				// Before threads end, and with them what is known of their allocations
				return probe.sample();
			}
			finally {
				running.close();
			}
		}
		finally {
			this.lab.management().deleteConsumer(this.stream, durable);
		}
	}

	/**
	 * A way to consume.
	 */
	@FunctionalInterface
	private interface Consumption {

		/**
		 * Begin.
		 * @return ends it
		 */
		AutoCloseable begin(String durable, Probe probe) throws Exception;

	}

}
