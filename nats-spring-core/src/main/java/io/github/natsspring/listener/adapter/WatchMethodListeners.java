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

package io.github.natsspring.listener.adapter;

import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.listener.watch.BucketWatch;
import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.JetStreamOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Makes listeners of methods that watch buckets: as others, with a {@code KeyValueEntry}
 * or an {@code ObjectInfo} and the content of the object for those who ask for it.
 */
public final class WatchMethodListeners {

	private final MethodListenerAdapterFactory adapters;

	private final NatsMessageConverter converter;

	private final ConnectionHolder connection;

	private final JetStreamOptions options;

	/**
	 * Create a factory.
	 * @param adapters what settings are taken from
	 * @param converter converts values
	 * @param connection where contents are fetched
	 * @param options domain or API prefix, and the timeout of requests
	 */
	public WatchMethodListeners(MethodListenerAdapterFactory adapters, NatsMessageConverter converter,
			ConnectionHolder connection, JetStreamOptions options) {
		this.adapters = adapters;
		this.converter = converter;
		this.connection = connection;
		this.options = options;
	}

	/**
	 * Make a listener that calls a method.
	 * @param bean the object, which may be a proxy
	 * @param method the method, of the class behind a proxy
	 * @param description the listener in messages, as {@code class#method}
	 * @param watch what is watched
	 * @param converter converts values, or {@code null} for that of this factory
	 * @return the listener
	 * @throws io.github.natsspring.listener.NatsListenerException if the method cannot be
	 * such a listener
	 */
	public NatsMessageListener create(Object bean, Method method, String description, BucketWatch watch,
			@Nullable NatsMessageConverter converter) {
		WatchMethodChecks.check(new ListenerMethod(bean, method, description), watch,
				this.adapters.getArgumentResolvers());
		WatchArgumentResolver resolver = new WatchArgumentResolver(this.connection, this.options, watch.kind());
		NatsMessageConverter values = new KeyValueMessageConverter((converter != null) ? converter : this.converter);
		NatsMessageListener listener = with(resolver, values).create(bean, method, description, watch.subjects(), true,
				values);
		return takesContent(method) ? closing(listener, resolver) : listener;
	}

	private MethodListenerAdapterFactory with(WatchArgumentResolver resolver, NatsMessageConverter values) {
		List<HandlerMethodArgumentResolver> resolvers = new ArrayList<>();
		resolvers.add(resolver);
		resolvers.addAll(this.adapters.getArgumentResolvers());
		MethodListenerAdapterFactory factory = new MethodListenerAdapterFactory(this.connection, values);
		factory.setConversionService(this.adapters.getConversionService());
		factory.setValidator(this.adapters.getValidator());
		factory.setValueResolver(this.adapters::resolve);
		factory.setHeaderMapper(this.adapters.getHeaderMapper());
		factory.setArgumentResolvers(resolvers);
		return factory;
	}

	private static boolean takesContent(Method method) {
		return List.of(method.getParameterTypes()).contains(InputStream.class);
	}

	private static NatsMessageListener closing(NatsMessageListener listener, WatchArgumentResolver resolver) {
		return (message, acknowledgment) -> {
			try {
				listener.onMessage(message, acknowledgment);
			}
			finally {
				resolver.close(message);
			}
		};
	}

}
