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

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natsspring.annotation.NatsKeyValueListener;
import io.github.natsspring.annotation.NatsObjectStoreListener;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.event.NatsBucketReplacedEvent;
import io.github.natsspring.event.NatsBucketStateReadEvent;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.ObjectStore;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.ObjectInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;
import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the page on watching buckets: runs what it shows.
 */
@Timeout(60)
class WatchingPageIntegrationTests {

	private static final String PAGE = "watching.md";

	private NatsServer server;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startServer() {
		this.server = NatsServer.builder().start();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withInitializer((context) -> Pages.addYaml(context, Pages.blocks(PAGE, "yaml")))
			.withBean(Copies.class)
			.withPropertyValues("nats.servers=" + this.server.url(), "nats.strict=true");
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void showsWhatThisTestRuns() {
		assertThat(Pages.blocks(PAGE, "yaml")).hasSize(1);
		assertThat(Pages.blocks(PAGE, "java")).hasSize(4)
			.allSatisfy((block) -> assertThat(
					Collections.indexOfSubList(Pages.source(WatchingPageIntegrationTests.class), Pages.words(block)))
				.isNotNegative());
	}

	@Test
	void keepsCopiesUpToDate() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			Copies copies = context.getBean(Copies.class);
			await().untilAsserted(() -> assertThat(copies.ready).contains("profiles", "invoices"));
			KeyValue profiles = context.getBean(KeyValue.class);
			profiles.put("user.1", "{\"name\":\"Ann\"}");
			profiles.put("flag.dark", "true");
			profiles.put("flag.new", "false");
			profiles.delete("flag.dark");
			ObjectStore invoices = context.getBean(ObjectStore.class);
			invoices.put("1.txt", "one".getBytes(StandardCharsets.UTF_8));
			invoices.put("1.pdf", new byte[1000]);
			await().untilAsserted(() -> {
				assertThat(copies.profiles).isEqualTo(Map.of("1", new Profile("Ann")));
				assertThat(copies.revisions).isEqualTo(Map.of("user.1", 1L));
				assertThat(copies.flags).isEqualTo(Map.of("flag.new", false));
				assertThat(copies.texts).isEqualTo(Map.of("1.txt", "one"));
			});
			Connection connection = context.getBean(Connection.class);
			connection.keyValueManagement().delete("profiles");
			connection.keyValueManagement().create(KeyValueConfiguration.builder("profiles").build());
			await().untilAsserted(() -> assertThat(copies.profiles).isEmpty());
		});
	}

	@Test
	void watchesAlthoughNobodyAsksForTheBeanOfALazyApplication() {
		this.contextRunner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context.getBean(NatsListenerEndpointRegistry.class).getListenerContainers())
				.hasSize(3));
	}

	record Profile(String name) {
	}

	static class Copies {

		final Map<String, Profile> profiles = new ConcurrentHashMap<>();

		final Map<String, Long> revisions = new ConcurrentHashMap<>();

		final Map<String, Boolean> flags = new ConcurrentHashMap<>();

		final Map<String, String> texts = new ConcurrentHashMap<>();

		final List<String> ready = new CopyOnWriteArrayList<>();

		@NatsKeyValueListener(bucket = "profiles", keys = "user.{id}")
		void changed(@DestinationVariable String id, Profile profile, KeyValueEntry entry) {
			this.profiles.put(id, profile);
			this.revisions.put(entry.getKey(), entry.getRevision());
		}

		@NatsKeyValueListener(bucket = "profiles", keys = "flag.*", includeDeletes = true)
		void flag(KeyValueEntry entry, @Nullable Boolean on) {
			if (on != null) {
				this.flags.put(entry.getKey(), on);
			}
			else {
				this.flags.remove(entry.getKey());
			}
		}

		@NatsObjectStoreListener(bucket = "invoices")
		void stored(ObjectInfo info, InputStream content) throws IOException {
			if (info.getObjectName().endsWith(".txt")) {
				this.texts.put(info.getObjectName(), new String(content.readAllBytes(), StandardCharsets.UTF_8));
			}
		}

		@EventListener
		void on(NatsBucketStateReadEvent event) {
			this.ready.add(event.getBucket());
		}

		@EventListener
		void on(NatsBucketReplacedEvent event) {
			this.profiles.clear();
		}

	}

}
