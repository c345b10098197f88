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

package io.github.natsspring.boot.autoconfigure;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.config.NatsListenerContainerFactory;
import io.github.natsspring.listener.MessageListenerContainer;
import io.nats.client.JetStreamSubscription;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for applications that cannot start: what is left of them, and what the user is
 * told.
 */
class StartFailuresIntegrationTests extends AbstractListenerIntegrationTests {

	@Test
	void stopsTheOtherListenersWhenOneCannotStart() throws Exception {
		this.management.addStream(stream().build());
		this.management.createConsumer(this.stream,
				ConsumerConfiguration.builder().durable("good").ackPolicy(AckPolicy.Explicit).build());
		for (int i = 0; i < 50; i++) {
			this.client.jetStream().publish(this.stream + ".a", new byte[0]);
		}
		Set<Thread> threads = clientThreads();
		this.contextRunner.withUserConfiguration(OneBad.class).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = new NatsListenerFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains(OneBad.Bad.class.getName() + "#on", "NOPE");
			// It ran before the other one failed
			assertThat(OneBad.handled).isNotEmpty();
			await().untilAsserted(() -> {
				assertThat(clientThreads()).isSubsetOf(threads);
				assertThat(info("good").getNumWaiting()).isZero();
			});
			// It ended what it ran, and gave the rest back long before ack-wait
			int handled = OneBad.handled.size();
			assertThat(handled).isLessThan(50);
			await().untilAsserted(() -> assertThat(info("good").getAckFloor().getStreamSequence()).isEqualTo(handled));
			JetStreamSubscription other = this.client.jetStream()
				.subscribe(null, PullSubscribeOptions.bind(this.stream, "good"));
			assertThat(other.fetch(50 - handled, Duration.ofSeconds(20))).hasSize(50 - handled);
			assertThat(OneBad.handled).hasSize(handled);
		});
	}

	@Test
	void saysThatAJdkProxyHidesTheMethod() {
		this.contextRunner = this.contextRunner.withUserConfiguration(Proxied.class);
		FailureAnalysis refusal = refusal(Proxied.Hidden.class);
		assertThat(refusal.getDescription())
			.contains("the bean is a JDK proxy, and none of its interfaces has the method");
		assertThat(refusal.getAction()).contains("interface", "proxyTargetClass");
	}

	@Test
	void saysThatNobodyWouldWaitForAFuture() {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream()).withBean(Later.class);
		FailureAnalysis refusal = refusal(Later.class);
		assertThat(refusal.getDescription())
			.contains("it returns java.util.concurrent.Future, which cannot tell when it is done");
		assertThat(refusal.getAction()).contains("Return a CompletableFuture");
	}

	@Test
	void saysWhatOfAStreamCannotBeChanged() throws Exception {
		this.management.addStream(stream().retentionPolicy(RetentionPolicy.WorkQueue).build());
		this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("nats.jetstream.provisioning=validate",
					"nats.jetstream.streams.%s.retention=limits".formatted(this.stream))
			.run((context) -> {
				assertThat(context).hasFailed();
				FailureAnalysis analysis = new TopologyFailureAnalyzer().analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains(this.stream, "retention", "limits", "workqueue");
				assertThat(analysis.getAction()).isNotBlank();
			});
		assertThat(this.management.getStreamInfo(this.stream).getConfiguration().getRetentionPolicy())
			.isEqualTo(RetentionPolicy.WorkQueue);
	}

	private StreamConfiguration.Builder stream() {
		return StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.Memory);
	}

	private static Set<Thread> clientThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("nats:"))
			.collect(Collectors.toSet());
	}

	@Configuration(proxyBeanMethods = false)
	static class OneBad {

		private static final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

		@Bean
		Good good() {
			return new Good();
		}

		@Bean
		Bad bad() {
			return new Bad();
		}

		/**
		 * Its containers start when the good listener has begun.
		 */
		@Bean
		NatsListenerContainerFactory late(
				@Qualifier(NatsListenerBeanNames.CONTAINER_FACTORY) NatsListenerContainerFactory factory) {
			return (endpoint) -> {
				MessageListenerContainer container = factory.createContainer(endpoint);
				return (MessageListenerContainer) Proxy.newProxyInstance(getClass().getClassLoader(),
						new Class<?>[] { MessageListenerContainer.class }, (proxy, method, arguments) -> {
							if (method.getName().equals("start")) {
								await().until(() -> !handled.isEmpty());
							}
							try {
								return method.invoke(container, arguments);
							}
							catch (InvocationTargetException ex) {
								throw ex.getCause();
							}
						});
			};
		}

		static class Good {

			@NatsListener(stream = "${test}", consumer = "good")
			void on(byte[] payload) {
				LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
				handled.add(1);
			}

		}

		static class Bad {

			@NatsListener(stream = "NOPE", consumer = "bad", containerFactory = "late")
			void on(byte[] payload) {
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Proxied {

		@Bean
		Runnable proxied() {
			ProxyFactory proxy = new ProxyFactory(new Hidden());
			proxy.setInterfaces(Runnable.class);
			return (Runnable) proxy.getProxy();
		}

		static class Hidden implements Runnable {

			@NatsListener(subjects = "${test}.hidden")
			void on(String payload) {
			}

			@Override
			public void run() {
			}

		}

	}

	static class Later {

		@NatsListener(stream = "${test}", consumer = "later")
		Future<Void> on(String payload) {
			return new CompletableFuture<>();
		}

	}

}
