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

import io.github.natsspring.listener.watch.WatchProgress.News;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchProgress}.
 */
class WatchProgressTests {

	private final WatchProgress progress = new WatchProgress();

	@Test
	void hasReadAnEmptyBucketAtOnce() {
		this.progress.started("a", true, 0, 0);
		assertThat(this.progress.isReading()).isFalse();
		assertThat(this.progress.takeNews()).isEqualTo(News.READ);
		assertThat(this.progress.takeNews()).isNull();
	}

	@Test
	void hasReadEverythingAtTheLastOfTheFirstMessagesAlthoughMoreCome() {
		this.progress.started("a", true, 10, 3);
		this.progress.handled(4, 20);
		assertThat(this.progress.isNewsDue()).isFalse();
		this.progress.handled(10, 20);
		assertThat(this.progress.takeNews()).isEqualTo(News.READ);
		this.progress.handled(11, 0);
		assertThat(this.progress.isNewsDue()).isFalse();
	}

	@Test
	void hasReadEverythingWhenNothingIsPending() {
		this.progress.started("a", true, 10, 2);
		this.progress.handled(4, 1);
		this.progress.handled(5, 0);
		assertThat(this.progress.takeNews()).isEqualTo(News.READ);
	}

	@Test
	void readsNothingWhenItTakesUpdatesOnly() {
		this.progress.started("a", false, 10, 0);
		this.progress.handled(11, 0);
		assertThat(this.progress.isNewsDue()).isFalse();
	}

	@Test
	void goesOnReadingWithAnotherConsumer() {
		this.progress.started("a", true, 10, 5);
		this.progress.handled(4, 4);
		this.progress.continued("b", 4);
		assertThat(this.progress.isCurrent("a")).isTrue();
		assertThat(this.progress.isCurrent("b")).isTrue();
		this.progress.seen("a", 4, 0);
		assertThat(this.progress.isReading()).isTrue();
		this.progress.handled(10, 0);
		assertThat(this.progress.takeNews()).isEqualTo(News.READ);
	}

	@Test
	void hasReadEverythingWhenTheRestIsGone() {
		this.progress.started("a", true, 10, 5);
		this.progress.handled(4, 4);
		this.progress.seen("a", 5, 0);
		assertThat(this.progress.isReading()).isTrue();
		this.progress.seen("a", 4, 1);
		assertThat(this.progress.isReading()).isTrue();
		this.progress.seen("a", 4, 0);
		assertThat(this.progress.takeNews()).isEqualTo(News.READ);
	}

	@Test
	void saysThatTheBucketWasReplacedBeforeItsStateIsRead() {
		this.progress.started("a", true, 10, 5);
		this.progress.replaced("b", 0, 0);
		assertThat(this.progress.isCurrent("a")).isFalse();
		assertThat(this.progress.takeNews()).isEqualTo(News.REPLACED);
		assertThat(this.progress.takeNews()).isEqualTo(News.READ);
	}

}
