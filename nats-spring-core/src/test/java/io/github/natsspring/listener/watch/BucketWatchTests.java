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

package io.github.natsspring.listener.watch;

import java.util.List;

import io.nats.client.api.Mirror;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link BucketWatch} and {@link WatchFilters}.
 */
class BucketWatchTests {

	private static final StreamConfiguration STREAM = StreamConfiguration.builder().name("KV_b").build();

	private static List<String> filters(boolean several, String... keys) {
		return WatchFilters.of(BucketWatch.keyValue("b", keys), STREAM, several);
	}

	@Test
	void filtersKeysOnTheServer() {
		assertThat(filters(true)).containsExactly("$KV.b.>");
		assertThat(filters(true, "user.{id}")).containsExactly("$KV.b.user.*");
		assertThat(filters(true, "a/b=c", "x.>")).containsExactly("$KV.b.a/b=c", "$KV.b.x.>");
		assertThat(WatchFilters.of(BucketWatch.objectStore("b"), STREAM, true)).containsExactly("$O.b.M.>");
	}

	@Test
	void leavesOutWhatAnotherPatternCovers() {
		assertThat(filters(true, "user.1", "user.*")).containsExactly("$KV.b.user.*");
	}

	@Test
	void filtersTheWholeBucketWherePatternsOverlapOrTheServerTakesOneFilter() {
		assertThat(filters(true, "user.*", "*.admin")).containsExactly("$KV.b.>");
		assertThat(filters(false, "a", "b")).containsExactly("$KV.b.>");
		assertThat(filters(false, "a")).containsExactly("$KV.b.a");
	}

	@Test
	void filtersAMirrorWhateverTheNameOfItsOrigin() {
		StreamConfiguration mirror = StreamConfiguration.builder()
			.name("KV_b")
			.mirror(Mirror.builder().name("KV_a").build())
			.build();
		assertThat(WatchFilters.of(BucketWatch.keyValue("b", "user.*"), mirror, true)).containsExactly("$KV.*.user.*");
	}

	@Test
	void keepsWhatIsIncluded() {
		BucketWatch watch = BucketWatch.keyValue("b").withHistory(true).withDeletes(true);
		assertThat(watch.includeCurrent()).isTrue();
		assertThat(watch.includeHistory()).isTrue();
		assertThat(watch.includeDeletes()).isTrue();
		assertThat(watch.withHistory(false).withCurrent(false).includeCurrent()).isFalse();
		assertThat(watch.stream()).isEqualTo("KV_b");
		assertThat(watch).hasToString("key-value bucket 'b'");
	}

	@Test
	void refusesWhatCannotBe() {
		assertThatIllegalArgumentException().isThrownBy(() -> BucketWatch.keyValue("a b"))
			.withMessageContaining("'a b' is no name of a bucket");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> BucketWatch.keyValue("b").withCurrent(false).withHistory(true))
			.withMessageContaining("history");
	}

}
