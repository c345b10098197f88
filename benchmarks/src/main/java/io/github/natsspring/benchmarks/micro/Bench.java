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

package io.github.natsspring.benchmarks.micro;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * A server, an application that uses it, and a message of a stream: about 200 bytes of
 * JSON and three headers.
 */
public final class Bench implements AutoCloseable {

	static final String STREAM = "MICRO";

	private final NatsServer server = NatsServer.builder().start();

	private final Connection connection;

	private final ConfigurableApplicationContext context;

	/**
	 * Start.
	 * @throws Exception if the server cannot be used
	 */
	public Bench() throws Exception {
		this.connection = Nats.connect(this.server.url());
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.properties("nats.servers=" + this.server.url(), "logging.level.root=warn",
					"spring.main.log-startup-info=false", "spring.main.register-shutdown-hook=false")
			.run();
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	/**
	 * A connection.
	 * @return the connection, closed with this
	 */
	public Connection connection() {
		return this.connection;
	}

	static byte[] json() {
		return JsonMapper.builder()
			.build()
			.writeValueAsBytes(
					new Order("7b1c5a52-9f4e-4d53-8c77-0c2f5f7f0a11", "customer-4711", "EUR", new BigDecimal("1249.90"),
							1_790_000_000_000L, List.of(new Line("SKU-1001", 2), new Line("SKU-2002", 1))));
	}

	/**
	 * A message as a consumer is given it.
	 * @return the message
	 * @throws Exception if it does not come
	 */
	public Message message() throws Exception {
		this.connection.jetStreamManagement()
			.addStream(StreamConfiguration.builder()
				.name(STREAM)
				.subjects(STREAM + ".>")
				.storageType(StorageType.Memory)
				.build());
		Headers headers = new Headers().put("Content-Type", "application/json")
			.put("Tenant", "acme")
			.put("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
		this.connection.jetStream().publish(STREAM + ".eu.created", headers, json());
		JetStreamSubscription subscription = this.connection.jetStream()
			.subscribe(STREAM + ".>", PullSubscribeOptions.builder().durable("micro").build());
		List<Message> messages = subscription.fetch(1, Duration.ofSeconds(5));
		return messages.get(0);
	}

	@Override
	public void close() throws InterruptedException {
		this.context.close();
		this.connection.close();
		this.server.close();
	}

	/**
	 * An order.
	 */
	record Order(String id, String customer, String currency, BigDecimal total, long created, List<Line> lines) {
	}

	/**
	 * A line of an order.
	 */
	record Line(String sku, int quantity) {
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
