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

import java.time.Duration;

import io.github.natsspring.test.NatsServer;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Scenarios 18 to 22: streams and consumers that are there already, and differ.
 */
@Tag("faults")
@Timeout(60)
class TopologyConflictsIntegrationTests {

	private static NatsServer server;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void scenario18PrintsTheDifferenceOfAStream() throws Exception {
		try (Lab lab = new Lab(server.url()); Lab other = new Lab(server.url())) {
			addStream(lab, other, (stream) -> stream.maxAge(Duration.ofDays(1)));
			FailureAnalysis refusal = lab.refusal("nats.jetstream.provisioning=validate", "$stream.max-age=7d");
			assertThat(refusal.getDescription()).contains(lab.stream(), "max-age", "7d", "1d");
			assertThat(refusal.getAction()).isNotBlank();
		}
	}

	@Test
	void scenario19NamesTheFieldThatCannotBeChanged() throws Exception {
		try (Lab lab = new Lab(server.url()); Lab other = new Lab(server.url())) {
			addStream(lab, other, (stream) -> stream.storageType(StorageType.Memory));
			FailureAnalysis refusal = lab.refusal("nats.jetstream.provisioning=update", "$stream.storage-type=file");
			assertThat(refusal.getDescription()).contains("storage", "file", "memory", "cannot be changed");
			refusal = lab.refusal("nats.jetstream.provisioning=update", "$stream.retention-policy=work-queue");
			assertThat(refusal.getDescription()).contains("retention", "workqueue", "limits", "cannot be changed");
		}
	}

	@Test
	void scenario20NamesTheStreamThatHasTheSubject() throws Exception {
		try (Lab lab = new Lab(server.url()); Lab other = new Lab(server.url())) {
			other.publisher();
			FailureAnalysis refusal = lab.refusal("$stream.subjects=%s.>".formatted(other.stream()),
					"$consumer.filter-subjects=%s.>".formatted(other.stream()));
			assertThat(refusal.getDescription()).contains(other.stream(), lab.stream());
			assertThat(refusal.getAction()).isNotBlank();
		}
	}

	@Test
	void scenario21ShowsTheDriftOfAConsumerAndAppliesWhatItMay() throws Exception {
		try (Lab lab = new Lab(server.url(), "$consumer.ack-wait=60s")) {
			addConsumer(lab, AckPolicy.Explicit);
			ApplicationContext application = lab.listen(lab.account());
			assertThat(lab.consumer().getConsumerConfiguration().getAckWait()).isEqualTo(Duration.ofSeconds(30));
			assertThat(health(application)).contains("drift", "ack_wait");
			lab.listen(lab.account(), "nats.jetstream.provisioning=update").close();
			assertThat(lab.consumer().getConsumerConfiguration().getAckWait()).isEqualTo(Duration.ofSeconds(60));
		}
	}

	@Test
	void scenario21FailsOnWhatOfAConsumerCannotBeChanged() throws Exception {
		try (Lab lab = new Lab(server.url(), "$consumer.deliver-policy=all", "$consumer.ack-policy=explicit")) {
			addConsumer(lab, AckPolicy.None);
			FailureAnalysis refusal = lab.refusal("nats.jetstream.provisioning=update");
			assertThat(refusal.getDescription()).contains("worker", lab.stream(), "ack policy 'none'");
		}
	}

	@Test
	void scenario22LeavesTheConsumerOfAnotherApplicationAlone() throws Exception {
		try (Lab lab = new Lab(server.url(), "$consumer.ack-wait=20s")) {
			lab.listen(lab.account(), "spring.application.name=first");
			ApplicationContext second = lab.listen(lab.account(), "spring.application.name=second",
					"$consumer.ack-wait=40s", "nats.jetstream.provisioning=update");
			assertThat(lab.consumer().getConsumerConfiguration().getAckWait()).isEqualTo(Duration.ofSeconds(20));
			assertThat(health(second)).contains("drift", "ack_wait");
			lab.publish(0, 20);
			lab.awaitAll();
		}
	}

	private static String health(ApplicationContext application) {
		return application.getBean("natsHealthContributor", HealthIndicator.class).health().getDetails().toString();
	}

	private static void addStream(Lab lab, Lab other,
			java.util.function.UnaryOperator<StreamConfiguration.Builder> with) throws Exception {
		other.management()
			.addStream(
					with.apply(StreamConfiguration.builder().name(lab.stream()).subjects(lab.stream() + ".>")).build());
	}

	private static void addConsumer(Lab lab, AckPolicy policy) throws Exception {
		try (Lab other = new Lab(server.url())) {
			addStream(lab, other, (stream) -> stream);
			other.management()
				.addOrUpdateConsumer(lab.stream(),
						ConsumerConfiguration.builder()
							.durable("worker")
							.filterSubject(lab.stream() + ".>")
							.ackPolicy(policy)
							.build());
		}
	}

}
