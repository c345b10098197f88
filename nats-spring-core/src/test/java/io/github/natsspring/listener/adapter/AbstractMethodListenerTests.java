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

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.support.CompositeNatsMessageConverter;
import io.github.natsspring.support.JacksonNatsMessageConverter;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.json.JsonMapper;

/**
 * Base of the tests for {@link MethodListenerAdapterFactory} and the listeners that it
 * makes.
 */
abstract class AbstractMethodListenerTests {

	final Acknowledgment acknowledgment = (Acknowledgment) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { Acknowledgment.class }, (proxy, method, args) -> null);

	final ConnectionHolder connection = new ConnectionHolder(new ConnectionSettings("test", Options::builder,
			StartupMode.BACKGROUND, Duration.ofSeconds(1), Duration.ofSeconds(1), List.of(), List.of()));

	final MethodListenerAdapterFactory factory = new MethodListenerAdapterFactory(this.connection,
			CompositeNatsMessageConverter.withDefaults(List.of(),
					new JacksonNatsMessageConverter(JsonMapper.builder().build())));

	final Headers headers = new Headers().add("Priority", "3").add("Tag", "a", "b");

	@Nullable Object seen;

	@AfterEach
	void destroy() {
		this.connection.destroy();
	}

	void run(Object bean, String payload, String... subjects) throws Exception {
		create(bean, method(bean.getClass()), false, subjects).onMessage(message(payload), this.acknowledgment);
	}

	Message message(String payload) {
		return NatsMessage.builder().subject("orders.eu.7").headers(this.headers).data(payload).build();
	}

	NatsMessageListener create(Object bean, Method method, boolean jetStream, String... subjects) {
		return this.factory.create(bean, method, "test.Listener#on",
				Arrays.stream(subjects).map(SubjectTemplate::parse).toList(), jetStream, null);
	}

	static Method method(Class<?> type) {
		for (Class<?> current = type; current != null; current = current.getSuperclass()) {
			for (Method method : current.getDeclaredMethods()) {
				if (method.getName().equals("on") && !method.isBridge()) {
					return method;
				}
			}
		}
		throw new IllegalStateException("No method");
	}

	record Item(String sku) {
	}

}
