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

package io.github.natsspring.boot.metrics;

import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.config.NatsListenerRegistrationObserver;
import io.github.natsspring.listener.ConsumerLag;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.ListenerStatistics;
import io.github.natsspring.listener.ListenerStatistics.Outcome;
import io.github.natsspring.listener.MessageListenerContainer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;

/**
 * Meters of listeners and of how far their consumers are behind. They come and go with
 * the listeners. Never blocks and never asks the server.
 */
public final class NatsListenerMetrics implements MeterBinder, DisposableBean {

	private static final String NONE = "none";

	private final NatsListenerEndpointRegistry listeners;

	private final CopyOnWriteArrayList<Meters> bound = new CopyOnWriteArrayList<>();

	/**
	 * Create the meters.
	 * @param listeners the listeners
	 */
	public NatsListenerMetrics(NatsListenerEndpointRegistry listeners) {
		this.listeners = listeners;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Meters meters = new Meters(registry);
		this.bound.add(meters);
		this.listeners.addObserver(meters);
	}

	@Override
	public void destroy() {
		this.bound.forEach(this.listeners::removeObserver);
		this.bound.clear();
	}

	private static Tags tags(NatsListenerEndpoint endpoint, @Nullable String connection) {
		return Tags.of("connection", orNone(connection), "listener", endpoint.getId(), "stream", stream(endpoint),
				"consumer", consumer(endpoint));
	}

	private static String stream(NatsListenerEndpoint endpoint) {
		if (endpoint.getWatch() != null) {
			return endpoint.getWatch().stream();
		}
		return orNone(endpoint.getStream());
	}

	/**
	 * Consumers that we make for an instance have a new name each time, and the number of
	 * values of a tag is to be bounded.
	 */
	private static String consumer(NatsListenerEndpoint endpoint) {
		if (endpoint.isOrdered() || endpoint.getWatch() != null) {
			return "ordered";
		}
		if (endpoint.getConsumer() != null) {
			return endpoint.getConsumer();
		}
		return (endpoint.getStream() != null) ? "ephemeral" : NONE;
	}

	private static String orNone(@Nullable String value) {
		return (value != null) ? value : NONE;
	}

	static String tag(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * The meters in one registry.
	 */
	private static final class Meters implements NatsListenerRegistrationObserver {

		private final MeterRegistry registry;

		private final Map<MessageListenerContainer, MeterGroup<MessageListenerContainer>> groups = new IdentityHashMap<>();

		private final ReentrantLock lock = new ReentrantLock();

		Meters(MeterRegistry registry) {
			this.registry = registry;
		}

		@Override
		public void added(NatsListenerEndpoint endpoint, MessageListenerContainer container,
				@Nullable String connection) {
			if (container.getStatistics() == null) {
				return;
			}
			boolean stream = endpoint.isJetStream() || endpoint.getWatch() != null;
			MeterGroup<MessageListenerContainer> group = new MeterGroup<>(this.registry, container,
					tags(endpoint, connection));
			this.lock.lock();
			try {
				this.groups.put(container, group);
			}
			finally {
				this.lock.unlock();
			}
			addAll(group);
			if (stream) {
				addOfStream(group);
			}
			else {
				group.counter("nats.listener.dropped", "messages", "Messages dropped because too many waited",
						value(ListenerStatistics::getDroppedCount)::applyAsLong);
			}
		}

		private static void addAll(MeterGroup<MessageListenerContainer> group) {
			group
				.gauge("nats.listener.up", null, "1 while the listener consumes, else 0",
						(container) -> (container.getStatus().state() == ContainerStatus.State.RUNNING) ? 1 : 0)
				.gauge("nats.listener.in.flight", "messages", "Messages that are here and not settled",
						value(ListenerStatistics::getInFlight)::applyAsLong)
				.gauge("nats.listener.buffered", "messages", "Messages that are here and wait for the handler",
						value(ListenerStatistics::getBuffered)::applyAsLong)
				.timer("nats.listener.handler", "Calls of the handler", value(ListenerStatistics::getRunCount),
						value(ListenerStatistics::getRunNanos)::applyAsLong)
				.counter("nats.listener.stalls", null, "How often the listener began to be stalled",
						value(ListenerStatistics::getStallCount)::applyAsLong);
			for (Outcome outcome : Outcome.values()) {
				group.counter("nats.listener.messages", "messages", "Runs for a message by their outcome",
						value((statistics) -> statistics.getCount(outcome))::applyAsLong, "outcome",
						NatsListenerMetrics.tag(outcome));
			}
		}

		private static void addOfStream(MeterGroup<MessageListenerContainer> group) {
			group
				.gauge("nats.listener.in.flight.size", "bytes", "Bytes of the messages that are here and not settled",
						value(ListenerStatistics::getBytesInFlight)::applyAsLong)
				.counter("nats.listener.redeliveries", "messages", "Messages that had been delivered before",
						value(ListenerStatistics::getRedeliveryCount)::applyAsLong)
				.counter("nats.listener.dead.letters", "messages", "Messages that went to the dead letters",
						value((statistics) -> statistics.getCount(Outcome.DEAD_LETTER))::applyAsLong)
				.counter("nats.listener.settle.failures", "messages", "Settlements that did not reach the server",
						value(ListenerStatistics::getSettleFailureCount)::applyAsLong)
				.gauge("nats.consumer.lag", "messages", "Messages that the server has not delivered yet",
						(container) -> lag(container, ConsumerLag::pending))
				.gauge("nats.consumer.ack.pending", "messages", "Messages that are delivered and not acknowledged",
						(container) -> lag(container, ConsumerLag::ackPending))
				.gauge("nats.consumer.waiting", null, "Pulls that wait for messages",
						(container) -> lag(container, ConsumerLag::waiting));
		}

		private static ToLongFunction<MessageListenerContainer> value(ToLongFunction<ListenerStatistics> value) {
			return (container) -> {
				ListenerStatistics statistics = container.getStatistics();
				return (statistics != null) ? value.applyAsLong(statistics) : 0;
			};
		}

		private static double lag(MessageListenerContainer container, ToLongFunction<ConsumerLag> value) {
			ConsumerLag lag = container.getLag();
			return (lag != null) ? value.applyAsLong(lag) : Double.NaN;
		}

		@Override
		public void removed(MessageListenerContainer container) {
			MeterGroup<MessageListenerContainer> group;
			this.lock.lock();
			try {
				group = this.groups.remove(container);
			}
			finally {
				this.lock.unlock();
			}
			if (group != null) {
				group.remove();
			}
		}

	}

}
