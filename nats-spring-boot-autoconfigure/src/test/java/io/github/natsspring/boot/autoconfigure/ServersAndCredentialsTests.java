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

import io.nats.client.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the servers of a connection and for who logs in.
 */
@ExtendWith(NoSecrets.class)
class ServersAndCredentialsTests {

	@Test
	void readsServersAndCredentialsFromTheConnectionDetails() {
		NatsProperties properties = TestSources.ofYaml("""
				nats:
				  servers: a:4222
				  username: app
				  password: secret
				  properties: {io.nats.client.servers: "b:4222"}
				""").bind();
		NatsConnectionDetails details = new NatsConnectionDetails() {

			@Override
			public List<String> getServers() {
				return List.of("nats://container:32768");
			}

			@Override
			public String getToken() {
				return "abc";
			}

		};
		Options options = new NatsOptionsMapper(ConfiguredConnection.first(properties), details, null).toBuilder()
			.build();
		assertThat(options.getServers()).extracting(Object::toString).containsExactly("nats://container:32768");
		assertThat(options.getUsernameChars()).isNull();
		assertThat(options.getTokenChars()).containsExactly('a', 'b', 'c');
	}

	@Test
	void refusesAUserAndATokenTogether() {
		assertThatExceptionOfType(MutuallyExclusiveConfigurationPropertiesException.class)
			.isThrownBy(TestSources.ofYaml("nats: {username: a, password: b, token: c}")::optionsMapper)
			.satisfies((ex) -> assertThat(ex.getConfiguredNames()).containsExactly("nats.username", "nats.token"));
	}

	@Test
	void refusesAPasswordWithoutAUser() {
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(TestSources.ofYaml("nats.password: TOPSECRET")::optionsMapper)
			.withMessage("nats.password: is set without nats.username");
	}

	@Test
	void takesALoginThatAllServersShareOutOfTheirUrls() {
		Options options = TestSources.options("servers: [\"nats://app:p%40ss@a:1\", \"app:p%40ss@b\"]");
		assertThat(options.getServers()).extracting(Object::toString).containsExactly("nats://a:1", "nats://b:4222");
		assertThat(new String(options.getUsernameChars())).isEqualTo("app");
		assertThat(new String(options.getPasswordChars())).isEqualTo("p@ss");
		options = TestSources.options("servers: [\"nats://t0ken@a:1\"]");
		assertThat(options.getServers()).extracting(Object::toString).containsExactly("nats://a:1");
		assertThat(new String(options.getTokenChars())).isEqualTo("t0ken");
		options = TestSources.options("servers: [\"nats://app:x@a:1\", \"nats://b:1\"]");
		assertThat(options.getServers()).extracting(Object::toString).containsExactly("nats://app:x@a:1", "nats://b:1");
	}

	@Test
	void takesEmptyCredentialsForNone() {
		Options options = TestSources.options("{username: '', password: '', token: abc}");
		assertThat(options.getUsernameChars()).isNull();
		assertThat(options.getTokenChars()).containsExactly('a', 'b', 'c');
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					localhost:abc               | nats.servers[0] 'localhost:abc': port must be 1-65535
					localhost:0                 | nats.servers[0] 'localhost:0': port must be 1-65535
					localhost:65536             | nats.servers[0] 'localhost:65536': port must be 1-65535
					nats://localhost:           | nats.servers[0] 'nats://localhost:': port must be 1-65535
					http://x                    | nats.servers[0] 'http://x': scheme is not supported; use nats, tls, ws or wss
					opentls://x                 | nats.servers[0] 'opentls://x': scheme 'opentls' accepts any certificate; use tls
					nats://:4222                | nats.servers[0] 'nats://:4222': has no host
					my_host:4222                | nats.servers[0] 'my_host:4222': host is not a valid name
					a:4222, nats://b:x          | nats.servers[1] 'nats://b:x': port must be 1-65535
					nats://app:TOPSECRET@h:x    | nats.servers[0] 'nats://***@h:x': port must be 1-65535
					nats://app:TOPSECRET        | nats.servers[0] 'nats://app:****': port must be 1-65535
					app:TOPSECRET               | nats.servers[0] 'app:****': port must be 1-65535
					app:TOPSECRET@h:x           | nats.servers[0] '***@h:x': port must be 1-65535
					nats://app:TOP/SECRET@h:1   | nats.servers[0] 'nats://***@h:1': cannot be parsed
					nats://app:TOP%SECRET@h:1   | nats.servers[0] 'nats://***@h:1': cannot be parsed
					nats://app:TOP@SECRET@h:1   | nats.servers[0] 'nats://***@h:1': cannot be parsed
					""")
	void refusesAServerThatCannotBe(String servers, String message) {
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(TestSources.ofYaml("nats.servers: \"" + servers + "\"")::optionsMapper)
			.withMessageStartingWith(message)
			.satisfies((ex) -> assertThat(ex).hasNoCause())
			.satisfies((ex) -> assertThat(ex.toString() + ex.getAction()).doesNotContain("SECRET"));
	}

	@ParameterizedTest
	@CsvSource({ "localhost, nats://localhost:4222", "127.0.0.1:4333, nats://127.0.0.1:4333",
			"'nats://[::1]:4222', 'nats://[::1]:4222'", "tls://a.b-c.d:1, tls://a.b-c.d:1", "ws://h:80, ws://h:80",
			"wss://h:443, wss://h:443", "NATS://h:1, nats://h:1", "nats://app:p%40ss@h:1, nats://h:1" })
	void acceptsAServerAsJnatsDoes(String server, String expected) {
		assertThat(TestSources.options("servers: \"" + server + "\"").getServers()).extracting(Object::toString)
			.containsExactly(expected);
	}

	@Test
	void refusesAnEmptyListOfServers() {
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(TestSources.ofYaml("nats.servers: []")::optionsMapper)
			.withMessage("nats.servers: must have at least one entry");
	}

	@Test
	void printsNoSecret() {
		NatsProperties properties = TestSources.ofYaml("nats: {username: a, password: TOPSECRET}").bind();
		assertThat(properties.toString()).doesNotContain("TOPSECRET");
		assertThat(new PropertiesNatsConnectionDetails(properties).toString()).doesNotContain("TOPSECRET");
	}

}
