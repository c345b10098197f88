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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.natsspring.core.JetStreamPublishOptions;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMeta;
import io.nats.client.api.PublishAck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for links of {@link ObjectStoreTemplate}.
 */
class ObjectLinksIntegrationTests extends AbstractObjectStoreTests {

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

	private interface ThrowingRunnable {

		void run() throws Exception;

	}

}
