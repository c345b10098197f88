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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMeta;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ObjectStoreTemplate}: what is stored, read, listed and deleted.
 */
class ObjectStoreTemplateIntegrationTests extends AbstractObjectStoreTests {

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

	private String stored(String name) throws Exception {
		String subject = "$O." + this.bucket + ".M." + java.util.Base64.getEncoder().encodeToString(name.getBytes());
		return new String(this.management.getLastMessage("OBJ_" + this.bucket, subject).getData(),
				StandardCharsets.UTF_8);
	}

}
