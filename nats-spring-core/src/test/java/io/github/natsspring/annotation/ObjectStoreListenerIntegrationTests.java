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

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.event.NatsBucketEvent;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.test.NatsServer;
import io.nats.client.ObjectStore;
import io.nats.client.PurgeOptions;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMeta;
import io.nats.client.api.ObjectStoreConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsObjectStoreListener} methods, against a real server.
 */
@Timeout(60)
class ObjectStoreListenerIntegrationTests {

	private static NatsServer server;

	private final ListenerContext context = new ListenerContext(server.url());

	private final ListenerContext other = new ListenerContext(server.url());

	private ObjectStore store;

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
		this.store = bucket(this.other.unique());
	}

	private ObjectStore bucket(String name) throws Exception {
		ConnectionHolder holder = this.other.get(ConnectionHolder.class);
		holder.get().objectStoreManagement().create(ObjectStoreConfiguration.builder(name).build());
		return holder.get().objectStore(name);
	}

	@AfterEach
	void close() {
		this.context.close();
		this.other.close();
	}

	private <T> T start(Class<T> type) {
		this.context.bean("listener", type).start();
		return this.context.get(type);
	}

	private static byte[] bytes(int size, long seed) {
		byte[] bytes = new byte[size];
		new Random(seed).nextBytes(bytes);
		return bytes;
	}

	@Test
	void tellsOfCurrentObjectsAndOfChangesButNotOfDeletes() throws Exception {
		this.store.put("old", bytes(10, 1));
		this.store.put("older", bytes(10, 1));
		this.store.put("old", bytes(20, 1));
		this.store.delete("older");
		Infos listener = start(Infos.class);
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("old 20"));
		await().untilAsserted(() -> assertThat(listener.events).containsExactly("NatsBucketStateReadEvent"));
		this.store.put("new", bytes(30, 1));
		this.store.delete("old");
		this.store.put("newer", bytes(40, 1));
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("old 20", "new 30", "newer 40"));
	}

	@Test
	void tellsOfDeletesWhenTheyAreIncluded() throws Exception {
		Deletes listener = start(Deletes.class);
		this.store.put("a", bytes(10, 1));
		this.store.delete("a");
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("a false", "a true"));
	}

	@Test
	void tellsOfChangesOnlyWithoutCurrentObjects() throws Exception {
		this.store.put("old", bytes(10, 1));
		UpdatesOnly listener = start(UpdatesOnly.class);
		this.store.put("new", bytes(10, 1));
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("new"));
	}

	@Test
	void givesAContentOfSeveralMebibytes() throws Exception {
		byte[] content = bytes(5 * 1024 * 1024 + 7, 42);
		this.store.put("big", content);
		Contents listener = start(Contents.class);
		await().untilAsserted(() -> assertThat(listener.contents).hasSize(1));
		assertThat(listener.contents.get(0)).isEqualTo(content);
		this.store.put("empty", new byte[0]);
		this.store.put("one", new byte[] { 1 });
		await().untilAsserted(() -> assertThat(listener.contents).hasSize(3));
		assertThat(listener.contents.get(1)).isEmpty();
		assertThat(listener.contents.get(2)).containsExactly(1);
	}

	@Test
	void readsSingleBytesAndMarksTheEnd() throws Exception {
		byte[] content = bytes(70, 5);
		this.store.put(ObjectMeta.builder("small").chunkSize(16).build(), new ByteArrayInputStream(content));
		Single listener = start(Single.class);
		await().untilAsserted(() -> assertThat(listener.read).hasSize(71));
		assertThat(listener.read.get(70)).isEqualTo(-1);
		for (int i = 0; i < content.length; i++) {
			assertThat(listener.read.get(i)).isEqualTo(content[i] & 0xff);
		}
	}

	@Test
	void fetchesNothingOfAContentThatIsNotRead() throws Exception {
		this.store.put("big", bytes(1024 * 1024, 1));
		Unread listener = start(Unread.class);
		// Not there any more, which would show
		await().until(() -> listener.infos.size() == 1);
		assertThat(listener.failures).isEmpty();
		InputStream content = listener.contents.get(0);
		assertThatIOException().isThrownBy(content::read).withMessageContaining("its content is closed");
	}

	@Test
	void givesTheContentThatALinkLeadsTo() throws Exception {
		ObjectStore elsewhere = bucket(this.other.unique() + "x");
		ObjectInfo target = elsewhere.put("target", "elsewhere".getBytes(StandardCharsets.UTF_8));
		ObjectInfo local = this.store.put("local", "here".getBytes(StandardCharsets.UTF_8));
		this.store.addLink("far", target);
		this.store.addLink("near", local);
		this.store.addBucketLink("bucket", elsewhere);
		Texts listener = start(Texts.class);
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("local here", "far elsewhere",
				"near here", "bucket Object 'bucket' of bucket '%s' cannot be read: it is a link to bucket '%s'"
					.formatted(this.other.unique(), this.other.unique() + "x")));
	}

	@Test
	void failsTheReadOfAnObjectThatWasDeletedInBetween() throws Exception {
		// More than is on its way at once
		this.store.put("gone", bytes(12 * 1024 * 1024, 1));
		Held listener = start(Held.class);
		listener.began.await(10, TimeUnit.SECONDS);
		this.store.delete("gone");
		listener.release.countDown();
		await().untilAsserted(() -> assertThat(listener.failures).singleElement()
			.asString()
			.contains("Object 'gone' of bucket '%s' was replaced or deleted while it was read"
				.formatted(this.other.unique())));
	}

	@Test
	void failsTheReadOfAContentThatIsDamaged() throws Exception {
		ObjectInfo info = this.store.put(ObjectMeta.builder("damaged").chunkSize(1024).build(),
				new ByteArrayInputStream(bytes(4096, 1)));
		String stream = "OBJ_" + this.other.unique();
		String subject = "$O.%s.C.%s".formatted(this.other.unique(), info.getNuid());
		ConnectionHolder holder = this.other.get(ConnectionHolder.class);
		MessageInfo first = holder.get().jetStreamManagement().getFirstMessage(stream, subject);
		byte[] data = first.getData();
		data[0]++;
		holder.get().jetStreamManagement().purgeStream(stream, PurgeOptions.subject(subject));
		holder.get().jetStream().publish(subject, data);
		for (int i = 1; i < 4; i++) {
			holder.get().jetStream().publish(subject, Arrays.copyOfRange(bytes(4096, 1), i * 1024, (i + 1) * 1024));
		}
		Texts listener = start(Texts.class);
		await().untilAsserted(() -> assertThat(listener.seen).singleElement()
			.asString()
			.contains("is damaged: its digest is not the one that was stored"));
	}

	@Test
	void goesOnAfterAnException() throws Exception {
		this.store.put("a", bytes(1, 1));
		this.store.put("bad", bytes(1, 1));
		this.store.put("c", bytes(1, 1));
		Failing listener = start(Failing.class);
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("a", "c"));
		assertThat(this.context.container("listener-on").getStatus().detail())
			.isEqualTo("1 update failed and was passed over");
	}

	static class Seen {

		final List<String> seen = new CopyOnWriteArrayList<>();

		final List<String> events = new CopyOnWriteArrayList<>();

		@EventListener
		void event(NatsBucketEvent event) {
			this.events.add(event.getClass().getSimpleName());
		}

	}

	static class Infos extends Seen {

		@NatsObjectStoreListener(bucket = "${test}")
		void on(ObjectInfo info, @Header("nats_streamSequence") long sequence) {
			assertThat(sequence).isPositive();
			this.seen.add(info.getObjectName() + " " + info.getSize());
		}

	}

	static class Deletes extends Seen {

		@NatsObjectStoreListener(bucket = "${test}", includeDeletes = true)
		void on(ObjectInfo info) {
			this.seen.add(info.getObjectName() + " " + info.isDeleted());
		}

	}

	static class UpdatesOnly extends Seen {

		@NatsObjectStoreListener(bucket = "${test}", includeCurrent = false)
		void on(ObjectInfo info) {
			this.seen.add(info.getObjectName());
		}

	}

	static class Contents {

		final List<byte[]> contents = new CopyOnWriteArrayList<>();

		@NatsObjectStoreListener(bucket = "${test}")
		void on(InputStream content) throws IOException {
			this.contents.add(content.readAllBytes());
		}

	}

	static class Single {

		final List<Integer> read = new CopyOnWriteArrayList<>();

		@NatsObjectStoreListener(bucket = "${test}")
		void on(InputStream content) throws IOException {
			int next;
			do {
				next = content.read();
				this.read.add(next);
			}
			while (next >= 0);
		}

	}

	static class Unread {

		final List<InputStream> contents = new CopyOnWriteArrayList<>();

		final List<ObjectInfo> infos = new CopyOnWriteArrayList<>();

		final List<String> failures = new CopyOnWriteArrayList<>();

		@NatsObjectStoreListener(bucket = "${test}")
		void on(ObjectInfo info, InputStream content) throws IOException {
			if (content.available() != 0) {
				this.failures.add("fetched");
			}
			this.contents.add(content);
			this.infos.add(info);
		}

	}

	static class Texts extends Seen {

		@NatsObjectStoreListener(bucket = "${test}")
		void on(ObjectInfo info, InputStream content) {
			try {
				this.seen.add(info.getObjectName() + " " + new String(content.readAllBytes(), StandardCharsets.UTF_8));
			}
			catch (IOException ex) {
				this.seen.add(info.getObjectName() + " " + ex.getMessage());
			}
		}

	}

	static class Held {

		final CountDownLatch began = new CountDownLatch(1);

		final CountDownLatch release = new CountDownLatch(1);

		final List<Throwable> failures = new CopyOnWriteArrayList<>();

		@Bean
		NatsErrorHandler keepFailures() {
			return new NatsErrorHandler() {

				@Override
				public @Nullable Decision handle(FailedRun failure) {
					Held.this.failures.add(failure.exception());
					return null;
				}

			};
		}

		@NatsObjectStoreListener(bucket = "${test}", errorHandler = "keepFailures")
		void on(InputStream content) throws Exception {
			assertThat(content.readNBytes(1000)).hasSize(1000);
			this.began.countDown();
			this.release.await(10, TimeUnit.SECONDS);
			content.transferTo(OutputStream.nullOutputStream());
		}

	}

	static class Failing extends Seen {

		@NatsObjectStoreListener(bucket = "${test}")
		void on(ObjectInfo info) {
			if (info.getObjectName().equals("bad")) {
				throw new IllegalStateException("expected by the test");
			}
			this.seen.add(info.getObjectName());
		}

	}

}
