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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.topology.KeyValueDefinition;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.KeyValue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsKeyValueListener} methods whose bucket is missing or is another
 * one than before, against a real server.
 */
class ReplacedBucketIntegrationTests extends AbstractWatchFaultsTests {

	@Test
	void readsABucketAnewThatWasDeletedAndMadeAgain() throws Exception {
		KeyValue keyValue = create();
		keyValue.put("a", "1");
		keyValue.put("b", "1");
		Copy copy = start(Copy.class);
		await().until(() -> copy.events.size() == 1);
		this.client.keyValueManagement().delete(this.bucket);
		await().atMost(LONG).until(() -> container().getStatus().state() == State.STALLED);
		assertThat(container().getStatus().detail()).contains("there is no key-value bucket of that name");
		keyValue = create();
		keyValue.put("b", "2");
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(copy.events).containsExactly("NatsBucketStateReadEvent",
					"NatsBucketReplacedEvent", "NatsBucketStateReadEvent"));
		keyValue.put("c", "2");
		awaitSame(copy);
		await().until(() -> container().getStatus().state() == State.RUNNING);
		assertThat(copy.revisions).containsOnlyKeys("b", "c");
	}

	@Test
	void readsAlsoABucketAnewOfWhichItTakesUpdatesOnly() throws Exception {
		create().put("a", "1");
		UpdatesOnly copy = start(UpdatesOnly.class);
		await().until(() -> container().getStatus().state() == State.RUNNING);
		this.client.keyValueManagement().delete(this.bucket);
		KeyValue keyValue = create();
		keyValue.put("b", "2");
		await().atMost(LONG).untilAsserted(() -> assertThat(copy.values).containsExactly("2"));
		keyValue.put("c", "3");
		await().atMost(LONG).untilAsserted(() -> assertThat(copy.values).containsExactly("2", "3"));
	}

	@Test
	void readsABucketAnewThatAServerLost() throws Exception {
		KeyValue keyValue = create();
		keyValue.put("a", "1");
		Copy copy = start(Copy.class);
		await().until(() -> copy.events.size() == 1);
		this.server.restartWithoutStore();
		await().atMost(LONG).ignoreExceptions().until(() -> {
			create();
			return true;
		});
		update(keyValue, "b", "2");
		await().atMost(LONG).until(() -> copy.events.size() == 3);
		awaitSame(copy);
		assertThat(copy.revisions).containsOnlyKeys("b");
	}

	@Test
	void refusesToStartWithoutTheBucketAndNamesTheDeclaredOneThatWasMeant() {
		TopologyDefinition declared = new TopologyDefinition(List.of(), List.of(),
				List.of(new KeyValueDefinition(this.bucket + "s", "nats.key-value", (builder) -> builder)), List.of());
		this.context.factory((factory) -> factory.setTopology(() -> declared));
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> start(Copy.class))
			.havingRootCause()
			.isInstanceOf(NatsListenerException.class)
			.withMessageContaining("%s#changed: its attribute 'bucket' is '%s', and there is no key-value bucket",
					Copy.class.getName(), this.bucket)
			.withMessageContaining("Did you mean '%ss'? Otherwise declare it (nats.key-value.%s), create it",
					this.bucket, this.bucket);
	}

	static class UpdatesOnly {

		final List<String> values = new CopyOnWriteArrayList<>();

		@NatsKeyValueListener(bucket = "${test}", includeCurrent = false)
		void changed(String value) {
			this.values.add(value);
		}

	}

}
