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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.config.NatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsErrorHandler;
import org.junit.jupiter.api.AfterEach;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

/**
 * Base of the tests for {@link NatsListenerAnnotationBeanPostProcessor}: a context whose
 * container factory keeps what it is asked for.
 */
abstract class AbstractNatsListenerAnnotationTests {

	final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	final Map<String, Object> properties = new LinkedHashMap<>();

	AbstractNatsListenerAnnotationTests() {
		this.context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", this.properties));
		this.context.register(ListenerConfiguration.class);
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableNats
	static class ListenerConfiguration {

		@Bean(NatsListenerBeanNames.CONTAINER_FACTORY)
		RecordingFactory factory() {
			return new RecordingFactory();
		}

		@Bean
		NatsErrorHandler never() {
			return (failure) -> null;
		}

		@Bean
		Executor pool() {
			return Runnable::run;
		}

		@Bean
		List<String> moreSubjects() {
			return List.of("a", "b");
		}

	}

	static class RecordingFactory implements NatsListenerContainerFactory {

		final List<RecordingContainer> containers = new ArrayList<>();

		@Override
		public MessageListenerContainer createContainer(NatsListenerEndpoint endpoint) {
			RecordingContainer container = new RecordingContainer(endpoint);
			this.containers.add(container);
			return container;
		}

	}

	static class RecordingContainer implements MessageListenerContainer {

		final NatsListenerEndpoint endpoint;

		boolean running;

		RecordingContainer(NatsListenerEndpoint endpoint) {
			this.endpoint = endpoint;
		}

		@Override
		public String getListenerId() {
			return this.endpoint.getId();
		}

		@Override
		public ContainerStatus getStatus() {
			return new ContainerStatus(ContainerStatus.State.STOPPED, null, 0, null);
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

	static class Plain {

		@NatsListener("plain")
		void on() {
		}

	}

	static class WithPolicy {

		@NatsListener(stream = "ORDERS", consumer = "billing", deliverPolicy = "${policy}")
		void on() {
		}

	}

}
