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

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.support.SubjectTemplate;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Runs what the page on connections shows: its yaml as it is but for the addresses, and
 * this class holds its Java.
 */
@Timeout(60)
class ConnectionsPageIntegrationTests {

	private static final String PAGE = "connections.md";

	private static final int WEBSOCKET_PORT = Ports.free();

	private static NatsServer server;

	private static NatsServer eu;

	@BeforeAll
	static void startServers() {
		server = NatsServer.builder().config("""
				websocket { host: "127.0.0.1", port: %d, no_tls: true }
				accounts {
				  A {
				    jetstream: enabled
				    users: [
				      { user: any, password: any }
				      { user: app, password: secret, permissions { subscribe { allow: ["_INBOX_app.>"] } } }
				    ]
				  }
				}
				no_auth_user: any""".formatted(WEBSOCKET_PORT)).start();
		eu = NatsServer.builder().config("authorization { user: app, password: secret }").start();
	}

	@AfterAll
	static void stopServers() {
		server.close();
		eu.close();
	}

	@Test
	void showsTheJavaThatIsTestedHere() {
		// Classes are nested here only
		List<String> source = Pages.source(getClass()).stream().filter((word) -> !word.equals("static")).toList();
		List<String> blocks = Pages.blocks(PAGE, "java");
		assertThat(blocks).hasSize(3);
		assertThat(blocks).allSatisfy((block) -> assertThat(source).containsSequence(words(block)));
	}

	@Test
	void connectsToSeveralServers() {
		runner(0)
			.withPropertyValues("nats.connections.eu.servers=" + eu.url(), "EU_PASSWORD=secret",
					"nats.jetstream.streams.ARCHIVE.subjects=archive.*")
			.withUserConfiguration(Auditor.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Auditor auditor = context.getBean(Auditor.class);
				auditor.eu.publish("audit.login", "somebody");
				await().untilAsserted(() -> assertThat(context.getBean(JetStreamManagement.class)
					.getStreamInfo("ARCHIVE")
					.getStreamState()
					.getMsgCount()).isOne());
				assertThat(auditor.profiles.getStatus().getMaxHistoryPerKey()).isEqualTo(5);
			});
	}

	@Test
	void takesDetailsOfAConnectionFromABean() {
		runner(0).withPropertyValues("EU_PASSWORD=secret").withUserConfiguration(Details.class).run((context) -> {
			// Details have all of them: servers and login
			Connection connection = BeanFactoryAnnotationUtils
				.qualifiedBeanOfType(context.getSourceApplicationContext().getBeanFactory(), Connection.class, "eu");
			assertThat(connection.getConnectedUrl()).isEqualTo(server.url());
		});
	}

	@Test
	void startsWithoutAServer() {
		runner(1).withPropertyValues("nats.servers=nats://127.0.0.1:1")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void connectsOverWebSocket() {
		runner(2).withPropertyValues("nats.servers=ws://127.0.0.1:" + WEBSOCKET_PORT)
			.run((context) -> assertThat(context.getBean(Connection.class).getConnectedUrl()).startsWith("ws://"));
	}

	@Test
	void hasRepliesBelowThePrefix() {
		runner(3).withPropertyValues("APP_PASSWORD=secret", "nats.jetstream.streams.X.subjects=x").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(JetStreamTemplate.class).publish("x", "").getStream()).isEqualTo("X");
		});
	}

	@Test
	void usesADomain() {
		runner(4).withPropertyValues("nats.startup-mode=background")
			.run((context) -> assertThat(context.getBean(NatsConnectionBeans.class).jetStreamOptions().getPrefix())
				.isEqualTo("$JS.hub.API."));
	}

	@Test
	void fillsSubjectsFromInput() {
		runner(1).withPropertyValues("nats.startup-mode=fail-fast", "nats.jetstream.streams.ORDERS.subjects=orders.>")
			.run((context) -> {
				Orders orders = new Orders(context.getBean(JetStreamTemplate.class));
				orders.created("eu", new Order("1"));
				assertThatIllegalArgumentException().isThrownBy(() -> orders.created("eu.us", new Order("1")));
				assertThatIllegalArgumentException()
					.isThrownBy(() -> context.getBean(NatsTemplate.class).publish("orders.*", ""));
			});
	}

	private static ApplicationContextRunner runner(int block) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withInitializer((context) -> {
				List<String> blocks = Pages.blocks(PAGE, "yaml");
				assertThat(blocks).hasSize(5);
				Pages.addYaml(context, List.of(blocks.get(block)));
			})
			.withPropertyValues("nats.servers=" + server.url());
	}

	private static List<String> words(String block) {
		return Pages.words(block).stream().filter((word) -> !word.equals("static")).toList();
	}

	record Order(String id) {
	}

	static class Orders {

		private static final SubjectTemplate CREATED = SubjectTemplate.parse("orders.{region}.created");

		private final JetStreamTemplate jetStream;

		Orders(JetStreamTemplate jetStream) {
			this.jetStream = jetStream;
		}

		void created(String region, Order order) {
			this.jetStream.publish(CREATED.expand(region), order);
		}

	}

	@Service
	static class Auditor {

		private final JetStreamTemplate here;

		private final JetStreamTemplate eu;

		private final KeyValue profiles;

		Auditor(JetStreamTemplate here, @Qualifier("eu") JetStreamTemplate eu,
				@Qualifier("eu.profiles") KeyValue profiles) {
			this.here = here;
			this.eu = eu;
			this.profiles = profiles;
		}

		@NatsListener(connection = "eu", stream = "AUDIT", consumer = "archive")
		void archive(byte[] entry) {
			this.here.publish("archive.eu", entry);
		}

	}

	static class EuServers {

		List<String> current() {
			return List.of(server.url());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Details {

		@Bean
		EuServers euServers() {
			return new EuServers();
		}

		@Bean(defaultCandidate = false)
		@Qualifier("eu")
		NatsConnectionDetails euDetails(EuServers servers) {
			return servers::current;
		}

	}

}
