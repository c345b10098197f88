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

package io.github.natsspring.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PendingRequests}.
 */
class PendingRequestsTests {

	private final PendingRequests requests = new PendingRequests(0);

	@Test
	void holdsMoreThanWereExpected() {
		List<PendingRequest> added = add(5000);
		assertThat(this.requests.size()).isEqualTo(5000);
		assertThat(all()).containsExactlyInAnyOrderElementsOf(added);
		added.forEach(this.requests::remove);
		assertThat(this.requests.size()).isZero();
		assertThat(this.requests.isEmpty()).isTrue();
		assertThat(all()).isEmpty();
	}

	@Test
	void usesThePlacesOfThoseThatEndedAndKeepsThoseThatDidNot() {
		PendingRequest late = add(1).get(0);
		for (int i = 0; i < 100; i++) {
			add(1000).forEach(this.requests::remove);
		}
		assertThat(all()).containsExactly(late);
		assertThat(this.requests.isEmpty()).isFalse();
	}

	@Test
	void removesNoOtherWhenOneIsRemovedTwice() {
		PendingRequest first = add(1).get(0);
		this.requests.remove(first);
		List<PendingRequest> others = add(1500);
		this.requests.remove(first);
		assertThat(all()).hasSize(1500).containsExactlyInAnyOrderElementsOf(others);
	}

	@Test
	void losesNoneWhenManyThreadsAddAndRemove() throws Exception {
		List<CompletableFuture<List<PendingRequest>>> threads = new ArrayList<>();
		for (int thread = 0; thread < 4; thread++) {
			threads.add(CompletableFuture.supplyAsync(() -> {
				List<PendingRequest> kept = new ArrayList<>();
				for (int i = 0; i < 100; i++) {
					List<PendingRequest> added = add(200);
					kept.addAll(added.subList(0, 5));
					added.subList(5, 200).forEach(this.requests::remove);
				}
				return kept;
			}));
		}
		Set<PendingRequest> expected = new HashSet<>();
		for (CompletableFuture<List<PendingRequest>> thread : threads) {
			expected.addAll(thread.get(30, TimeUnit.SECONDS));
		}
		assertThat(expected).hasSize(2000);
		assertThat(new HashSet<>(all())).isEqualTo(expected);
		assertThat(this.requests.size()).isEqualTo(2000);
	}

	private List<PendingRequest> add(int count) {
		List<PendingRequest> added = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			PendingRequest request = new PendingRequest("subject");
			this.requests.add(request);
			added.add(request);
		}
		return added;
	}

	private List<PendingRequest> all() {
		List<PendingRequest> all = new ArrayList<>();
		this.requests.forEach(all::add);
		return all;
	}

}
