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
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.core.JetStreamTemplateSettings;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMeta;
import io.nats.client.impl.Headers;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link ObjectStoreTemplate} when objects are damaged, contents cannot be read
 * or the server is away.
 */
class ObjectStoreFaultsIntegrationTests extends AbstractObjectStoreTests {

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

	private void describe(ObjectInfo info) throws Exception {
		this.holder.get()
			.jetStream()
			.publish(io.nats.client.impl.NatsMessage.builder()
				.subject("$O." + this.bucket + ".M." + java.util.Base64.getEncoder().encodeToString("o".getBytes()))
				.headers(new Headers().put("Nats-Rollup", "sub"))
				.data(info.serialize())
				.build());
	}

}
