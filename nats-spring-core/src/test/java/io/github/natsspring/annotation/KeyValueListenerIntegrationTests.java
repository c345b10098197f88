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

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.event.NatsBucketEvent;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.watch.WatchListenerContainer;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.Mirror;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsKeyValueListener} methods, against a real server.
 */
@Timeout(60)
class KeyValueListenerIntegrationTests {

	private static NatsServer server;

	private final ListenerContext context = new ListenerContext(server.url());

	private final ListenerContext other = new ListenerContext(server.url());

	private KeyValue bucket;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void createBucket() throws Exception {
		this.other.start();
		this.context.beside(this.other);
		this.bucket = bucket((builder) -> builder);
	}

	private KeyValue bucket(UnaryOperator<KeyValueConfiguration.Builder> customizer) throws Exception {
		ConnectionHolder holder = this.other.get(ConnectionHolder.class);
		String name = this.other.unique();
		try {
			holder.get().keyValueManagement().delete(name);
		}
		catch (JetStreamApiException ex) {
			// The first one
		}
		holder.get()
			.keyValueManagement()
			.create(customizer.apply(KeyValueConfiguration.builder(name).maxHistoryPerKey(5)).build());
		return holder.get().keyValue(name);
	}

	@AfterEach
	void close() {
		this.context.close();
		this.other.close();
	}

	private <T extends Seen> T start(Class<T> type) {
		this.context.bean("listener", type).bean("events", Events.class).start();
		return this.context.get(type);
	}

	private Events events() {
		return this.context.get(Events.class);
	}

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

	@Test
	void watchesSeveralPatternsAlsoThoseThatOverlap() throws Exception {
		Several listener = start(Several.class);
		for (String key : List.of("user.1", "user.admin", "group.admin", "group.1", "device.x.y", "device", "other")) {
			this.bucket.put(key, key);
		}
		await().untilAsserted(
				() -> assertThat(listener.seen).containsExactly("user.1", "user.admin", "group.admin", "device.x.y"));
	}

	@Test
	void watchesKeysOfAListExpression() throws Exception {
		this.context.context().registerBean("watched", List.class, () -> List.of("a.*", "b"));
		Listed listener = start(Listed.class);
		for (String key : List.of("a.1", "b", "c", "a.1.2")) {
			this.bucket.put(key, key);
		}
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("a.1", "b"));
	}

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
	void takesWhatAConfigurerSaysForAllListeners() throws Exception {
		this.context.context()
			.registerBean(NatsListenerConfigurer.class,
					() -> (registrar) -> registrar.setCustomMethodArgumentResolvers(new TenantResolver()));
		this.bucket.put("a", "x");
		WithTenant listener = start(WithTenant.class);
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("x of blue"));
	}

	@Test
	void callsABeanOfAnotherScopeThroughItsProxy() throws Exception {
		this.context.context().register(Fresh.class);
		this.context.start();
		this.bucket.put("a", "1");
		this.bucket.put("b", "2");
		await().untilAsserted(() -> assertThat(Fresh.seen).containsExactly("1 1", "2 1"));
	}

	@Test
	void takesMetaAnnotationsAndSeveralAnnotations() throws Exception {
		Composed listener = start(Composed.class);
		this.bucket.put("left.1", "1");
		this.bucket.put("right.1", "2");
		this.bucket.put("meta.1", "3");
		await().untilAsserted(() -> assertThat(listener.seen).containsExactlyInAnyOrder("1", "2", "3"));
		assertThat(this.context.container("listener-twice")).isNotNull();
		assertThat(this.context.container("listener-twice-2")).isNotNull();
	}

	@Test
	void startsLaterWhenItDoesNotStartByItself() throws Exception {
		NotStarted listener = start(NotStarted.class);
		this.bucket.put("a", "1");
		assertThat(this.context.container("later").isRunning()).isFalse();
		this.context.container("later").start();
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("1"));
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

	abstract static class Seen {

		final List<String> seen = new CopyOnWriteArrayList<>();

		final List<String> threads = new CopyOnWriteArrayList<>();

		void see(Object what) {
			this.seen.add(String.valueOf(what));
			this.threads.add(Thread.currentThread().getName());
		}

	}

	static class Events implements ApplicationListener<NatsBucketEvent> {

		final List<NatsBucketEvent> seen = new CopyOnWriteArrayList<>();

		final List<Integer> sizes = new CopyOnWriteArrayList<>();

		private final Seen listener;

		Events(Seen listener) {
			this.listener = listener;
		}

		@Override
		public void onApplicationEvent(NatsBucketEvent event) {
			this.sizes.add(this.listener.seen.size());
			this.seen.add(event);
		}

		List<String> names() {
			return this.seen.stream().map((event) -> event.getClass().getSimpleName()).toList();
		}

	}

	record Profile(String name) {
	}

	static class WithTenant extends Seen {

		@NatsKeyValueListener(bucket = "${test}")
		void changed(String value, Tenant tenant) {
			this.seen.add(value + " of " + tenant.name());
		}

	}

	record Tenant(String name) {
	}

	static class TenantResolver implements HandlerMethodArgumentResolver {

		@Override
		public boolean supportsParameter(MethodParameter parameter) {
			return parameter.getParameterType() == Tenant.class;
		}

		@Override
		public Object resolveArgument(MethodParameter parameter, Message<?> message) {
			return new Tenant("blue");
		}

	}

	@Component
	@Scope(scopeName = BeanDefinition.SCOPE_PROTOTYPE, proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class Fresh {

		static final Queue<String> seen = new ConcurrentLinkedQueue<>();

		private int calls;

		@NatsKeyValueListener(bucket = "${test}")
		void changed(String value) {
			seen.add(value + " " + ++this.calls);
		}

	}

	static class Profiles extends Seen {

		@NatsKeyValueListener(bucket = "${test}", keys = "user.{id}")
		void changed(@DestinationVariable String id, Profile profile, KeyValueEntry entry) {
			see("%s %s %d".formatted(id, profile.name(), entry.getRevision()));
		}

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

	static class EntryOnly extends Seen {

		@NatsKeyValueListener(bucket = "${test}", includeDeletes = true)
		void on(KeyValueEntry entry) {
			see(entry.getKey());
		}

	}

	static class Several extends Seen {

		@NatsKeyValueListener(bucket = "${test}", keys = { "user.*", "*.admin", "device.>" })
		void on(KeyValueEntry entry) {
			see(entry.getKey());
		}

	}

	static class Listed extends Seen {

		@NatsKeyValueListener(bucket = "${test}", keys = "#{@watched}")
		void on(KeyValueEntry entry) {
			see(entry.getKey());
		}

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

	@Retention(RetentionPolicy.RUNTIME)
	@NatsKeyValueListener(bucket = "${test}")
	@interface Watched {

		@AliasFor(annotation = NatsKeyValueListener.class, attribute = "keys")
		String[] value();

	}

	static class Composed extends Seen {

		@NatsKeyValueListener(bucket = "${test}", keys = "left.*")
		@NatsKeyValueListener(bucket = "${test}", keys = "right.*")
		void twice(String value) {
			see(value);
		}

		@Watched("meta.*")
		void meta(byte[] value) {
			see(new String(value, StandardCharsets.UTF_8));
		}

	}

	static class NotStarted extends Seen {

		@NatsKeyValueListener(id = "later", bucket = "${test}", autoStartup = "#{false}")
		void on(String value) {
			see(value);
		}

	}

}
