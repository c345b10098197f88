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

package io.github.natsspring.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.NatsException;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.ObjectStore;
import io.nats.client.Options;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.ObjectStoreConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link NatsBuckets} against a server.
 */
class NatsBucketsIntegrationTests {

	private static NatsServer server;

	private final String unique = "B" + System.nanoTime();

	private ConnectionHolder holder;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().config("jetstream { domain: shop }").start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void prepare() {
		this.holder = new ConnectionHolder(new ConnectionSettings("test", () -> Options.builder().server(server.url()),
				StartupMode.FAIL_FAST, Duration.ofSeconds(5), Duration.ofSeconds(1), List.of(), List.of()));
	}

	@AfterEach
	void disconnect() {
		this.holder.destroy();
	}

	@Test
	void connectsOnlyWhenABucketIsUsed() throws Exception {
		Connection other = Nats.connect(server.url());
		other.keyValueManagement().create(KeyValueConfiguration.builder(this.unique).build());
		other.close();
		NatsBuckets buckets = new NatsBuckets(this.holder, JetStreamOptions.defaultOptions());
		KeyValue keyValue = buckets.keyValue(this.unique);
		ObjectStore objectStore = buckets.objectStore(this.unique);
		assertThat(this.holder.current()).isNull();
		assertThat(keyValue.getBucketName()).isEqualTo(this.unique);
		assertThat(objectStore.getBucketName()).isEqualTo(this.unique);
		assertThat(this.holder.current()).isNotNull();
	}

	@Test
	void keepsEntriesAndObjects() throws Exception {
		this.holder.get()
			.keyValueManagement()
			.create(KeyValueConfiguration.builder(this.unique).maxHistoryPerKey(2).build());
		this.holder.get().objectStoreManagement().create(ObjectStoreConfiguration.builder(this.unique).build());
		NatsBuckets buckets = new NatsBuckets(this.holder, JetStreamOptions.builder().domain("shop").build());
		KeyValue keyValue = buckets.keyValue(this.unique);
		keyValue.put("a", "1");
		assertThat(keyValue.get("a").getValueAsString()).isEqualTo("1");
		ObjectStore objectStore = buckets.objectStore(this.unique);
		objectStore.put("a", new ByteArrayInputStream("text".getBytes(StandardCharsets.UTF_8)));
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		objectStore.get("a", out);
		assertThat(out).hasToString("text");
	}

	@Test
	void worksOnAfterTheConnectionIsReplaced() throws Exception {
		this.holder.get().keyValueManagement().create(KeyValueConfiguration.builder(this.unique).build());
		KeyValue keyValue = new NatsBuckets(this.holder, JetStreamOptions.defaultOptions()).keyValue(this.unique);
		keyValue.put("a", "1");
		this.holder.stop();
		assertThat(keyValue.get("a").getValueAsString()).isEqualTo("1");
	}

	@Test
	void asksInTheDomainThatWasChosen() throws Exception {
		this.holder.get().keyValueManagement().create(KeyValueConfiguration.builder(this.unique).build());
		JetStreamOptions elsewhere = JetStreamOptions.builder()
			.domain("elsewhere")
			.requestTimeout(Duration.ofSeconds(1))
			.build();
		KeyValue keyValue = new NatsBuckets(this.holder, elsewhere).keyValue(this.unique);
		assertThatExceptionOfType(NatsException.class).isThrownBy(keyValue::getStatus)
			.withMessageContaining("no response")
			.withCauseInstanceOf(IOException.class);
	}

	@Test
	void saysAtFirstUseThatABucketDoesNotExistUntilItDoes() throws Exception {
		NatsBuckets buckets = new NatsBuckets(this.holder, JetStreamOptions.defaultOptions());
		KeyValue keyValue = buckets.keyValue(this.unique);
		assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> keyValue.get("a"))
			.withMessage("Key-value bucket '%s' is not on the server; create it, or declare it", this.unique)
			.satisfies((ex) -> assertThat(ex.getBucket()).isEqualTo(this.unique));
		this.holder.get().keyValueManagement().create(KeyValueConfiguration.builder(this.unique).build());
		assertThat(keyValue.get("a")).isNull();
	}

	@Test
	void passesOnWhatJnatsThrowsForAMissingObjectStore() {
		ObjectStore objectStore = new NatsBuckets(this.holder, JetStreamOptions.defaultOptions())
			.objectStore(this.unique);
		assertThatExceptionOfType(JetStreamApiException.class).isThrownBy(() -> objectStore.getInfo("a"))
			.satisfies((ex) -> assertThat(ex.getApiErrorCode()).isEqualTo(10059));
		assertThatExceptionOfType(JetStreamApiException.class)
			.isThrownBy(() -> objectStore.put("a", new ByteArrayInputStream(new byte[1])))
			.satisfies((ex) -> assertThat(ex.getApiErrorCode()).isEqualTo(10059));
	}

	@Test
	void refusesWhatIsNoNameOfABucket() {
		NatsBuckets buckets = new NatsBuckets(this.holder, JetStreamOptions.defaultOptions());
		assertThatIllegalArgumentException().isThrownBy(() -> buckets.keyValue("my bucket"))
			.withMessageContaining("my bucket");
		assertThatIllegalArgumentException().isThrownBy(() -> buckets.objectStore("a.b")).withMessageContaining("a.b");
	}

}
