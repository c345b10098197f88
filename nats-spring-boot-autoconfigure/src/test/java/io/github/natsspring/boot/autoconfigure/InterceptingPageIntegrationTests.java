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

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natsspring.annotation.NatsHandler;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsPublishDiscardedException;
import io.github.natsspring.core.NatsPublishInterceptor;
import io.github.natsspring.core.OutgoingMessage;
import io.github.natsspring.listener.CorrelationIdInterceptor;
import io.github.natsspring.listener.MessageContext;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.support.DefaultNatsHeaderMapper;
import io.github.natsspring.support.EditedMessage;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Runs what the page on interceptors shows: its yaml as it is, and this class holds its
 * Java.
 */
@Timeout(60)
class InterceptingPageIntegrationTests {

	private static final String PAGE = "intercepting.md";

	private NatsServer server;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startServer() {
		this.server = NatsServer.builder().start();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withInitializer((context) -> Pages.addYaml(context, Pages.blocks(PAGE, "yaml")))
			.withPropertyValues("nats.servers=" + this.server.url())
			.withBean("history", Blocks.History.class)
			.withBean("echo", Echo.class)
			.withUserConfiguration(Shop.class);
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void showsTheJavaThatIsTestedHere() {
		List<String> source = Pages.source(InterceptingPageIntegrationTests.class);
		List<String> blocks = Pages.blocks(PAGE, "java");
		assertThat(blocks).hasSize(5);
		assertThat(blocks).allSatisfy((block) -> assertThat(source).containsSequence(Pages.words(block)));
		assertThat(Pages.blocks(PAGE, "yaml")).hasSize(1);
	}

	@Test
	void handlesSeveralKindsOfMessageBetweenInterceptors() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			template.publish("orders.1.created", new Created("tea"), (options) -> options.header("Tenant", "acme"));
			template.publish("orders.1.moved", "the harbour", (options) -> options.header("Tenant", "test"));
			template.publish("orders.1.moved", "the shop");
			Blocks.History history = context.getBean(Blocks.History.class);
			Blocks.Tenants tenants = context.getBean(Blocks.Tenants.class);
			await().until(() -> tenants.handled.size() == 2);
			assertThat(history.lines).containsExactly("1 created: tea", "1 moved to the shop");
			assertThat(tenants.handled).containsExactly("acme", "unknown");
			assertThat(tenants.failed).isEmpty();
		});
	}

	@Test
	void sendsWithOriginAndCorrelationIdAndWithoutSecrets() {
		this.contextRunner.run((context) -> {
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			long sequence = template
				.publish("orders.1.created",
						new GenericMessage<>(new Created("tea"), Map.of("Region", "eu", "Internal", 1)))
				.getSeqno();
			MessageInfo stored = context.getBean(JetStreamManagement.class).getMessage("ORDERS", sequence);
			assertThat(stored.getHeaders().getFirst("Origin")).isEqualTo("shop");
			assertThat(stored.getHeaders().getFirst("Region")).isEqualTo("eu");
			assertThat(stored.getHeaders().containsKey("Internal")).isFalse();
			assertThat(stored.getHeaders().getFirst(NatsHeaders.CORRELATION_ID)).isNotEmpty();
			assertThatExceptionOfType(NatsPublishDiscardedException.class)
				.isThrownBy(() -> template.publish("orders.secret", "x"));
			assertThat(context.getBean(Blocks.Origin.class).sent).containsExactly("STREAM orders.1.created");
		});
	}

	@Test
	void mapsTheHeadersOfReceivedMessages() {
		this.contextRunner.run((context) -> {
			Connection connection = context.getBean(Connection.class);
			Message reply = connection.request("echo", new Headers().put("Region", "eu"), new byte[0]).get();
			assertThat(reply.getData()).asString().isEqualTo("eu");
		});
	}

	record Created(String sku) {
	}

	static class Echo {

		@NatsListener("echo")
		String on(@Header("region") String region) {
			return region;
		}

	}

	/**
	 * Classes in an interface are static without saying so.
	 */
	interface Blocks {

		@NatsListener(stream = "ORDERS", consumer = "history")
		class History {

			final List<String> lines = new CopyOnWriteArrayList<>();

			@NatsHandler("orders.{id}.created")
			void created(@DestinationVariable String id, Created created) {
				this.lines.add(id + " created: " + created.sku());
			}

			@NatsHandler("orders.{id}.moved")
			void moved(@DestinationVariable String id, String place) {
				this.lines.add(id + " moved to " + place);
			}

		}

		@Component
		class Tenants implements NatsMessageInterceptor {

			@Override
			public boolean supports(String listenerId) {
				return listenerId.equals("history");
			}

			@Override
			public @Nullable Message before(Message message, MessageContext context) {
				String tenant = (message.getHeaders() != null) ? message.getHeaders().getFirst("Tenant") : null;
				if ("test".equals(tenant)) {
					return null;
				}
				context.setAttribute("started", System.nanoTime());
				return (tenant != null) ? message : EditedMessage.of(message).withHeader("Tenant", "unknown");
			}

			@Override
			public void afterSuccess(Message message, MessageContext context) {
				this.handled.add(message.getHeaders().getFirst("Tenant"));
			}

			@Override
			public void afterFailure(Message message, MessageContext context, Throwable failure) {
				this.failed.add(failure.getMessage());
			}

			final List<String> handled = new CopyOnWriteArrayList<>();

			final List<String> failed = new CopyOnWriteArrayList<>();

		}

		@Component
		class Origin implements NatsPublishInterceptor {

			@Override
			public void before(OutgoingMessage message) {
				message.getHeaders().put("Origin", "shop");
				if (message.getSubject().endsWith(".secret")) {
					message.discard();
				}
			}

			@Override
			public void afterSuccess(OutgoingMessage message, @Nullable Object result) {
				this.sent.add(message.getKind() + " " + message.getSubject());
			}

			final List<String> sent = new CopyOnWriteArrayList<>();

		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Blocks.Tenants.class, Blocks.Origin.class })
	static class Shop {

		@Bean
		CorrelationIdInterceptor correlationIds() {
			return new CorrelationIdInterceptor();
		}

		@Bean
		NatsHeaderMapper headerMapper() {
			return new NatsHeaderMapper() {

				@Override
				public void fromHeaders(MessageHeaders headers, Headers target) {
					DefaultNatsHeaderMapper.INSTANCE.fromHeaders(headers, target);
					target.remove("Internal");
				}

				@Override
				public void toHeaders(Headers source, Map<String, Object> target) {
					source.forEach((name, values) -> target.put(name.toLowerCase(Locale.ROOT), values.get(0)));
				}

			};
		}

	}

}
