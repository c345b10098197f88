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

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.boot.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.DestinationVariable;

/**
 * Base of the tests for connections to several servers in one application.
 */
@Timeout(60)
@ExtendWith(NoSecrets.class)
abstract class AbstractSeveralConnectionsTests {

	static NatsServer local;

	static NatsServer eu;

	final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsJetStreamAutoConfiguration.class, NatsHealthContributorAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + local.url(), "nats.connections.eu.servers=" + eu.url(),
				"nats.connections.eu.username=app", "nats.connections.eu.password=T0PSECRET",
				"nats.connections.eu.connection-name=to-eu", "nats.connections.eu.reconnect.wait=111ms");

	@BeforeAll
	static void startServers() {
		local = NatsServer.builder().start();
		eu = NatsServer.builder().config("authorization { user: app, password: T0PSECRET }").start();
	}

	@AfterAll
	static void stopServers() {
		local.close();
		eu.close();
	}

	static Health health(CompositeHealthContributor health, String name) {
		return ((HealthIndicator) health.getContributor(name)).health();
	}

	static <T> T qualified(AssertableApplicationContext context, Class<T> type) {
		return BeanFactoryAnnotationUtils.qualifiedBeanOfType(context.getSourceApplicationContext().getBeanFactory(),
				type, "eu");
	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "here-jetstream", consumer = "billing", subjects = "orders.{id}")
		void here(byte[] payload, @DestinationVariable String id) {
			this.seen.add("here " + id);
		}

		@NatsListener(id = "eu-jetstream", connection = "${listener.connection:eu}", consumer = "billing",
				stream = "ORDERS", subjects = "orders.{id}")
		void eu(byte[] payload, @DestinationVariable String id) {
			this.seen.add("eu " + id);
		}

		@NatsListener(id = "here-core", subjects = "who", connection = "default")
		String whoHere(byte[] payload) {
			return "here";
		}

		@NatsListener(id = "eu-core", subjects = "who", connection = "eu")
		String whoInEu(byte[] payload) {
			return "eu";
		}

	}

}
