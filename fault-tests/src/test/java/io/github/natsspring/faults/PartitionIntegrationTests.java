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
import java.util.List;
import java.util.Set;

import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsPublishException;
import io.github.natsspring.test.DeliveryVerdict;
import io.nats.client.JetStreamManagement;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Scenario 7: a node that the others do not reach.
 */
@Timeout(200)
class PartitionIntegrationTests {

	private static final Log logger = LogFactory.getLog(PartitionIntegrationTests.class);

	private static final Duration LONG = Duration.ofSeconds(90);

	@Test
	@Tag("faults")
	void scenario07NeverConfirmsWhatOnlyTheMinorityHas() throws Exception {
		try (PartitionedCluster cluster = PartitionedCluster.start();
				Lab lab = new Lab(cluster.majority(), "$stream.replicas=3", "nats.ignore-discovered-servers=true",
						"nats.jetstream.publish.timeout=3s")) {
			lab.listen(lab.account());
			lab.publish(0, 100);
			lab.awaitAll();
			// Applications that know the lonely node only
			ApplicationContext lonely = lab.listenAt(cluster.minority(), (message) -> lab.account().handle(message));
			cluster.isolate();
			JetStreamTemplate template = lonely.getBean(JetStreamTemplate.class);
			// Until the majority has a leader, or the old one has given up
			await().atMost(LONG).ignoreExceptions().until(() -> {
				lab.template().publish(lab.subject(), Payloads.of("probe"), (options) -> options.messageId("probe"));
				return true;
			});
			lab.account().ledger().ok("probe");
			for (int i = 0; i < 3; i++) {
				String id = "lonely-" + i;
				lab.account().ledger().sending(id);
				assertThat(catchThrowable(
						() -> template.publish(lab.subject(), Payloads.of(id), (options) -> options.messageId(id))))
					.isInstanceOf(NatsPublishException.class);
				lab.account().ledger().unknown(id);
			}
			lab.publish(100, 300);
			cluster.heal();
			Set<String> ok = lab.account().ledger().ok();
			await().atMost(LONG).until(() -> lab.account().hasSeenAll(ok));
			JetStreamManagement there = lonely.getBean(JetStreamManagement.class);
			await().atMost(LONG).ignoreExceptions().untilAsserted(() -> {
				var info = there.getStreamInfo(lab.stream());
				assertThat(info.getStreamState().getMsgCount()).isEqualTo(lab.messages(lab.stream()));
				assertThat(info.getClusterInfo().getReplicas()).hasSize(2).allMatch((one) -> one.isCurrent());
			});
			lab.publish(300, 310);
			lab.awaitAll();
			DeliveryVerdict verdict = lab.account()
				.assertNothingLost("07 one of three nodes cut off", cluster.version());
			logger.info("07: %s; %s".formatted(verdict, List.of(lab.messages(lab.stream()))));
		}
	}

}
