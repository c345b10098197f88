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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import io.github.natsspring.support.NatsHeaders;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link KeyValueTemplate}.
 */
class KeyValueTemplateIntegrationTests extends AbstractStoreTests {

	private KeyValue raw;

	private KeyValueTemplate<Profile> profiles;

	@BeforeEach
	void createBucket() throws Exception {
		this.raw = createKeyValue();
		this.profiles = keyValues().of(this.bucket, Profile.class);
	}

	@Test
	void putsAndGetsARecord() {
		long revision = this.profiles.put("ada", new Profile("Ada", 36));
		assertThat(this.profiles.get("ada")).isEqualTo(new Profile("Ada", 36));
		KeyValueRevision<Profile> entry = this.profiles.getEntry("ada");
		assertThat(entry.value()).isEqualTo(new Profile("Ada", 36));
		assertThat(entry.revision()).isEqualTo(revision);
		assertThat(entry.key()).isEqualTo("ada");
		assertThat(entry.bucket()).isEqualTo(this.bucket);
		assertThat(entry.operation()).isEqualTo(KeyValueOperation.PUT);
		assertThat(entry.created()).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
		assertThat(entry.toString()).contains("ada").doesNotContain("Ada");
	}

	@Test
	void returnsNullForAKeyThatHasNoValue() {
		assertThat(this.profiles.get("nobody")).isNull();
		assertThat(this.profiles.getEntry("nobody")).isNull();
		assertThat(this.profiles.getEntry("nobody", 17)).isNull();
		this.profiles.put("ada", new Profile("Ada", 36));
		this.profiles.delete("ada");
		assertThat(this.profiles.get("ada")).isNull();
		assertThat(this.profiles.getEntry("ada")).isNull();
	}

	@Test
	void getsAnEarlierRevisionOfTheSameKeyOnly() {
		long first = this.profiles.put("ada", new Profile("Ada", 36));
		this.profiles.put("ada", new Profile("Ada", 37));
		assertThat(this.profiles.getEntry("ada", first).value()).isEqualTo(new Profile("Ada", 36));
		assertThat(this.profiles.getEntry("bob", first)).isNull();
	}

	@Test
	void keepsGenericsTextNumbersAndBytes() {
		KeyValueTemplate<Map<String, List<Profile>>> groups = keyValues().of(this.bucket,
				new ParameterizedTypeReference<>() {
				});
		groups.put("g", Map.of("a", List.of(new Profile("Ada", 36))));
		assertThat(groups.get("g").get("a").get(0)).isEqualTo(new Profile("Ada", 36));
		KeyValueTemplate<String> texts = keyValues().of(this.bucket, String.class);
		texts.put("t", "grüße");
		assertThat(texts.get("t")).isEqualTo("grüße");
		texts.put("t", "");
		assertThat(texts.get("t")).isEmpty();
		KeyValueTemplate<Long> numbers = keyValues().of(this.bucket, Long.class);
		numbers.put("n", 42L);
		assertThat(numbers.get("n")).isEqualTo(42L);
		KeyValueTemplate<UUID> ids = keyValues().of(this.bucket, UUID.class);
		UUID id = UUID.randomUUID();
		ids.put("u", id);
		assertThat(ids.get("u")).isEqualTo(id);
		KeyValueTemplate<byte[]> bytes = keyValues().of(this.bucket, byte[].class);
		bytes.put("b", new byte[] { 1, 2 });
		assertThat(bytes.get("b")).containsExactly(1, 2);
	}

	@Test
	void readsWhatOtherClientsWroteAndTheyReadWhatItWrites() throws Exception {
		this.raw.put("ada", "{\"name\":\"Ada\",\"age\":36}");
		assertThat(this.profiles.get("ada")).isEqualTo(new Profile("Ada", 36));
		this.profiles.put("bob", new Profile("Bob", 5));
		assertThat(this.raw.get("bob").getValueAsString()).isEqualTo("{\"name\":\"Bob\",\"age\":5}");
		this.raw.put("n", 17);
		assertThat(keyValues().of(this.bucket, Integer.class).get("n")).isEqualTo(17);
		this.profiles.delete("bob");
		assertThat(this.raw.get("bob")).isNull();
		assertThat(this.raw.history("bob")).extracting((entry) -> entry.getOperation())
			.containsExactly(KeyValueOperation.PUT, KeyValueOperation.DELETE);
	}

