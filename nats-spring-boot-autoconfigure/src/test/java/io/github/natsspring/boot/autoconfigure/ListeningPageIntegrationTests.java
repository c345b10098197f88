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

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.annotation.NatsListenerConfigurer;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.MimeType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Runs what the page on listener methods shows: its yaml as it is, and this class holds
 * its Java.
 */
@Timeout(60)
class ListeningPageIntegrationTests {

	static final String PAGE = "listening.md";

	private static NatsServer server;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, ValidationAutoConfiguration.class,
				NatsAutoConfiguration.class, NatsJetStreamAutoConfiguration.class))
		.withInitializer((context) -> Pages.addYaml(context, Pages.blocks(PAGE, "yaml")))
		.withPropertyValues("nats.servers=" + server.url());

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void showsTheJavaThatIsTestedHere() {
		List<String> source = Pages.source(ListeningPageIntegrationTests.class);
		List<String> blocks = Pages.blocks(PAGE, "java");
		List<String> more = Pages.source(ListeningOrderPageIntegrationTests.class);
		assertThat(blocks).hasSize(14);
		assertThat(blocks).allSatisfy((block) -> assertThat(Pages.words(block)).satisfiesAnyOf(
				(words) -> assertThat(source).containsSequence(words),
				(words) -> assertThat(more).containsSequence(words)));
		assertThat(Pages.blocks(PAGE, "yaml")).hasSize(1);
	}

	@Test
	void runsWhatItShows() {
		this.contextRunner.withUserConfiguration(Application.class).run((context) -> {
			assertThat(context).hasNotFailed();
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			template.publish("shop.eu.created", new Order("tea"), (options) -> options.header("Priority", "3"));
			template.publish("shop.us.created", new Order("salt"), (options) -> options.contentType("text/csv"));
			template.publish("shop.eu.created", new Order(" "));
			template.publish("shop.eu.cleared", new byte[0]);
			template.publish("shop.eu.cleared", new Order("rice"));
			template.publish("shop.eu.visited", "", (options) -> options.header("Tenant", "acme"));
			template.publish("shop.eu.paid", "5");
			template.publish("shop.eu.refunded", "-5");
			Queue<String> log = context.getBean(Shop.class).log;
			await().untilAsserted(() -> assertThat(log).containsExactlyInAnyOrder("tea from eu, priority 3",
					"salt from us, priority 0", "cleared behind nothing", "cleared behind rice", "acme in eu", "paid 5",
					"paid -5"));
			assertThat(context.getBean(NatsListenerEndpointRegistry.class).getEndpoints())
				.filteredOn((endpoint) -> "ledger".equals(endpoint.getConsumer()))
				.extracting(NatsListenerEndpoint::getConcurrency)
				.containsExactly(4);
		});
	}

	@Test
	void saysWhatItShowsOfAMistake() {
		this.contextRunner.withBean(Mistaken.class).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = new NatsListenerFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			String text = "Listener %s#created cannot work: its attribute".formatted(Mistaken.class.getName());
			assertThat(analysis.getDescription()).startsWith(text);
			assertThat(Pages.text(PAGE))
				.contains(analysis.getDescription().replace(Mistaken.class.getName(), "com.example.Shop"))
				.contains(analysis.getAction());
		});
	}

	record Order(@NotBlank String sku) {
	}

	record Tenant(String name) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		NatsMessageConverter csvConverter() {
			return new CsvConverter();
		}

		@Bean
		NatsListenerConfigurer listenerConfigurer() {
			return (registrar) -> registrar.setCustomMethodArgumentResolvers(new TenantResolver());
		}

		@Bean
		Shop shop() {
			return new Shop();
		}

	}

	static class Shop {

		final Queue<String> log = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "SHOP", consumer = "created", subjects = "shop.{region}.created")
		void created(@Valid Order order, @DestinationVariable String region,
				@Header("Priority") Optional<Integer> priority) {
			this.log.add("%s from %s, priority %s".formatted(order.sku(), region, priority.orElse(0)));
		}

		@NatsListener(stream = "SHOP", consumer = "cleared", subjects = "shop.*.cleared")
		void cleared(Optional<Order> last) {
			this.log.add("cleared behind " + last.map(Order::sku).orElse("nothing"));
		}

		@NatsListener("shop.{region}.visited")
		void visited(Tenant tenant, @DestinationVariable String region) {
			this.log.add(tenant.name() + " in " + region);
		}

		@PaymentListener("ledger")
		@NatsListener("shop.${shop.region}.refunded")
		void paid(String text) {
			this.log.add("paid " + text);
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@NatsListener(stream = "SHOP", subjects = "shop.${shop.region}.paid", concurrency = "${shop.workers:1}")
	@interface PaymentListener {

		@AliasFor(annotation = NatsListener.class, attribute = "consumer")
		String value();

	}

	static class Mistaken {

		@NatsListener(stream = "SHOP", consumer = "created", ackMode = "manul")
		void created(Order order) {
		}

	}

	static class TenantResolver implements HandlerMethodArgumentResolver {

		@Override
		public boolean supportsParameter(MethodParameter parameter) {
			return parameter.getParameterType() == Tenant.class;
		}

		@Override
		public Object resolveArgument(MethodParameter parameter, org.springframework.messaging.Message<?> message) {
			return new Tenant(String.valueOf(message.getHeaders().get("Tenant")));
		}

	}

	static class CsvConverter implements NatsMessageConverter {

		private static final MimeType CSV = new MimeType("text", "csv");

		@Override
		public boolean canRead(Type type, @Nullable MimeType contentType) {
			return type == Order.class && CSV.equalsTypeAndSubtype(contentType);
		}

		@Override
		public Object read(Message message, Type type) {
			return new Order(new String(message.getData(), StandardCharsets.UTF_8).split(",")[0]);
		}

		@Override
		public boolean canWrite(Class<?> type, @Nullable MimeType contentType) {
			return type == Order.class && CSV.equalsTypeAndSubtype(contentType);
		}

		@Override
		public byte[] write(Object payload, Headers headers) {
			return (((Order) payload).sku() + ",1").getBytes(StandardCharsets.UTF_8);
		}

	}

}
