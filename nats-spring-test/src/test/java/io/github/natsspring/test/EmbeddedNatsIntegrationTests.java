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

package io.github.natsspring.test;

import java.util.ArrayList;
import java.util.List;

import io.nats.client.Connection;
import io.nats.client.Nats;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.ContextHierarchy;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@SuppressWarnings("try")
@SpringJUnitConfig(EmbeddedNatsIntegrationTests.Plain.class)
@TestPropertySource(properties = "nats.servers=nats://nowhere.invalid:4222")
@EmbeddedNats(config = "max_payload: 2048", properties = { "my.key = a=b", "my.url=${nats.servers}/x" })
class EmbeddedNatsIntegrationTests {

	@Autowired
	private NatsServer server;

	@Value("${nats.servers}")
	private String servers;

	@Test
	void pointsTheContextAtItsServer(@Value("${my.key}") String key, @Value("${my.url}") String url) throws Exception {
		assertThat(this.servers).isEqualTo(this.server.url());
		assertThat(key).isEqualTo("a=b");
		assertThat(url).isEqualTo(this.server.url() + "/x");
		try (Connection connection = Nats.connect(this.servers)) {
			assertThat(connection.getServerInfo().getMaxPayload()).isEqualTo(2048);
			assertThat(connection.getServerInfo().isJetStreamAvailable()).isTrue();
		}
	}

	@Test
	void sharesServerBetweenClassesWithEqualAttributes() throws Exception {
		TestContext first = context(First.class);
		TestContext second = context(Second.class);
		TestContext inherited = context(Inherited.class);
		NatsServer server = first.getApplicationContext().getBean(NatsServer.class);
		assertThat(second.getApplicationContext().getBean(NatsServer.class)).isSameAs(server);
		assertThat(inherited.getApplicationContext().getBean(NatsServer.class)).isSameAs(server);
		assertThat(server).isNotSameAs(this.server);
		first.markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
	}

	@Test
	void goesOnWhileTheContextIsStoppedAndEndsAfterAllBeans() throws Exception {
		TestContext test = context(Ordered.class);
		ConfigurableApplicationContext context = (ConfigurableApplicationContext) test.getApplicationContext();
		NatsServer server = context.getBean(NatsServer.class);
		List<String> events = context.getBean(Recorder.class).events;
		context.stop();
		assertThat(server.isRunning()).isTrue();
		context.start();
		assertThat(server.isRunning()).isTrue();
		events.clear();
		test.markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
		assertThat(events).containsExactly("lifecycle stopped, server running: true",
				"bean destroyed, server running: true");
		assertThat(server.isRunning()).isFalse();
	}

	@Test
	void stopsTheServerWhenTheRefreshFails() {
		Failing.server = null;
		assertThatException().isThrownBy(() -> context(Broken.class).getApplicationContext())
			.withStackTraceContaining("on purpose");
		assertThat(Failing.server).isNotNull();
		assertThat(Failing.server.isRunning()).isFalse();
	}

	@Test
	void worksWithSpringBootTests() throws Exception {
		TestContext test = context(Boot.class);
		assertThat(test.getApplicationContext().getEnvironment().getProperty("nats.servers"))
			.isEqualTo(test.getApplicationContext().getBean(NatsServer.class).url());
		test.markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
	}

	@Test
	void startsOneServerForAHierarchyOfContexts() throws Exception {
		TestContext test = context(Hierarchy.class);
		assertThat(test.getApplicationContext().getParent()).isNotNull();
		assertThat(test.getApplicationContext().getBeansOfType(NatsServer.class)).isEmpty();
		assertThat(test.getApplicationContext().getEnvironment().getProperty("nats.servers"))
			.isEqualTo(test.getApplicationContext().getBean(NatsServer.class).url());
		test.markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
	}

	@Test
	void startsAClusterForSeveralNodes() throws Exception {
		TestContext test = context(Clustered.class);
		NatsCluster cluster = test.getApplicationContext().getBean(NatsCluster.class);
		assertThat(cluster.nodes()).hasSize(3);
		assertThat(test.getApplicationContext().getEnvironment().getProperty("nats.servers", String[].class))
			.containsExactlyElementsOf(cluster.urls());
		test.markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
		assertThat(cluster.nodes()).noneMatch(NatsServer::isRunning);
	}

	@Test
	void refusesWrongAttributes() {
		assertThatIllegalArgumentException().isThrownBy(() -> context(WrongProperty.class).getApplicationContext())
			.withMessageContaining("'no-value'")
			.withMessageContaining(WrongProperty.class.getName());
		assertThatIllegalArgumentException().isThrownBy(() -> context(NoNodes.class).getApplicationContext())
			.withMessageContaining("nodes = 0");
	}

	private static TestContext context(Class<?> testClass) {
		return new TestContextManager(testClass).getTestContext();
	}

	@Nested
	class InANestedClass {

		@Test
		void sharesContextAndServer(@Autowired NatsServer nested) {
			assertThat(nested).isSameAs(EmbeddedNatsIntegrationTests.this.server);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Plain {

	}

	@SpringJUnitConfig(Plain.class)
	@EmbeddedNats
	static class First {

	}

	@SpringJUnitConfig(Plain.class)
	@EmbeddedNats(nodes = 1)
	static class Second {

	}

	static class Inherited extends First {

	}

	@SpringJUnitConfig(Recorder.class)
	@EmbeddedNats
	static class Ordered {

	}

	@SpringJUnitConfig(Failing.class)
	@EmbeddedNats
	static class Broken {

	}

	@SpringBootTest(classes = Plain.class)
	@EmbeddedNats
	static class Boot {

	}

	@ContextHierarchy({ @ContextConfiguration(classes = Plain.class), @ContextConfiguration(classes = Child.class) })
	@EmbeddedNats(config = "max_payload: 4096")
	static class Hierarchy {

	}

	@SpringJUnitConfig(Plain.class)
	@EmbeddedNats(nodes = 3)
	static class Clustered {

	}

	@SpringJUnitConfig(Plain.class)
	@EmbeddedNats(properties = "no-value")
	static class WrongProperty {

	}

	@SpringJUnitConfig(Plain.class)
	@EmbeddedNats(nodes = 0)
	static class NoNodes {

	}

	@Configuration(proxyBeanMethods = false)
	static class Child {

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		static @Nullable NatsServer server;

		@Bean
		Object fails(NatsServer running) {
			server = running;
			throw new IllegalStateException("on purpose");
		}

	}

	@Configuration
	static class Recorder implements SmartLifecycle, AutoCloseable {

		private final List<String> events = new ArrayList<>();

		// Not injected: a dependency would order the destruction by itself
		@Value("${nats.servers}")
		private String servers = "";

		private volatile boolean running;

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
			record("lifecycle stopped");
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public void close() {
			record("bean destroyed");
		}

		private void record(String what) {
			boolean answers;
			try (Connection connection = Nats.connect(this.servers)) {
				answers = connection.getStatus() == Connection.Status.CONNECTED;
			}
			catch (Exception ex) {
				answers = false;
			}
			this.events.add(what + ", server running: " + answers);
		}

	}

}
