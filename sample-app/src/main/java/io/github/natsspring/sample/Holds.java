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

package io.github.natsspring.sample;

import java.time.Instant;

import io.github.natsspring.store.KeyValueTemplate;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Repository;

/** Products that are not billed for the time being, which an operator decides. */
@Repository
class Holds {

	static final String BUCKET = "product-holds";

	private final KeyValueTemplate<Hold> holds;

	Holds(@Qualifier(BUCKET) KeyValueTemplate<Hold> holds) {
		this.holds = holds;
	}

	boolean contains(String sku) {
		return this.holds.getEntry(sku) != null;
	}

	void add(String sku) {
		this.holds.put(sku, new Hold(Instant.now()));
	}

	void remove(String sku) {
		this.holds.delete(sku);
	}

	record Hold(Instant since) {
	}

}
