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

package io.github.natsspring.connection;

import java.util.List;

import io.nats.client.Options;
import io.nats.client.impl.NatsServerPool;
import io.nats.client.support.NatsUri;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PeerNames}.
 */
class PeerNamesTests {

	private final PeerNames names = new PeerNames(new NatsServerPool());

	@Test
	void wantsTheNameThatWasConfiguredAndNotTheAddressItResolvesTo() {
		initialize("tls://a.example:1");
		this.names.nextServer();
		assertThat(this.names.peer("192.0.2.1")).isEqualTo("a.example");
	}

	@Test
	void wantsTheAddressThatWasConfigured() {
		initialize("tls://192.0.2.1:1");
		this.names.nextServer();
		assertThat(this.names.peer("192.0.2.1")).isEqualTo("192.0.2.1");
	}

	@Test
	void wantsAnAddressWithoutBrackets() {
		initialize("tls://[2001:db8::1]:1");
		this.names.nextServer();
		assertThat(this.names.peer("[2001:db8::1]")).isEqualTo("2001:db8::1");
	}

	@Test
	void wantsTheNameThatLedToTheClusterForAnAddressThatItAnnounced() {
		initialize("tls://a.example:1", "tls://b.example:1");
		NatsUri connected = next("b.example");
		this.names.connectSucceeded(connected);
		this.names.acceptDiscoveredUrls(List.of("192.0.2.7:1", "c.example:1"));
		next("192.0.2.7");
		assertThat(this.names.peer("192.0.2.7")).isEqualTo("b.example");
		next("c.example");
		assertThat(this.names.peer("192.0.2.8")).isEqualTo("c.example");
	}

	@Test
	void wantsTheAddressThatAClusterAnnouncedWhenNoNameIsKnown() {
		initialize("tls://192.0.2.1:1");
		this.names.connectSucceeded(next("192.0.2.1"));
		this.names.acceptDiscoveredUrls(List.of("192.0.2.7:1"));
		next("192.0.2.7");
		assertThat(this.names.peer("192.0.2.7")).isEqualTo("192.0.2.7");
	}

	private void initialize(String... servers) {
		this.names.initialize(Options.builder().servers(servers).noRandomize().build());
	}

	private NatsUri next(String host) {
		for (int i = 0; i < 10; i++) {
			NatsUri server = this.names.nextServer();
			if (server != null && server.getHost().equals(host)) {
				return server;
			}
		}
		throw new AssertionError("There is no server " + host);
	}

}
