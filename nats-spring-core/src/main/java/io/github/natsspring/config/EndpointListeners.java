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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;

import io.github.natsspring.deadletter.ListenerRedriveTarget;
import io.github.natsspring.deadletter.RedriveTarget;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.BatchListenerFailedException;
import io.github.natsspring.listener.InterceptorChain;
import io.github.natsspring.listener.ListenerObservations;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.listener.adapter.HandlerDispatcher;
import io.github.natsspring.listener.adapter.MethodListenerAdapterFactory;
import io.github.natsspring.listener.adapter.MethodListenerContext;
import org.jspecify.annotations.Nullable;

/**
 * Makes the listeners that endpoints describe, with the interceptors around them: what
 * containers run for messages, and what is run for a dead letter.
 */
final class EndpointListeners {

	List<? extends NatsMessageInterceptor> interceptors = List.of();

	/**
	 * Gives what observes a listener, or {@code null} if nobody does.
	 */
	Function<NatsListenerEndpoint, @Nullable ListenerObservations> observations = (endpoint) -> null;

	private final MethodListenerAdapterFactory adapters;

	private final Function<NatsListenerEndpoint, AckMode> ackMode;

	private final Function<NatsListenerEndpoint, Executor> executor;

	EndpointListeners(MethodListenerAdapterFactory adapters, Function<NatsListenerEndpoint, AckMode> ackMode,
			Function<NatsListenerEndpoint, Executor> executor) {
		this.adapters = adapters;
		this.ackMode = ackMode;
		this.executor = executor;
	}

	/**
	 * The listener for one message, also of an endpoint for batches.
	 */
	NatsMessageListener single(NatsListenerEndpoint endpoint) {
		if (endpoint.isBatch()) {
			return single(batch(endpoint));
		}
		ListenerObservations observations = this.observations.apply(endpoint);
		NatsMessageListener listener = intercepted(endpoint);
		return (observations != null) ? observations.around(listener) : listener;
	}

	private NatsMessageListener intercepted(NatsListenerEndpoint endpoint) {
		NatsMessageListener listener = bare(endpoint);
		InterceptorChain chain = InterceptorChain.of(endpoint.getId(), this.interceptors);
		if (chain == null) {
			return listener;
		}
		return chain.around(listener, endpoint.isJetStream() && this.ackMode.apply(endpoint) == AckMode.MANUAL);
	}

	private NatsMessageListener bare(NatsListenerEndpoint endpoint) {
		if (endpoint.getListener() != null) {
			return endpoint.getListener();
		}
		Object bean = Objects.requireNonNull(endpoint.getBean());
		if (!endpoint.getHandlers().isEmpty()) {
			return dispatcher(endpoint, bean);
		}
		Method method = Objects.requireNonNull(endpoint.getMethod());
		return adapters(endpoint).create(bean, method, endpoint.getDescription(), endpoint.getSubjects(),
				endpoint.isJetStream(), endpoint.getMessageConverter(), context(endpoint));
	}

	private MethodListenerAdapterFactory adapters(NatsListenerEndpoint endpoint) {
		return this.adapters.with(endpoint.getMethodSettings());
	}

	private MethodListenerContext context(NatsListenerEndpoint endpoint) {
		return new MethodListenerContext(endpoint.getId(), this.executor.apply(endpoint),
				this.observations.apply(endpoint));
	}

	private NatsMessageListener dispatcher(NatsListenerEndpoint endpoint, Object bean) {
		List<HandlerDispatcher.Route> routes = new ArrayList<>();
		for (NatsListenerHandler handler : endpoint.getHandlers()) {
			String description = endpoint.getDescription() + "#" + handler.method().getName();
			routes.add(new HandlerDispatcher.Route(handler.subjects(),
					adapters(endpoint).create(bean, handler.method(), description, handler.subjects(),
							endpoint.isJetStream(), endpoint.getMessageConverter(), context(endpoint))));
		}
		return new HandlerDispatcher(endpoint.getDescription(), routes);
	}

	NatsBatchListener batch(NatsListenerEndpoint endpoint) {
		NatsBatchListener listener = adapters(endpoint).createBatch(Objects.requireNonNull(endpoint.getBean()),
				Objects.requireNonNull(endpoint.getMethod()), endpoint.getDescription(),
				endpoint.getMessageConverter());
		InterceptorChain chain = InterceptorChain.of(endpoint.getId(), this.interceptors);
		NatsBatchListener intercepted = (chain != null) ? chain.around(listener) : listener;
		ListenerObservations observations = this.observations.apply(endpoint);
		return (observations != null) ? observations.around(intercepted) : intercepted;
	}

	RedriveTarget redriveTarget(NatsListenerEndpoint endpoint, AckMode ackMode, Duration longest) {
		return new ListenerRedriveTarget(single(endpoint), ackMode, longest);
	}

	/**
	 * For a dead letter, which comes alone.
	 */
	private static NatsMessageListener single(NatsBatchListener listener) {
		return (message, acknowledgment) -> {
			try {
				listener.onMessages(List.of(message));
			}
			catch (BatchListenerFailedException ex) {
				throw (ex.getCause() instanceof Exception cause) ? cause : ex;
			}
		};
	}

}
