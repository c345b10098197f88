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

import io.nats.client.Options;
import io.nats.client.Options.SubjectValidationType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for <code>nats.properties</code>, which go to jnats as they are.
 */
class FurtherPropertiesTests {

	@Test
	void passesFurtherPropertiesThrough() {
		Options options = TestSources.options("""
				properties:
				  io.nats.client.tls.algorithm: PKIX
				  io.nats.client.verbose: true
				  noecho: true
				  ignore_discovered_servers: true
				""");
		assertThat(options.isVerbose()).isTrue();
		assertThat(options.isNoEcho()).isTrue();
		assertThat(options.isIgnoreDiscoveredServers()).isTrue();
	}

	@Test
	void furtherPropertiesWinOverDefaultsOfTheStarter() {
		Options options = TestSources.options("""
				properties:
				  io.nats.client.reconnect.max: 3
				  pinginterval: 7000
				  io.nats.client.name: other
				  io.nats.client.force.flush.on.request: true
				  io.nats.client.use.timeout.exception: false
				  io.nats.client.subjectValidationType: None
				  io.nats.client.cleanupinterval: 9000
				  io.nats.client.servers: "a:4222,b:4222"
				  io.nats.client.username: app
				  io.nats.client.password: secret
				""");
		assertThat(options.getMaxReconnect()).isEqualTo(3);
		assertThat(options.getPingInterval()).isEqualTo(Duration.ofSeconds(7));
		assertThat(options.getConnectionName()).isEqualTo("other");
		assertThat(options.forceFlushOnRequest()).isTrue();
		assertThat(options.useTimeoutException()).isFalse();
		assertThat(options.subjectValidationType()).isEqualTo(SubjectValidationType.None);
		assertThat(options.getRequestCleanupInterval()).isEqualTo(Duration.ofSeconds(9));
		assertThat(options.getServers()).hasSize(2);
		assertThat(options.getUsernameChars()).containsExactly('a', 'p', 'p');
		assertThat(options.getPasswordChars()).hasSize(6);
	}

	@Test
	void propertiesOfTheirOwnWinOverFurtherProperties() {
		Options options = TestSources.options("""
				ping-interval: 8s
				no-echo: false
				servers: c:4222
				token: abc
				use-timeout-exception: false
				properties:
				  io.nats.client.pinginterval: 7000
				  io.nats.client.noecho: true
				  io.nats.client.url: a:4222
				  io.nats.client.token: xyz
				  io.nats.client.use.timeout.exception: true
				""");
		assertThat(options.getPingInterval()).isEqualTo(Duration.ofSeconds(8));
		assertThat(options.isNoEcho()).isFalse();
		assertThat(options.getServers()).extracting(Object::toString).containsExactly("nats://c:4222");
		assertThat(options.getTokenChars()).containsExactly('a', 'b', 'c');
		assertThat(options.useTimeoutException()).isFalse();
	}

	@Test
	void namesTheFurtherPropertyThatJnatsCannotUse() {
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(TestSources.ofYaml("nats: {properties: {reconnect.max: many}}")::optionsMapper)
			.withMessageContaining("nats.properties.io.nats.client.reconnect.max")
			.withMessageContaining("not a number");
	}

}
