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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.watch.WatchListenerContainer;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.Mirror;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the containers of {@link NatsKeyValueListener} methods, which fail, pause,
 * stop and stand beside each other, against a real server.
 */
class KeyValueListenerContainersIntegrationTests extends AbstractKeyValueListenerTests {

	@Test
	void goesOnAfterAnExceptionAndCountsIt() throws Exception {
		Failing listener = start(Failing.class);
		Handler handler = this.context.context().getBean(Handler.class);
		for (int i = 0; i < 6; i++) {
			this.bucket.put("k" + i, String.valueOf(i));
		}
		this.bucket.put("text", "no number");
		this.bucket.put("k6", "6");
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("0", "2", "4", "6"));
		WatchListenerContainer container = (WatchListenerContainer) this.context.container("failing");
		assertThat(container.getFailureCount()).isEqualTo(4);
		assertThat(container.getStatus().state()).isEqualTo(State.RUNNING);
		assertThat(container.getStatus().detail()).isEqualTo("4 updates failed and were passed over");
		assertThat(handler.failures).hasSize(4).first().satisfies((failure) -> {
			assertThat(failure.listenerId()).isEqualTo("failing");
			assertThat(failure.exception()).hasMessage("expected by the test");
			assertThat(failure.message().getSubject()).endsWith(".k1");
		});
	}

	@Test
	void givesEachInstanceEverything() throws Exception {
		this.bucket.put("a", "1");
		try (ListenerContext third = new ListenerContext(server.url()).beside(this.other)) {
			third.bean("listener", EntryOnly.class).start();
			EntryOnly listener = start(EntryOnly.class);
			this.bucket.put("b", "1");
			await().untilAsserted(() -> assertThat(listener.seen).containsExactly("a", "b"));
			await().untilAsserted(() -> assertThat(third.get(EntryOnly.class).seen).containsExactly("a", "b"));
		}
	}

	@Test
	void goesOnBehindWhatWasHandledAfterAPause() throws Exception {
		EntryOnly listener = start(EntryOnly.class);
		this.bucket.put("a", "1");
		await().until(() -> listener.seen.size() == 1);
		this.context.container("listener-on").pause();
		this.bucket.put("b", "1");
		await().during(Duration.ofMillis(300)).until(() -> listener.seen.size() == 1);
		this.context.container("listener-on").resume();
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("a", "b"));
	}

	@Test
	void watchesAMirrorWithTheKeysOfItsOrigin() throws Exception {
		this.bucket.put("user.1", "{\"name\":\"Ann\"}");
		String origin = this.other.unique();
		ListenerContext mirrored = new ListenerContext(server.url());
		String name = mirrored.context().getEnvironment().getRequiredProperty("test");
		this.other.get(ConnectionHolder.class)
			.get()
			.keyValueManagement()
			.create(KeyValueConfiguration.builder(name).mirror(Mirror.builder().name("KV_" + origin).build()).build());
		try (mirrored) {
			mirrored.bean("listener", Profiles.class).bean("events", Events.class).start();
			Profiles listener = mirrored.get(Profiles.class);
			this.bucket.put("user.2", "{\"name\":\"Bob\"}");
			await().untilAsserted(() -> assertThat(listener.seen).containsExactly("1 Ann 1", "2 Bob 2"));
		}
	}

	@Test
	void leavesNoConsumerBehind() throws Exception {
		start(EntryOnly.class);
		String stream = "KV_" + this.other.unique();
		ConnectionHolder holder = this.other.get(ConnectionHolder.class);
		assertThat(holder.get().jetStreamManagement().getConsumerNames(stream)).singleElement()
			.asString()
			.startsWith("watch-listener-on-");
		this.context.container("listener-on").stop();
		await().until(() -> holder.get().jetStreamManagement().getConsumerNames(stream).isEmpty());
		assertThat(this.context.container("listener-on").getStatus().state()).isEqualTo(State.STOPPED);
	}

	static class Handler implements NatsErrorHandler {

		final List<FailedRun> failures = new CopyOnWriteArrayList<>();

		@Override
		public @Nullable Decision handle(FailedRun failure) {
			this.failures.add(failure);
			throw new IllegalStateException("a handler that fails");
		}

	}

	static class Failing extends Seen {

		@Bean
		static Handler handler() {
			return new Handler();
		}

		@NatsKeyValueListener(id = "failing", bucket = "${test}", errorHandler = "#{@handler}")
		void on(int value) {
			if (value % 2 == 1) {
				throw new IllegalStateException("expected by the test");
			}
			see(value);
		}

	}

}
