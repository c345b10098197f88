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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.natsspring.core.JetStreamPublishOptions;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.ObjectStore;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMeta;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ObjectStoreTemplate}.
 */
class ObjectStoreTemplateIntegrationTests extends AbstractStoreTests {

	private ObjectStore raw;

	private JetStreamManagement management;

	private ObjectStoreTemplate objects;

	@BeforeEach
	void createBucket() throws Exception {
		this.raw = createObjectStore();
		this.management = this.holder.get().jetStreamManagement();
		this.objects = objectStores().of(this.bucket);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "1, 0", "131071, 0", "131072, 0", "131073, 0", "1048576, 0", "3000000, 0", "0, 1000",
			"999, 1000", "1000, 1000", "1001, 1000", "5000, 1000", "100000, 100", "1000000, 1000000" })
	void storesWhatJnatsReadsAndReadsWhatJnatsStores(int size, int chunkSize) throws Exception {
		byte[] content = content(size);
		ObjectMeta.Builder meta = ObjectMeta.builder("ours")
			.description("a description")
			.headers(new Headers().put("a", "b"))
			.metadata(Map.of("m", "n"));
		if (chunkSize > 0) {
			meta.chunkSize(chunkSize);
		}
		ObjectInfo ours = this.objects.put(meta.build(), new ByteArrayInputStream(content));
		ObjectInfo theirs = this.raw.put(meta.objectName("theirs").build(), new ByteArrayInputStream(content));
		// The two differ in name and id only, to the byte
		assertThat(stored("ours"))
			.isEqualTo(stored("theirs").replace("\"theirs\"", "\"ours\"").replace(theirs.getNuid(), ours.getNuid()));
		assertThat(ours.getDigest()).isEqualTo(theirs.getDigest());
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		this.raw.get("ours", out);
		assertThat(out.toByteArray()).isEqualTo(content);
		try (ObjectDownload download = this.objects.get("theirs")) {
			assertThat(download.info().getSize()).isEqualTo(size);
			assertThat(download.readAllBytes()).isEqualTo(content);
			assertThat(download.read()).isEqualTo(-1);
		}
		try (ObjectDownload download = this.objects.get("ours")) {
			assertThat(download.info().getMetaData()).containsEntry("m", "n");
			out.reset();
			assertThat(download.transferTo(out)).isEqualTo(size);
			assertThat(out.toByteArray()).isEqualTo(content);
		}
	}

	@Test
	void readsByteByByteAndInPieces() throws Exception {
		byte[] content = content(2500);
		this.objects.put(ObjectMeta.builder("o").chunkSize(1000).build(), new ByteArrayInputStream(content));
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (InputStream download = this.objects.get("o")) {
			for (int next = download.read(); next != -1; next = download.read()) {
				out.write(next);
				byte[] piece = new byte[77];
				int count = download.read(piece, 7, 70);
				out.write(piece, 7, Math.max(count, 0));
			}
		}
		assertThat(out.toByteArray()).isEqualTo(content);
	}

	@Test
	void storesResourcesFilesAndStreamsThatComeInPieces(@TempDir Path directory) throws Exception {
		byte[] content = content(300_000);
		Path file = Files.write(directory.resolve("f"), content);
		assertThat(this.objects.put("file", file).getChunks()).isEqualTo(3);
		assertThat(this.objects.put("resource", new ByteArrayResource(content)).getSize()).isEqualTo(300_000);
		ObjectInfo info = this.objects.put("pieces", new ByteArrayInputStream(content) {

			@Override
			public synchronized int read(byte[] target, int offset, int length) {
				return super.read(target, offset, Math.min(length, 1000));
			}

		});
		// Chunks are full, however the stream comes
		assertThat(info.getChunks()).isEqualTo(3);
		for (String name : List.of("file", "resource", "pieces")) {
			assertThat(read(name)).isEqualTo(content);
		}
	}

	@Test
	void replacesAnObjectAndRemovesItsChunks() throws Exception {
		ObjectMeta meta = ObjectMeta.builder("o").chunkSize(1000).build();
		this.objects.put(meta, new ByteArrayInputStream(content(5000)));
		ObjectInfo second = this.objects.put(meta, new ByteArrayInputStream(content(3000)));
		assertThat(read("o")).isEqualTo(content(3000));
		assertThat(messages()).isEqualTo(3 + 1);
		assertThat(this.objects.getInfo("o")).satisfies((info) -> {
			assertThat(info.getNuid()).isEqualTo(second.getNuid());
			assertThat(info.getModified()).isNotNull();
		});
	}

	@Test
	void replacesAtTheSameTimeWithoutLeavingChunks() throws Exception {
		List<CompletableFuture<ObjectInfo>> puts = new ArrayList<>();
		for (int i = 1; i <= 6; i++) {
			byte[] content = content(i * 1000);
			puts.add(CompletableFuture.supplyAsync(() -> {
				try {
					return this.objects.put(ObjectMeta.builder("o").chunkSize(1000).build(),
							new ByteArrayInputStream(content));
				}
				catch (IOException ex) {
					throw new java.io.UncheckedIOException(ex);
				}
			}, (task) -> new Thread(task).start()));
		}
		for (CompletableFuture<ObjectInfo> put : puts) {
			put.get(20, TimeUnit.SECONDS);
		}
		ObjectInfo last = this.objects.getInfo("o");
		assertThat(read("o")).hasSize((int) last.getSize());
		assertThat(messages()).isEqualTo(last.getChunks() + 1);
	}

	@Test
	void findsObjectsOfAnyNameWhereverTheirClientPutThem() throws Exception {
		// Its code has a slash or a plus, which most clients write as '_' and '-'
		String name = "a?b>~~/ü ÿ>>??.txt";
		this.raw.put(name, content(10));
		assertThat(read(name)).isEqualTo(content(10));
		this.objects.put(name, new ByteArrayInputStream(content(20)));
		assertThat(this.objects.list()).hasSize(1);
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		this.raw.get(name, out);
		assertThat(out.toByteArray()).isEqualTo(content(20));
		String other = name + "2?>";
		this.objects.put(other, new ByteArrayInputStream(content(30)));
		assertThat(
				this.management
					.getLastMessage("OBJ_" + this.bucket,
							"$O." + this.bucket + ".M."
									+ java.util.Base64.getUrlEncoder()
										.encodeToString(other.getBytes(StandardCharsets.UTF_8)))
					.getData())
			.isNotEmpty();
		assertThat(read(other)).isEqualTo(content(30));
		assertThat(this.objects.delete(other)).isTrue();
		assertThat(this.objects.list()).hasSize(1);
	}

	@Test
	void listsAndDeletes() throws Exception {
		assertThat(this.objects.list()).isEmpty();
		for (int i = 0; i < 150; i++) {
			this.objects.put("o" + i, new ByteArrayInputStream(content(i)));
		}
		assertThat(this.objects.delete("o7")).isTrue();
		assertThat(this.objects.delete("o7")).isFalse();
		assertThat(this.objects.delete("none")).isFalse();
		assertThat(this.objects.getInfo("o7")).isNull();
		assertThat(this.raw.getInfo("o7")).isNull();
		assertThat(this.raw.getInfo("o7", true).isDeleted()).isTrue();
		assertThat(this.objects.list()).hasSize(149).extracting(ObjectInfo::getObjectName).doesNotContain("o7");
		assertThatExceptionOfType(ObjectNotFoundException.class).isThrownBy(() -> this.objects.get("o7"))
			.withMessage("Object 'o7' is not in bucket '%s'", this.bucket)
			.satisfies((ex) -> assertThat(ex.getObjectName()).isEqualTo("o7"));
		this.objects.put("o7", new ByteArrayInputStream(content(8)));
		assertThat(read("o7")).isEqualTo(content(8));
		this.raw.delete("o8");
		assertThat(this.objects.getInfo("o8")).isNull();
		assertThat(messages("$O." + this.bucket + ".C.>")).isEqualTo(148);
	}

	@Test
	void followsLinks() throws Exception {
		ObjectInfo target = this.objects.put("target", new ByteArrayInputStream(content(10)));
		ObjectInfo link = this.objects.link("link", target);
		assertThat(link.isLink()).isTrue();
		assertThat(read("link")).isEqualTo(content(10));
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		this.raw.get("link", out);
		assertThat(out.toByteArray()).isEqualTo(content(10));
		String other = this.bucket + "-other";
		this.holder.get()
			.objectStoreManagement()
			.create(io.nats.client.api.ObjectStoreConfiguration.builder(other).build());
		ObjectStoreTemplate elsewhere = objectStores().of(other);
		elsewhere.link("far", target);
		try (ObjectDownload download = elsewhere.get("far")) {
			assertThat(download.readAllBytes()).isEqualTo(content(10));
			assertThat(download.info().getBucket()).isEqualTo(this.bucket);
		}
		this.objects.linkBucket("bucket", other);
		assertThat(this.objects.getInfo("bucket").getLink().getBucket()).isEqualTo(other);
		assertThatExceptionOfType(ObjectStoreException.class).isThrownBy(() -> this.objects.get("bucket"))
			.withMessageContaining("a link to bucket '" + other + "'");
		assertThatIllegalArgumentException().isThrownBy(() -> this.objects.link("target", target))
			.withMessageContaining("must not replace");
		assertThatIllegalArgumentException().isThrownBy(() -> this.objects.link("l2", link))
			.withMessageContaining("is a link itself");
		assertThat(this.objects.delete("link")).isTrue();
		assertThat(read("target")).isEqualTo(content(10));
	}

	@Test
	void refusesToTurnInACircleOfLinks() throws Exception {
		ObjectInfo a = this.objects.put("a", new ByteArrayInputStream(content(1)));
		this.objects.link("b", a);
		this.objects.delete("a");
		this.raw.addLink("a", ObjectInfo.builder(this.bucket, "b").build());
		assertThatExceptionOfType(ObjectStoreException.class).isThrownBy(() -> this.objects.get("a"))
			.withMessageContaining("too many links");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 5, 10 })
	void doesNotReplaceAnObjectThatIsStoredWhileALinkIsMade(int publishing) throws Exception {
		ObjectInfo target = this.objects.put("target", new ByteArrayInputStream(content(10)));
		ObjectMeta meta = ObjectMeta.builder("o").chunkSize(1000).build();
		AtomicInteger publishings = new AtomicInteger();
		ObjectStoreTemplate slow = meanwhile(() -> {
			// Others change the link before each publishing, and store an object in the
			// end
			if (publishings.incrementAndGet() < publishing) {
				this.objects.link("o", target);
			}
			else if (publishings.get() == publishing) {
				this.objects.put(meta, new ByteArrayInputStream(content(3000)));
			}
		});
		assertThatException().isThrownBy(() -> slow.link("o", target)).satisfies((ex) -> {
			if (publishing < 10) {
				assertThat(ex).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("must not replace");
			}
			else {
				assertThat(ex).isInstanceOf(ObjectStoreException.class).hasMessageContaining("was not changed");
			}
		});
		assertThat(publishings).hasValue(publishing);
		assertThat(read("o")).isEqualTo(content(3000));
	}

	@Test
	void replacesALinkThatIsMadeAtTheSameTimeAndDeletesWhatTookItsPlace() throws Exception {
		ObjectInfo target = this.objects.put("target", new ByteArrayInputStream(content(10)));
		ObjectInfo other = this.objects.put("other", new ByteArrayInputStream(content(20)));
		AtomicInteger publishings = new AtomicInteger();
		ObjectStoreTemplate slow = meanwhile(() -> {
			if (publishings.incrementAndGet() == 1) {
				this.objects.link("l", other);
			}
			else if (publishings.get() == 3) {
				this.objects.put("l", new ByteArrayInputStream(content(30)));
			}
		});
		slow.link("l", target);
		assertThat(publishings).hasValue(2);
		assertThat(read("l")).isEqualTo(content(10));
		// To delete is to delete whatever has the name, also what took the place of the
		// link
		assertThat(slow.delete("l")).isTrue();
		assertThat(publishings).hasValue(4);
		assertThat(this.objects.getInfo("l")).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "500", "1000", "5000" })
	void failsTheLastReadOfAWrongDigest(int size) throws Exception {
		byte[] content = content(size);
		ObjectInfo info = this.objects.put(ObjectMeta.builder("o").chunkSize(1000).build(),
				new ByteArrayInputStream(content));
		describe(ObjectInfo.builder(info).digest("SHA-256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=").build());
		try (ObjectDownload download = this.objects.get("o")) {
			byte[] start = download.readNBytes(size - Math.min(size, 1000));
			assertThat(start).isEqualTo(java.util.Arrays.copyOf(content, start.length));
			assertThatExceptionOfType(ObjectDownloadException.class).isThrownBy(download::read)
				.withMessage("Object 'o' of bucket '%s' is damaged: its digest is not the one that was stored",
						this.bucket);
			assertThatExceptionOfType(ObjectDownloadException.class).isThrownBy(download::readAllBytes);
		}
	}

	@Test
	void saysWhatIsWrongWithADamagedObject() throws Exception {
		ObjectMeta meta = ObjectMeta.builder("o").chunkSize(1000).build();
		ObjectInfo info = this.objects.put(meta, new ByteArrayInputStream(content(5000)));
		describe(ObjectInfo.builder(info).size(4999).build());
		assertThatIOException().isThrownBy(() -> read("o")).withMessageContaining("5000 bytes, and should have 4999");
		describe(ObjectInfo.builder(info).chunks(6).build());
		assertThatIOException().isThrownBy(() -> read("o")).withMessageContaining("5 chunks of 6");
		describe(ObjectInfo.builder(info).digest(null).build());
		assertThatIOException().isThrownBy(() -> read("o")).withMessageContaining("has no digest");
		describe(ObjectInfo.builder(info).chunks(1).nuid("nothing").build());
		assertThatIOException().isThrownBy(() -> read("o")).withMessageContaining("0 chunks of 1");
		describe(info);
		assertThat(read("o")).isEqualTo(content(5000));
	}

	@Test
	void saysThatAnObjectWasReplacedWhileItWasRead() throws Exception {
		ObjectMeta meta = ObjectMeta.builder("o").chunkSize(1000).build();
		this.objects.put(meta, new ByteArrayInputStream(content(2_000_000)));
		try (ObjectDownload download = this.objects.get("o")) {
			assertThat(download.readNBytes(1000)).hasSize(1000);
			this.objects.put(meta, new ByteArrayInputStream(content(10)));
			assertThatExceptionOfType(ObjectDownloadException.class).isThrownBy(download::readAllBytes)
				.withMessageContaining("was replaced or deleted while it was read");
		}
		assertThat(read("o")).isEqualTo(content(10));
	}

	@Test
	void keepsTheOldObjectAndNoChunksWhenTheContentCannotBeRead() throws Exception {
		this.objects.put("o", new ByteArrayInputStream(content(10)));
		InputStream broken = new ByteArrayInputStream(content(50_000)) {

			@Override
			public synchronized int read(byte[] target, int offset, int length) {
				if (this.pos > 20_000) {
					throw new IllegalStateException("broken");
				}
				return super.read(target, offset, length);
			}

		};
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.objects.put(ObjectMeta.builder("o").chunkSize(1000).build(), broken))
			.withMessage("broken");
		assertThat(read("o")).isEqualTo(content(10));
		assertThat(messages()).isEqualTo(2);
	}

	@Test
	void leavesNothingWhenTheThreadIsInterrupted() throws Exception {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			InputStream content = new ByteArrayInputStream(content(50_000)) {

				@Override
				public synchronized int read(byte[] target, int offset, int length) {
					if (this.pos > 20_000) {
						Thread.currentThread().interrupt();
					}
					return super.read(target, offset, length);
				}

			};
			try {
				this.objects.put(ObjectMeta.builder("o").chunkSize(1000).build(), content);
				failure.complete(null);
			}
			catch (Exception ex) {
				failure.complete(Thread.currentThread().isInterrupted() ? ex : null);
			}
		});
		thread.start();
		assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(ObjectStoreException.class)
			.hasMessageContaining("was not stored");
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> messages() == 0);
	}

	@Test
	void refusesWhatCannotBeStored() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.objects.put("", new ByteArrayInputStream(content(1))))
			.withMessageContaining("name");
		ObjectMeta link = ObjectMeta.builder("l").link(io.nats.client.api.ObjectLink.bucket("b")).build();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.objects.put(link, new ByteArrayInputStream(content(1))))
			.withMessageContaining("cannot be a link");
		ObjectMeta large = ObjectMeta.builder("l").chunkSize(2_000_000).build();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.objects.put(large, new ByteArrayInputStream(content(1))))
			.withMessageContainingAll("chunks of 2000000 bytes", "max_payload");
		assertThatExceptionOfType(BucketNotFoundException.class)
			.isThrownBy(() -> objectStores().of("none").put("o", new ByteArrayInputStream(content(1))))
			.withMessage("Object-store bucket 'none' is not on the server; create it, or declare it");
		assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> objectStores().of("none").list());
	}

	@Test
	void survivesARestartWhileAnObjectIsRead() throws Exception {
		byte[] content = content(20_000_000);
		this.objects.put("o", new ByteArrayInputStream(content));
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (ObjectDownload download = this.objects.get("o")) {
			out.write(download.readNBytes(6_000_000));
			server.restart();
			download.transferTo(out);
		}
		assertThat(out.toByteArray()).isEqualTo(content);
	}

	@Test
	void failsAnUploadWithoutAnswersAndKeepsTheOldObject() throws Exception {
		ObjectStoreTemplate hasty = objectStores(
				JetStreamTemplateSettings.defaults().with(Duration.ofMillis(500), 1000))
			.of(this.bucket);
		hasty.put("o", new ByteArrayInputStream(content(10)));
		assertThatExceptionOfType(ObjectStoreException.class)
			.isThrownBy(() -> hasty.put("o", new ByteArrayInputStream(content(20_000_000)) {

				@Override
				public synchronized int read(byte[] target, int offset, int length) {
					if (this.pos > 10_000_000 && this.pos < 10_000_000 + length) {
						server.pause();
					}
					return super.read(target, offset, length);
				}

			}))
			.withMessageContainingAll("'o'", "was not stored");
		server.resume();
		Awaitility.await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> read("o").length == 10);
	}

	/**
	 * A template during whose changes something else happens.
	 */
	private ObjectStoreTemplate meanwhile(ThrowingRunnable action) {
		JetStreamOptions options = JetStreamOptions.defaultOptions();
		JetStreamTemplateSettings settings = JetStreamTemplateSettings.defaults();
		BucketAccess access = new BucketAccess(this.holder, options, "Object-store bucket", this.bucket,
				"OBJ_" + this.bucket);
		return new ObjectStoreTemplate(objectStores(), access,
				new JetStreamTemplate(this.holder, new RawBytesConverter(), options, settings) {

					@Override
					public PublishAck publish(String subject, @Nullable Object payload,
							Consumer<JetStreamPublishOptions> publishOptions) {
						try {
							action.run();
						}
						catch (Exception ex) {
							throw new IllegalStateException(ex);
						}
						return super.publish(subject, payload, publishOptions);
					}

				});
	}

	private byte[] read(String name) throws IOException {
		try (ObjectDownload download = this.objects.get(name)) {
			return download.readAllBytes();
		}
	}

	private void describe(ObjectInfo info) throws Exception {
		this.holder.get()
			.jetStream()
			.publish(io.nats.client.impl.NatsMessage.builder()
				.subject("$O." + this.bucket + ".M." + java.util.Base64.getEncoder().encodeToString("o".getBytes()))
				.headers(new Headers().put("Nats-Rollup", "sub"))
				.data(info.serialize())
				.build());
	}

	private String stored(String name) throws Exception {
		String subject = "$O." + this.bucket + ".M." + java.util.Base64.getEncoder().encodeToString(name.getBytes());
		return new String(this.management.getLastMessage("OBJ_" + this.bucket, subject).getData(),
				StandardCharsets.UTF_8);
	}

	private long messages() throws Exception {
		return messages(">");
	}

	private long messages(String subjects) throws Exception {
		return this.management
			.getStreamInfo("OBJ_" + this.bucket, io.nats.client.api.StreamInfoOptions.filterSubjects(subjects))
			.getStreamState()
			.getSubjects()
			.stream()
			.mapToLong((subject) -> subject.getCount())
			.sum();
	}

	private static byte[] content(int size) {
		byte[] content = new byte[size];
		new Random(size).nextBytes(content);
		return content;
	}

	private interface ThrowingRunnable {

		void run() throws Exception;

	}

}
