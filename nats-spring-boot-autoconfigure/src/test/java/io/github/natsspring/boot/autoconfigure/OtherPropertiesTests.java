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

import java.io.IOException;
import java.time.Duration;

import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.topology.ProvisioningMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
		assertThat(properties.getListener().getMaxInFlight()).isNull();
		assertThat(properties.getListener().getShutdownTimeout()).isEqualTo(Duration.ofSeconds(20));
		assertThat(properties.getListener().getStallTimeout()).isEqualTo(Duration.ofSeconds(30));
		assertThat(properties.getListener().getRetry().getInitialInterval()).isEqualTo(Duration.ofSeconds(1));
		assertThat(properties.getListener().getRetry().getMultiplier()).isEqualTo(2);
		assertThat(properties.getListener().getRetry().getMaxInterval()).isEqualTo(Duration.ofMinutes(1));
		assertThat(properties.getListener().getRetry().getJitter()).isEqualTo(0.2);
		assertThat(properties.getTemplate().getRequestTimeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(properties.getMetrics().getLagInterval()).isEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void defaultsOfDelivery() {
		NatsProperties.Listener listener = new NatsProperties().getListener();
		assertThat(listener.getConcurrency()).isOne();
		assertThat(listener.getAckMode()).isEqualTo(AckMode.AUTO);
		assertThat(listener.getRetry().getMode()).isEqualTo(RetrySettings.Mode.REDELIVER);
		assertThat(listener.getRetry().getOnExhausted()).isEqualTo(RetrySettings.OnExhausted.DEAD_LETTER);
		assertThat(listener.getRetry()).extracting("maxAttempts", "maxDeliveries", "notRetryable").containsOnlyNulls();
		assertThat(listener.getDeadLetter()).extracting("enabled", "stream").containsOnlyNulls();
		assertThat(listener.getDeadLetter().getSubject()).isEqualTo(DeadLetterSettings.DEFAULT_SUBJECT);
		assertThat(listener.getDeadLetter().isIncludeStackTrace()).isFalse();
		assertThat(listener.getAckExtension().isEnabled()).isTrue();
		assertThat(listener.getAckExtension().getMaxDuration()).isEqualTo(Duration.ofMinutes(30));
	}

	@Test
	void bindsValuesOfDelivery() {
		NatsProperties.Listener listener = TestSources
			.ofYaml("""
					nats:
					  listener:
					    concurrency: 4
					    ack-mode: auto-confirmed
					    retry:
					      mode: in-place
					      max-attempts: 3
					      max-deliveries: 9
					      not-retryable: java.lang.IllegalStateException, java.io.IOException
					      on-exhausted: discard
					    dead-letter: {enabled: true, subject: "dead.{stream}.{consumer}", stream: DEAD, include-stack-trace: true}
					    ack-extension: {enabled: false, max-duration: 2m}
					""")
			.bind()
			.getListener();
		assertThat(listener.getConcurrency()).isEqualTo(4);
		assertThat(listener.getAckMode()).isEqualTo(AckMode.AUTO_CONFIRMED);
		assertThat(listener.getRetry().getMode()).isEqualTo(RetrySettings.Mode.IN_PLACE);
		assertThat(listener.getRetry().getMaxAttempts()).isEqualTo(3);
		assertThat(listener.getRetry().getMaxDeliveries()).isEqualTo(9);
		assertThat(listener.getRetry().getNotRetryable()).containsExactly(IllegalStateException.class,
				IOException.class);
		assertThat(listener.getRetry().getOnExhausted()).isEqualTo(RetrySettings.OnExhausted.DISCARD);
		assertThat(listener.getDeadLetter().getEnabled()).isTrue();
		assertThat(listener.getDeadLetter().getSubject()).isEqualTo("dead.{stream}.{consumer}");
		assertThat(listener.getDeadLetter().getStream()).isEqualTo("DEAD");
		assertThat(listener.getDeadLetter().isIncludeStackTrace()).isTrue();
		assertThat(listener.getAckExtension().isEnabled()).isFalse();
		assertThat(listener.getAckExtension().getMaxDuration()).isEqualTo(Duration.ofMinutes(2));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					listener.concurrency=0                 | nats.listener.concurrency                | less than 1
					listener.max-bytes-in-flight=-1MB      | nats.listener.max-bytes-in-flight        | less than zero
					listener.concurrency=501               | nats.listener.concurrency                | above nats.listener.max-in-flight, 500
					listener.retry.max-attempts=-1         | nats.listener.retry.max-attempts         | less than zero
					listener.retry.max-deliveries=-1       | nats.listener.retry.max-deliveries       | less than zero
					listener.dead-letter.subject=dlq.>     | nats.listener.dead-letter.subject        | wildcards
					listener.dead-letter.subject=d.{queue} | nats.listener.dead-letter.subject        | no variable {queue}
					listener.dead-letter.stream=a.b        | nats.listener.dead-letter.stream         | 'a.b'
					listener.ack-extension.max-duration=0s | nats.listener.ack-extension.max-duration | not more than zero
					metrics.lag-interval=0s                | nats.metrics.lag-interval                | not more than zero
					""")
	void refusesWhatIsOutOfRange(String setting, String property, String reason) {
		String[] parts = setting.split("=");
		NatsProperties properties = TestSources.ofYaml("nats.%s: \"%s\"".formatted(parts[0], parts[1])).bind();
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(() -> NatsPropertiesChecks.check(properties))
			.withMessageContaining(property)
			.withMessageContaining(reason);
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
				    max-bytes-in-flight: 3MB
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
		assertThat(properties.getListener().getMaxBytesInFlight()).isEqualTo(DataSize.ofMegabytes(3));
		assertThat(properties.getListener().getShutdownTimeout()).isEqualTo(Duration.ofSeconds(9));
		assertThat(properties.getListener().getStallTimeout()).isEqualTo(Duration.ofSeconds(10));
		assertThat(properties.getListener().getRetry().getInitialInterval()).isEqualTo(Duration.ofSeconds(2));
		assertThat(properties.getListener().getRetry().getMultiplier()).isEqualTo(1.5);
		assertThat(properties.getListener().getRetry().getMaxInterval()).isEqualTo(Duration.ofSeconds(11));
		assertThat(properties.getListener().getRetry().getJitter()).isZero();
		assertThat(properties.getTemplate().getRequestTimeout()).isEqualTo(Duration.ofSeconds(12));
	}

}
