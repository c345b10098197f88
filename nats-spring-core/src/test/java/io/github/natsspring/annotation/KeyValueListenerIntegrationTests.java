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

package io.github.natsspring.annotation;

import java.util.Optional;

import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link NatsKeyValueListener} methods are given, against a real server.
 */
class KeyValueListenerIntegrationTests extends AbstractKeyValueListenerTests {

	@Test
	void givesTheValueTheVariableAndTheEntryOfCurrentValuesAndUpdates() throws Exception {
		this.bucket.put("user.1", "{\"name\":\"Ann\"}");
		this.bucket.put("user.2", "{\"name\":\"Bob\"}");
		this.bucket.put("user.1", "{\"name\":\"Anna\"}");
		this.bucket.put("group.1", "{\"name\":\"all\"}");
		Profiles listener = start(Profiles.class);
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("2 Bob 2", "1 Anna 3"));
		this.bucket.put("user.3", "{\"name\":\"Cem\"}");
		this.bucket.put("user.3.x", "{\"name\":\"deeper\"}");
		this.bucket.delete("user.2");
		this.bucket.put("user.3", "{\"name\":\"Cemal\"}");
		await().untilAsserted(
				() -> assertThat(listener.seen).containsExactly("2 Bob 2", "1 Anna 3", "3 Cem 5", "3 Cemal 8"));
		assertThat(listener.threads).allMatch((name) -> name.startsWith("nats-listener-"));
	}

	@Test
	void publishesAnEventWhenTheCurrentStateHasBeenRead() throws Exception {
		for (int i = 0; i < 50; i++) {
			this.bucket.put("user." + i, "{\"name\":\"x\"}");
		}
		Profiles listener = start(Profiles.class);
		await().untilAsserted(() -> assertThat(events().names()).containsExactly("NatsBucketStateReadEvent"));
		assertThat(events().sizes).containsExactly(50);
		assertThat(events().seen).singleElement().satisfies((event) -> {
			assertThat(event.getBucket()).isEqualTo(this.other.unique());
			assertThat(event.getListenerId()).isEqualTo("listener-changed");
			assertThat(event.getSource()).isSameAs(this.context.container("listener-changed"));
		});
		this.bucket.put("user.50", "{\"name\":\"x\"}");
		await().until(() -> listener.seen.size() == 51);
		this.context.container("listener-changed").stop();
		this.context.container("listener-changed").start();
		await().until(() -> listener.seen.size() == 102 && events().seen.size() == 2);
	}

	@Test
	void publishesTheEventForAnEmptyBucketToo() throws Exception {
		start(Profiles.class);
		await().untilAsserted(() -> assertThat(events().names()).containsExactly("NatsBucketStateReadEvent"));
	}

	@Test
	void publishesTheEventWhenNothingOfTheBucketIsWatched() throws Exception {
		this.bucket.put("group.1", "x");
		start(Profiles.class);
		await().untilAsserted(() -> assertThat(events().names()).containsExactly("NatsBucketStateReadEvent"));
		assertThat(events().sizes).containsExactly(0);
	}

	@Test
	void givesUpdatesOnlyWithoutCurrentValues() throws Exception {
		this.bucket.put("a", "old");
		UpdatesOnly listener = start(UpdatesOnly.class);
		this.bucket.put("b", "new");
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("new"));
		assertThat(events().seen).isEmpty();
	}

	@Test
	void givesAllRevisionsWithTheHistory() throws Exception {
		this.bucket.put("a", "1");
		this.bucket.put("b", "1");
		this.bucket.put("a", "2");
		this.bucket.delete("b");
		History listener = start(History.class);
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("1", "1", "2"));
		assertThat(events().sizes).containsExactly(3);
	}

	@Test
	void givesDeletesAndPurgesAsNoValue() throws Exception {
		this.bucket.put("a", "1");
		this.bucket.put("b", "1");
		this.bucket.delete("a");
		Deletes listener = start(Deletes.class);
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("PUT b 1", "DELETE a null"));
		this.bucket.purge("b");
		this.bucket.put("c", new byte[0]);
		await().untilAsserted(
				() -> assertThat(listener.seen).containsExactly("PUT b 1", "DELETE a null", "PURGE b null", "PUT c "));
	}

	@Test
	void givesDeletesAsAnEmptyOptional() throws Exception {
		OptionalDeletes listener = start(OptionalDeletes.class);
		this.bucket.put("a", "7");
		this.bucket.delete("a");
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("Optional[7]", "Optional.empty"));
	}

	@Test
	void givesTheEntryAlone() throws Exception {
		EntryOnly listener = start(EntryOnly.class);
		this.bucket.put("a", "1");
		this.bucket.delete("a");
		this.bucket.put("b/c=d", "2");
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("a", "a", "b/c=d"));
	}

	static class UpdatesOnly extends Seen {

		@NatsKeyValueListener(bucket = "${test}", includeCurrent = false)
		void on(String value) {
			see(value);
		}

	}

	static class History extends Seen {

		@NatsKeyValueListener(bucket = "${test}", includeHistory = true)
		void on(int value) {
			see(value);
		}

	}

	static class Deletes extends Seen {

		@NatsKeyValueListener(bucket = "${test}", includeDeletes = true)
		void on(@Nullable String value, KeyValueEntry entry) {
			see("%s %s %s".formatted(entry.getOperation(), entry.getKey(), value));
			assertThat(value == null).isEqualTo(entry.getOperation() != KeyValueOperation.PUT);
		}

	}

	static class OptionalDeletes extends Seen {

		@NatsKeyValueListener(bucket = "${test}", includeDeletes = true)
		void on(Optional<Integer> value) {
			see(value);
		}

	}

}
