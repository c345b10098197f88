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

package io.github.natsspring.faults;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.test.DeliveryVerdict;
import io.github.natsspring.test.NatsCluster;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamManagement;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Scenarios 4 and 5: leaders of a cluster that step down or are killed.
 */
@Timeout(600)
class ClusterFaultsIntegrationTests {

	private static final Log logger = LogFactory.getLog(ClusterFaultsIntegrationTests.class);

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final int IN_FLIGHT = 100;

	// Of the time after the servers have elected their leaders
	private static final Duration OURS = Duration.ofSeconds(3);

	private static NatsCluster cluster;

	@BeforeAll
	static void startCluster() {
		cluster = NatsCluster.builder().nodes(3).start();
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@Test
	void acceptsTheSettingsOfThePage() throws Exception {
		String page = Files.readString(Path.of("../docs/reliability.md"));
		String yaml = page.substring(page.indexOf("```yaml\n") + 8);
		List<PropertySource<?>> sources = new YamlPropertySourceLoader().load("page",
				new ByteArrayResource(yaml.substring(0, yaml.indexOf("```")).getBytes(StandardCharsets.UTF_8)));
		try (ConfigurableApplicationContext application = new SpringApplicationBuilder(FaultApplication.class)
			.web(WebApplicationType.NONE)
			.initializers((context) -> sources.forEach(context.getEnvironment().getPropertySources()::addLast))
			.run("--nats.servers=" + String.join(",", cluster.urls()))) {
			JetStreamManagement management = application.getBean(JetStreamManagement.class);
			assertThat(management.getStreamInfo("ORDERS").getConfiguration().getReplicas()).isEqualTo(3);
			application.getBean(JetStreamTemplate.class).publish("orders.eu.created", "x");
			management.deleteStream("ORDERS");
		}
	}

	@Test
	void scenario04And05LosesNothingWhenLeadersChange() throws Exception {
		changeLeaders("04, 05 R3: a step-down each of stream and consumer, a leader killed", 1, 1, 1000, 500);
	}

	@Test
	@Tag("faults")
	@Tag("long")
	void scenario04And05LosesNothingWhenLeadersChangeManyTimes() throws Exception {
		changeLeaders("04, 05 R3: 10 step-downs each of stream and consumer, 5 leaders killed", 10, 5, 50_000, 1000);
	}

	private static void changeLeaders(String scenario, int stepDowns, int kills, int messages, int perSecond)
			throws Exception {
		try (Lab lab = new Lab(String.join(",", cluster.urls()), "$stream.replicas=3", "$consumer.ack-wait=10s",
				"nats.listener.max-in-flight=" + IN_FLIGHT)) {
			ApplicationContext application = lab.listen(lab.account());
			Publisher publisher = lab.publish(perSecond);
			List<Duration> ours = new ArrayList<>();
			List<Duration> theirs = new ArrayList<>();
			publisher.awaitOk(messages / 10);
			lab.account().restartGap();
			for (int stepDown = 0; stepDown < stepDowns; stepDown++) {
				cluster.stepDownConsumerLeader(lab.stream(), "worker");
				awaitDeliveries(lab);
				cluster.stepDownStreamLeader(lab.stream());
				awaitDeliveries(lab);
			}
			Duration stepDownGap = lab.account().longestGap();
			logger.info("%s: gap of step-downs %s; %s".formatted(scenario, stepDownGap, lab.account().verdict()));
			assertThat(stepDownGap).isLessThan(OURS);
			for (int kill = 0; kill < kills; kill++) {
				long started = System.nanoTime();
				NatsServer leader = (kill % 2 == 0) ? cluster.consumerLeader(lab.stream(), "worker")
						: cluster.streamLeader(lab.stream());
				leader.kill();
				cluster.streamLeader(lab.stream());
				cluster.consumerLeader(lab.stream(), "worker");
				long elected = System.nanoTime();
				awaitDeliveries(lab);
				theirs.add(Duration.ofNanos(elected - started));
				ours.add(Duration.ofNanos(Math.max(0, firstAfter(lab, elected))));
				leader.start();
				cluster.awaitReady();
			}
			publisher.awaitOk(messages);
			publisher.stop();
			lab.awaitAll();
			DeliveryVerdict verdict = lab.account().assertNothingLost(scenario, cluster.node(0).version());
			logger.info("%s: longest gap %s; the servers' elections took %s, and then the first delivery %s; %s"
				.formatted(scenario, lab.account().longestGap(), theirs, ours, verdict));
			assertThat(verdict.ok()).isGreaterThanOrEqualTo(messages);
			assertThat(verdict.redeliveries())
				.isLessThanOrEqualTo(verdict.ok() / 1000 + kills * (IN_FLIGHT + perSecond / 5));
			assertThat(ours).allSatisfy((one) -> assertThat(one).isLessThan(OURS));
			Lab.awaitState(application, State.RUNNING);
		}
	}

	private static void awaitDeliveries(Lab lab) {
		int before = lab.account().total();
		await().atMost(LONG).pollInterval(Duration.ofMillis(10)).until(() -> lab.account().total() > before + 20);
	}

	private static long firstAfter(Lab lab, long time) {
		return lab.account().firstAfter(time) - time;
	}

}