	@Test
	void readsByTheContentTypeOfAnotherLanguagesClient() throws Exception {
		NatsMessage.Builder message = NatsMessage.builder().subject("$KV." + this.bucket + ".t");
		message.data("grüße", StandardCharsets.ISO_8859_1);
		message.headers(new io.nats.client.impl.Headers().put("content-type", "text/plain;charset=ISO-8859-1"));
		this.holder.get().jetStream().publish(message.build());
		assertThat(keyValues().of(this.bucket, String.class).get("t")).isEqualTo("grüße");
	}

	@Test
	void namesKeyAndTypeOfAnUnreadableValueAndNeverShowsIt() throws Exception {
		long revision = this.raw.put("ada", "{\"name\":\"secret-value\",\"age\":\"secret-age\"}");
		assertThatExceptionOfType(KeyValueConversionException.class).isThrownBy(() -> this.profiles.get("ada"))
			.withMessageContainingAll("'ada'", this.bucket, "revision " + revision, Profile.class.getName(), "age")
			.satisfies((ex) -> {
				assertThat(ex).hasStackTraceContaining("ada");
				for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
					assertThat(cause.toString()).doesNotContain("secret");
				}
				assertThat(ex.getKey()).isEqualTo("ada");
				assertThat(ex.getRevision()).isEqualTo(revision);
				assertThat(ex.getType()).isEqualTo(Profile.class);
			});
		// It can be got rid of
		KeyValueRevision<Profile> entry = this.profiles.getEntry("ada");
		this.profiles.delete("ada", entry.revision());
		assertThat(this.profiles.get("ada")).isNull();
	}

	@Test
	void createsOnlyWhatHasNoValue() {
		long revision = this.profiles.create("ada", new Profile("Ada", 36));
		assertThatExceptionOfType(KeyExistsException.class)
			.isThrownBy(() -> this.profiles.create("ada", new Profile("Eve", 1)))
			.withMessage("Key 'ada' of bucket '%s' was not created: it has a value of revision %d", this.bucket,
					revision)
			.satisfies((ex) -> assertThat(ex.getActualRevision()).isEqualTo(revision));
		assertThat(this.profiles.get("ada").name()).isEqualTo("Ada");
		this.profiles.delete("ada");
		this.profiles.create("ada", new Profile("Ada", 37));
		this.profiles.purge("ada");
		assertThat(this.profiles.create("ada", new Profile("Ada", 38))).isGreaterThan(revision);
	}

	@Test
	void updatesOnlyTheExpectedRevision() {
		assertThat(this.profiles.update("ada", new Profile("Ada", 35), 0)).isPositive();
		long first = this.profiles.put("ada", new Profile("Ada", 36));
		long second = this.profiles.update("ada", new Profile("Ada", 37), first);
		assertThat(second).isGreaterThan(first);
		assertThatExceptionOfType(KeyValueRevisionException.class)
			.isThrownBy(() -> this.profiles.update("ada", new Profile("Ada", 38), first))
			.withMessage("Key 'ada' of bucket '%s' was not changed: it should have revision %d, and has revision %d",
					this.bucket, first, second)
			.satisfies((ex) -> {
				assertThat(ex.getExpectedRevision()).isEqualTo(first);
				assertThat(ex.getActualRevision()).isEqualTo(second);
			});
		assertThat(this.profiles.get("ada").age()).isEqualTo(37);
	}

	@Test
	void deletesAndPurgesOnlyTheExpectedRevision() {
		long first = this.profiles.put("ada", new Profile("Ada", 36));
		long second = this.profiles.put("ada", new Profile("Ada", 37));
		assertThatExceptionOfType(KeyValueRevisionException.class).isThrownBy(() -> this.profiles.delete("ada", first));
		assertThatExceptionOfType(KeyValueRevisionException.class).isThrownBy(() -> this.profiles.purge("ada", first));
		assertThat(this.profiles.get("ada").age()).isEqualTo(37);
		this.profiles.delete("ada", second);
		assertThat(this.profiles.history("ada")).hasSize(3);
		long third = this.profiles.put("ada", new Profile("Ada", 38));
		this.profiles.purge("ada", third);
		assertThat(this.profiles.history("ada")).singleElement().satisfies((entry) -> {
			assertThat(entry.operation()).isEqualTo(KeyValueOperation.PURGE);
			assertThat(entry.isDeleted()).isTrue();
			assertThat(entry.value()).isNull();
		});
	}

	@Test
	void changesAValueByAFunction() {
		KeyValueTemplate<Integer> counters = keyValues().of(this.bucket, Integer.class);
		assertThat(counters.update("c", (value) -> (value != null) ? value + 1 : 1)).isEqualTo(1);
		assertThat(counters.update("c", (value) -> value + 1)).isEqualTo(2);
		assertThat(counters.get("c")).isEqualTo(2);
		assertThat(counters.update("c", (value) -> null)).isNull();
		assertThat(counters.get("c")).isNull();
		assertThat(counters.update("c", (value) -> (value != null) ? value + 1 : 1)).isEqualTo(1);
		assertThat(counters.update("none", (value) -> null)).isNull();
		assertThat(counters.history("none")).isEmpty();
	}

	@Test
	void givesUpAfterTheTriesAndSaysSo() {
		KeyValueTemplate<Integer> counters = keyValues().of(this.bucket, Integer.class).withMaxTries(3);
		counters.put("c", 1);
		assertThatExceptionOfType(KeyValueContentionException.class).isThrownBy(() -> counters.update("c", (value) -> {
			counters.put("c", value + 100);
			return value + 1;
		}))
			.withMessage("Key 'c' of bucket '%s' was not updated: somebody else changed it during each of 3 tries",
					this.bucket)
			.satisfies((ex) -> assertThat(ex.getTries()).isEqualTo(3));
		assertThat(counters.get("c")).isEqualTo(301);
	}

	@Test
	void passesOnWhatTheFunctionThrows() {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> this.profiles.update("ada", (value) -> {
				throw new UnsupportedOperationException("no");
			}));
		assertThat(this.profiles.history("ada")).isEmpty();
	}

	@Test
	void listsKeysByFilters() {
		for (int i = 0; i < 700; i++) {
			this.profiles.put("user." + i, new Profile("u", i));
		}
		this.profiles.put("admin.1", new Profile("a", 1));
		this.profiles.put("user.5", new Profile("u", 6));
		this.profiles.delete("user.6");
		this.profiles.purge("user.7");
		assertThat(this.profiles.keys()).hasSize(699).doesNotHaveDuplicates().doesNotContain("user.6", "user.7");
		assertThat(this.profiles.keys("admin.>")).containsExactly("admin.1");
		assertThat(this.profiles.keys("admin.*", "user.5")).containsExactlyInAnyOrder("admin.1", "user.5");
		assertThat(this.profiles.keys("none.*")).isEmpty();
		try (Stream<String> keys = this.profiles.streamKeys("user.*")) {
			assertThat(keys).hasSize(698);
		}
		try (Stream<String> keys = this.profiles.streamKeys()) {
			assertThat(keys.findFirst()).isPresent();
		}
		assertThatIllegalArgumentException().isThrownBy(() -> this.profiles.keys("a b")).withMessageContaining("a b");
	}

	@Test
	void removesTheConsumersItReadWith() throws Exception {
		this.profiles.put("ada", new Profile("Ada", 36));
		this.profiles.keys();
		this.profiles.history("ada");
		org.awaitility.Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.untilAsserted(
					() -> assertThat(this.holder.get().jetStreamManagement().getConsumerNames("KV_" + this.bucket))
						.isEmpty());
	}

	@Test
	void showsTheHistoryOfAKey() throws Exception {
		this.profiles.put("ada", new Profile("Ada", 1));
		this.raw.put("ada", "no profile");
		this.profiles.delete("ada");
		this.profiles.put("ada", new Profile("Ada", 2));
		List<KeyValueRevision<Profile>> history = this.profiles.history("ada");
		assertThat(history).extracting(KeyValueRevision::operation)
			.containsExactly(KeyValueOperation.PUT, KeyValueOperation.PUT, KeyValueOperation.DELETE,
					KeyValueOperation.PUT);
		assertThat(history).extracting(KeyValueRevision::revision).isSorted();
		assertThat(history.get(0).value().age()).isEqualTo(1);
		assertThatExceptionOfType(KeyValueConversionException.class).isThrownBy(() -> history.get(1).value());
		assertThat(history.get(2).value()).isNull();
		assertThat(history.get(3).value().age()).isEqualTo(2);
		assertThat(this.profiles.history("nobody")).isEmpty();
	}

	@Test
	void refusesWhatIsNoKeyAndNoValue() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.profiles.get("a b")).withMessageContaining("a b");
		assertThatIllegalArgumentException().isThrownBy(() -> this.profiles.get(""));
		assertThatIllegalArgumentException().isThrownBy(() -> this.profiles.put("a.*", new Profile("a", 1)))
			.withMessageContaining("a.*");
		assertThatIllegalArgumentException().isThrownBy(() -> this.profiles.delete("a..b"))
			.withMessageContaining("empty token");
		assertThatIllegalArgumentException().isThrownBy(() -> this.profiles.put("a", null))
			.withMessageContainingAll("'a'", "must not be null", "delete");
		assertThatIllegalArgumentException().isThrownBy(() -> this.profiles.update("a", new Profile("a", 1), -1))
			.withMessageContaining("-1");
		assertThatIllegalArgumentException().isThrownBy(() -> keyValues().of("my bucket", String.class))
			.withMessageContaining("my bucket");
	}

	@Test
	void saysThatTheBucketIsNotThereUntilItIs() throws Exception {
		this.holder.get().keyValueManagement().delete(this.bucket);
		assertBucketIsMissing();
		createKeyValue(KeyValueConfiguration.builder());
		this.profiles.put("ada", new Profile("Ada", 36));
		assertThat(this.profiles.get("ada").age()).isEqualTo(36);
		// Now it was seen in this epoch
		this.holder.get().keyValueManagement().delete(this.bucket);
		assertBucketIsMissing();
	}

	private void assertBucketIsMissing() {
		assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> this.profiles.get("ada"))
			.withMessage("Key-value bucket '%s' is not on the server; create it, or declare it", this.bucket);
		assertThatExceptionOfType(BucketNotFoundException.class)
			.isThrownBy(() -> this.profiles.put("ada", new Profile("Ada", 36)));
		assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(this.profiles::keys);
	}

	@Test
	void saysThatAValueIsTooLarge() throws Exception {
		String other = this.bucket + "-small";
		this.holder.get()
			.keyValueManagement()
			.create(KeyValueConfiguration.builder(other).maximumValueSize(1000).build());
		KeyValueTemplate<String> texts = keyValues().of(other, String.class);
		assertThatExceptionOfType(KeyValueException.class).isThrownBy(() -> texts.put("big", "secret".repeat(500)))
			.withMessageContainingAll("'big'", other, "message size exceeds maximum")
			.withMessageNotContaining("secret");
	}

	@Test
	void keepsTheContentTypeForReadersThatAsk() throws Exception {
		this.profiles.put("ada", new Profile("Ada", 36));
		assertThat(this.holder.get()
			.jetStreamManagement()
			.getLastMessage("KV_" + this.bucket, "$KV." + this.bucket + ".ada")
			.getHeaders()
			.getFirst(NatsHeaders.CONTENT_TYPE)).isEqualTo("application/json");
	}

}
