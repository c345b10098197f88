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

import java.time.Duration;

import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.topology.ProvisioningMode;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Properties that this starter itself reads, and not jnats.
 */
class OtherPropertiesTests {

	@Test
	void hasDefaults() {
		NatsProperties properties = new TestSources().bind();
		assertThat(properties.getStartupMode()).isEqualTo(StartupMode.FAIL_FAST);
		assertThat(properties.getStartupTimeout()).isEqualTo(Duration.ofSeconds(15));
		assertThat(properties.getDrainTimeout()).isEqualTo(Duration.ofSeconds(10));
		assertThat(properties.getJetstream().isEnabled()).isTrue();
		assertThat(properties.getJetstream().getProvisioning()).isEqualTo(ProvisioningMode.CREATE);
		assertThat(properties.getJetstream().getPublish().getTimeout()).isEqualTo(Duration.ofSeconds(5));
		assertThat(properties.getJetstream().getPublish().getMaxInFlight()).isEqualTo(1000);
		assertThat(properties.getJetstream().getStreams()).isEmpty();
		assertThat(properties.getKeyValue()).isEmpty();
		assertThat(properties.getObjectStore()).isEmpty();
		assertThat(properties.getListener().isAutoStartup()).isTrue();
		assertThat(properties.getListener().getMaxInFlight()).isEqualTo(500);
		assertThat(properties.getListener().getShutdownTimeout()).isEqualTo(Duration.ofSeconds(20));
		assertThat(properties.getListener().getStallTimeout()).isEqualTo(Duration.ofSeconds(30));
		assertThat(properties.getListener().getRetry().getInitialInterval()).isEqualTo(Duration.ofSeconds(1));
		assertThat(properties.getListener().getRetry().getMultiplier()).isEqualTo(2);
		assertThat(properties.getListener().getRetry().getMaxInterval()).isEqualTo(Duration.ofMinutes(1));
		assertThat(properties.getListener().getRetry().getJitter()).isEqualTo(0.2);
		assertThat(properties.getTemplate().getRequestTimeout()).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void bindsValues() {
		NatsProperties properties = TestSources.ofYaml("""
				nats:
				  startup-mode: background
				  startup-timeout: 1m
				  drain-timeout: 3s
				  jetstream:
				    enabled: false
				    provisioning: validate
				    publish: {timeout: 4s, max-in-flight: 7}
				  listener:
				    auto-startup: false
				    max-in-flight: 8
				    shutdown-timeout: 9s
				    stall-timeout: 10s
				    retry: {initial-interval: 2s, multiplier: 1.5, max-interval: 11s, jitter: 0}
				  template.request-timeout: 12s
				""").bind();
		assertThat(properties.getStartupMode()).isEqualTo(StartupMode.BACKGROUND);
		assertThat(properties.getStartupTimeout()).isEqualTo(Duration.ofMinutes(1));
		assertThat(properties.getDrainTimeout()).isEqualTo(Duration.ofSeconds(3));
		assertThat(properties.getJetstream().isEnabled()).isFalse();
		assertThat(properties.getJetstream().getProvisioning()).isEqualTo(ProvisioningMode.VALIDATE);
		assertThat(properties.getJetstream().getPublish().getTimeout()).isEqualTo(Duration.ofSeconds(4));
		assertThat(properties.getJetstream().getPublish().getMaxInFlight()).isEqualTo(7);
		assertThat(properties.getListener().isAutoStartup()).isFalse();
		assertThat(properties.getListener().getMaxInFlight()).isEqualTo(8);
		assertThat(properties.getListener().getShutdownTimeout()).isEqualTo(Duration.ofSeconds(9));
		assertThat(properties.getListener().getStallTimeout()).isEqualTo(Duration.ofSeconds(10));
		assertThat(properties.getListener().getRetry().getInitialInterval()).isEqualTo(Duration.ofSeconds(2));
		assertThat(properties.getListener().getRetry().getMultiplier()).isEqualTo(1.5);
		assertThat(properties.getListener().getRetry().getMaxInterval()).isEqualTo(Duration.ofSeconds(11));
		assertThat(properties.getListener().getRetry().getJitter()).isZero();
		assertThat(properties.getTemplate().getRequestTimeout()).isEqualTo(Duration.ofSeconds(12));
	}

}
