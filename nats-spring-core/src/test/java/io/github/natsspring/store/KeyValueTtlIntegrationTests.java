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

import java.time.Duration;

import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueOperation;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the time to live of keys.
 */
class KeyValueTtlIntegrationTests extends AbstractStoreTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration LONG = Duration.ofSeconds(20);

	@Test
	void aKeyGoesAfterItsTimeAndMayBeCreatedAgain() throws Exception {
		createKeyValue(KeyValueConfiguration.builder().maxHistoryPerKey(3).limitMarker(Duration.ofSeconds(2)));
		KeyValueTemplate<String> sessions = keyValues().of(this.bucket, String.class);
		sessions.create("s", "ada", SECOND);
		sessions.create("long", "bob", Duration.ofHours(1));
		assertThat(sessions.get("s")).isEqualTo("ada");
		Awaitility.await().atMost(LONG).until(() -> sessions.get("s") == null);
		assertThat(sessions.get("long")).isEqualTo("bob");
		assertThat(sessions.keys()).containsExactly("long");
		assertThat(sessions.history("s")).last()
			.extracting(KeyValueRevision::operation)
			.isEqualTo(KeyValueOperation.PURGE);
		sessions.create("s", "eve", SECOND);
		assertThat(sessions.update("s", (value) -> value + "!")).isEqualTo("eve!");
	}

	@Test
	void theMarkerOfAPurgeGoesAfterItsTime() throws Exception {
		createKeyValue(KeyValueConfiguration.builder().maxHistoryPerKey(3).limitMarker(SECOND));
		KeyValueTemplate<String> sessions = keyValues().of(this.bucket, String.class);
		sessions.put("s", "ada");
		sessions.purge("s", SECOND);
		assertThat(sessions.get("s")).isNull();
		Awaitility.await().atMost(LONG).until(() -> sessions.history("s").isEmpty());
	}

	@Test
	void saysBeforeItAsksThatTheBucketHasNoTimesToLive() throws Exception {
		createKeyValue();
		KeyValueTemplate<String> sessions = keyValues().of(this.bucket, String.class);
		assertThatExceptionOfType(KeyTtlNotSupportedException.class)
			.isThrownBy(() -> sessions.create("s", "ada", SECOND))
			.withMessageContainingAll("'s'", this.bucket, "limit-marker-ttl", "2.11", server.version().toString());
		assertThatExceptionOfType(KeyTtlNotSupportedException.class).isThrownBy(() -> sessions.purge("s", SECOND));
		assertThat(sessions.history("s")).isEmpty();
	}

	@Test
	void refusesATimeBelowASecond() throws Exception {
		createKeyValue(KeyValueConfiguration.builder().limitMarker(SECOND));
		KeyValueTemplate<String> sessions = keyValues().of(this.bucket, String.class);
		assertThatIllegalArgumentException().isThrownBy(() -> sessions.create("s", "ada", Duration.ofMillis(10)))
			.withMessageContainingAll("'s'", "at least a second", "PT0.01S");
	}

}
