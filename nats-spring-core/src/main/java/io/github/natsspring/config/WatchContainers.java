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

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.InterceptorChain;
import io.github.natsspring.listener.ListenerObservations;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.listener.adapter.MethodListenerAdapterFactory;
import io.github.natsspring.listener.adapter.WatchMethodListeners;
import io.github.natsspring.listener.pull.PullContainerSettings;
import io.github.natsspring.listener.watch.BucketWatch;
import io.github.natsspring.listener.watch.WatchListenerContainer;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.topology.ConsumerProvisioner;
import io.github.natsspring.topology.KeyValueDefinition;
import io.github.natsspring.topology.ObjectStoreDefinition;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.JetStreamOptions;
import org.jspecify.annotations.Nullable;

/**
 * Makes the containers of listeners that watch buckets.
 */
final class WatchContainers {

	private final ConnectionHolder connection;

	private final MethodListenerAdapterFactory adapters;

	private final NatsMessageConverter converter;

	private final Supplier<List<? extends NatsMessageInterceptor>> interceptors;

	private final Function<NatsListenerEndpoint, @Nullable ListenerObservations> observations;

	WatchContainers(ConnectionHolder connection, MethodListenerAdapterFactory adapters, NatsMessageConverter converter,
			Supplier<List<? extends NatsMessageInterceptor>> interceptors,
			Function<NatsListenerEndpoint, @Nullable ListenerObservations> observations) {
		this.connection = connection;
		this.adapters = adapters;
		this.converter = converter;
		this.interceptors = interceptors;
		this.observations = observations;
	}

	MessageListenerContainer create(NatsListenerEndpoint endpoint, BucketWatch watch, JetStreamContainers jetStream,
			Executor executor) {
		jetStream.checkEnabled(endpoint);
		check(endpoint, watch);
		AsyncChecks.checkWatch(endpoint);
		ConsumerProvisioner provisioner = new ConsumerProvisioner(this.connection, jetStream.provisioningMode,
				jetStream.options);
		NatsErrorHandler own = endpoint.getErrorHandler();
		WatchListenerContainer.Settings settings = new WatchListenerContainer.Settings(pull(endpoint, jetStream),
				executor, provisioner, declared(watch, jetStream), (own != null) ? own : jetStream.errorHandler,
				jetStream.events.publisher());
		return new WatchListenerContainer(endpoint.getId(), endpoint.getDescription(), watch, this.connection, settings,
				listener(endpoint, watch, jetStream.options));
	}

	private NatsMessageListener listener(NatsListenerEndpoint endpoint, BucketWatch watch, JetStreamOptions options) {
		NatsMessageListener listener = bare(endpoint, watch, options);
		InterceptorChain chain = InterceptorChain.of(endpoint.getId(), this.interceptors.get());
		NatsMessageListener intercepted = (chain != null) ? chain.around(listener, false) : listener;
		ListenerObservations observations = this.observations.apply(endpoint);
		return (observations != null) ? observations.around(intercepted) : intercepted;
	}

	private NatsMessageListener bare(NatsListenerEndpoint endpoint, BucketWatch watch, JetStreamOptions options) {
		if (endpoint.getListener() != null) {
			return endpoint.getListener();
		}
		Object bean = Objects.requireNonNull(endpoint.getBean());
		Method method = Objects.requireNonNull(endpoint.getMethod());
		return new WatchMethodListeners(this.adapters.with(endpoint.getMethodSettings()), this.converter,
				this.connection, options)
			.create(bean, method, endpoint.getDescription(), watch, endpoint.getMessageConverter());
	}

	private static PullContainerSettings pull(NatsListenerEndpoint endpoint, JetStreamContainers jetStream) {
		Integer maxInFlight = endpoint.getMaxInFlight();
		return PullContainerSettings.builder()
			.ackMode(AckMode.NONE)
			.keepOrder(true)
			.maxInFlight((maxInFlight != null) ? maxInFlight : jetStream.maxInFlight)
			.maxBytesInFlight(jetStream.maxBytesInFlight)
			.longestExtension(jetStream.longestExtension)
			.shutdownTimeout(jetStream.shutdownTimeout)
			.stallTimeout(jetStream.stallTimeout)
			.autoStartup(jetStream.startsByItself(endpoint))
			.jetStream(jetStream.options)
			.events(jetStream.events)
			.build();
	}

	private static Collection<String> declared(BucketWatch watch, JetStreamContainers jetStream) {
		TopologyDefinition topology = jetStream.topology.get();
		return (watch.kind() == BucketWatch.Kind.KEY_VALUE)
				? topology.keyValues().stream().map(KeyValueDefinition::bucket).toList()
				: topology.objectStores().stream().map(ObjectStoreDefinition::bucket).toList();
	}

	/**
	 * What is for other listeners would be passed over without a word.
	 */
	private static void check(NatsListenerEndpoint endpoint, BucketWatch watch) {
		Map<String, @Nullable Object> others = new LinkedHashMap<>();
		others.put("subjects", endpoint.getSubjects().isEmpty() ? null : endpoint.getSubjects());
		others.put("queue", endpoint.getQueue());
		others.put("consumer", endpoint.getConsumer());
		others.put("deliverPolicy", endpoint.getDeliverPolicy());
		others.put("startSequence", endpoint.getStartSequence());
		others.put("startTime", endpoint.getStartTime());
		others.put("concurrency",
				(Objects.requireNonNullElse(endpoint.getConcurrency(), 1) > 1) ? endpoint.getConcurrency() : null);
		others.put("orderingKey", endpoint.getOrderingKey());
		others.put("ackMode", endpoint.getAckMode());
		others.put("batchSize", endpoint.isBatch() ? endpoint.getBatchSize() : null);
		others.put("singleActive", endpoint.isSingleActive() ? true : null);
		others.forEach((attribute, value) -> {
			if (value != null) {
				throw new NatsListenerException(endpoint.getDescription(),
						"its attribute '%s' is '%s', and it watches the %s".formatted(attribute, value, watch),
						"Remove the attribute: every instance is given everything, one after the other");
			}
		});
	}

}
