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

import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.natsspring.annotation.NatsHandler;
import io.github.natsspring.annotation.NatsKeyValueListener;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.annotation.NatsListenerConfigurer;
import io.github.natsspring.annotation.NatsObjectStoreListener;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.store.KeyValueTemplate;
import io.github.natsspring.store.ObjectStoreTemplate;
import io.nats.client.KeyValue;
import io.nats.client.api.ObjectInfo;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.handler.annotation.DestinationVariable;

/**
 * An application with a bit of everything, which says what happens to it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ AotApplication.Orders.class, AotApplication.Payments.class, AotApplication.Profiles.class,
		AotApplication.Lists.class })
public class AotApplication {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(AotApplication.class);
		application.setDefaultProperties(properties());
		application.run(args);
	}

	private static Map<String, Object> properties() {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("spring.docker.compose.enabled", false);
		properties.put("nats.servers", "nats://127.0.0.1:1");
		properties.put("nats.password", "written-nowhere");
		properties.put("nats.username", "somebody");
		properties.put("nats.jetstream.streams.ORDERS.subjects", "orders.*");
		properties.put("nats.jetstream.streams.ORDERS.consumers.audit.ack-wait", "30s");
		properties.put("nats.jetstream.streams.ORDERS.consumers.batch.ack-wait", "30s");
		properties.put("nats.jetstream.streams.PAYMENTS.subjects", "payments.>");
		properties.put("nats.key-value.profiles.history", 5);
		properties.put("nats.key-value.lists.history", 1);
		properties.put("nats.object-store.files.description", "Files");
		properties.put("nats.listener.retry.initial-interval", "50ms");
		properties.put("nats.listeners.keyed.concurrency", 2);
		properties.put("nats.connections.eu.servers", "nats://127.0.0.1:1");
		properties.put("nats.connections.eu.key-value.profiles.history", 2);
		properties.put("app.subject", "quotes");
		return properties;
	}

	/** Says each thing once, whatever the order. */
	static void say(String what) {
		System.out.println("SEEN " + what);
	}

	// Proxies are numbered in the order in which they are made
	private static String type(Class<?> type) {
		// The names of proxies and lambdas differ each time
		return (Proxy.isProxyClass(type) || type.isHidden()) ? Arrays.toString(type.getInterfaces()) : type.getName();
	}

	@Bean
	NatsOptionsCustomizer connectionName() {
		return (options) -> options.connectionName("customized");
	}

	@Bean
	NatsErrorHandler errors() {
		return (context) -> null;
	}

	@Bean
	NatsListenerConfigurer auditListeners() {
		return (registrar) -> registrar.registerEndpoint(NatsListenerEndpoint
			.forListener("audit", (message, acknowledgment) -> say("audit of " + message.getSubject()))
			.stream("ORDERS")
			.consumer("audit")
			.build());
	}

	@Bean
	ApplicationRunner flow(NatsTemplate nats, @Qualifier("eu") NatsTemplate eu, JetStreamTemplate jetStream,
			Profiles profiles, Lists lists, @Qualifier("files") ObjectStoreTemplate files,
			@Qualifier("eu.profiles") KeyValue far, ApplicationContext context) {
		return (arguments) -> {
			List<String> beans = new ArrayList<>(Arrays.asList(context.getBeanDefinitionNames()));
			beans.removeIf((name) -> !name.startsWith("nats"));
			Collections.sort(beans);
			beans.forEach((name) -> say("bean " + name + " of " + type(context.getType(name))));
			say("reply " + nats.request("quotes.tea", null, Quote.class));
			say("reply of eu " + eu.request("quotes-eu.tea", null, Quote.class));
			jetStream.publish("orders.created", new Order("7", 3));
			jetStream.publish("orders.paid", "paid");
			jetStream.publish("payments.card.created", new Order("8", 4));
			jetStream.publish("payments.cash.closed", "closed");
			profiles.keep("user.7", new Profile("Ada", 36));
			lists.keep(List.of(new Profile("Eve", 1)));
			far.put("user.9", "{\"name\":\"Bob\",\"age\":2}".getBytes());
			say("far " + profiles.far());
			files.put("readme", new ByteArrayInputStream(new byte[] { 1, 2, 3 }));
			say("end of the flow");
		};
	}

	record Order(String id, int quantity) {
	}

	record Quote(String sku, int price) {
	}

	record Profile(String name, int age) {
	}

	static class Orders {

		@NatsListener(subjects = "${app.subject}.{sku}", queue = "#{'pri' + 'cing'}")
		Quote quote(@DestinationVariable String sku) {
			return new Quote(sku, 5);
		}

		@NatsListener(connection = "eu", subjects = "quotes-eu.{sku}")
		Quote quoteOfEu(@DestinationVariable String sku) {
			return new Quote(sku, 6);
		}

		@NatsListener(id = "keyed", stream = "ORDERS", subjects = "orders.created",
				orderingKey = "headers['Customer'] ?: subject")
		void keyed(Order order) {
			say("order " + order);
		}

		@NatsListener(stream = "ORDERS", consumer = "batch", batchSize = "10", batchTimeout = "100ms",
				errorHandler = "errors")
		void batch(List<byte[]> orders) {
			say("batch");
		}

	}

	@NatsListener(stream = "PAYMENTS", consumer = "payments")
	static class Payments {

		@NatsHandler(subjects = "payments.{kind}.created")
		void created(Order order, @DestinationVariable String kind) {
			say("payment by " + kind + " for " + order);
		}

		@NatsHandler(subjects = "payments.{kind}.closed")
		void closed(String text, @DestinationVariable String kind) {
			say("payment by " + kind + " " + text);
		}

	}

	static class Profiles {

		private final KeyValueTemplate<Profile> profiles;

		@Autowired
		@Qualifier("eu.profiles")
		private KeyValueTemplate<Map<String, Object>> far;

		Profiles(@Qualifier("profiles") KeyValueTemplate<Profile> profiles) {
			this.profiles = profiles;
		}

		void keep(String key, Profile profile) {
			this.profiles.put(key, profile);
			say("kept " + this.profiles.get(key));
		}

		Map<String, Object> far() {
			return this.far.get("user.9");
		}

		@NatsKeyValueListener(bucket = "profiles", keys = "user.{id}")
		void changed(@DestinationVariable String id, Profile profile) {
			say("changed " + id + " to " + profile);
		}

		@NatsKeyValueListener(connection = "eu", bucket = "profiles")
		void changedFarAway(Profile profile) {
			say("changed far away to " + profile);
		}

		@NatsObjectStoreListener(bucket = "files")
		void stored(ObjectInfo info) {
			say("stored " + info.getObjectName());
		}

	}

	static class Values<T> {

		@Autowired
		@Qualifier("lists")
		private KeyValueTemplate<T> values;

		void keep(T value) {
			this.values.put("all", value);
			say("kept all " + this.values.get("all"));
		}

	}

	static class Lists extends Values<List<Profile>> {

	}

}
