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

package io.github.natsspring.observation;

import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

/**
 * The key values of one observation. Micrometer's own contexts copy them into a map when
 * they are added, and sort them again when they are read; these are kept as they come,
 * which for a convention with the same values each time costs nothing.
 */
final class CurrentKeyValues extends AtomicReference<KeyValues> {

	private static final long serialVersionUID = 1L;

	CurrentKeyValues() {
		super(KeyValues.empty());
	}

	/**
	 * Add values, which replace those with the same keys.
	 */
	void add(KeyValues added) {
		if (!compareAndSet(KeyValues.empty(), added)) {
			updateAndGet((values) -> values.and(added));
		}
	}

	void add(KeyValue added) {
		updateAndGet((values) -> values.and(added));
	}

	void remove(String key) {
		updateAndGet((values) -> KeyValues
			.of(values.stream().filter((value) -> !value.getKey().equals(key)).toArray(KeyValue[]::new)));
	}

	@Nullable KeyValue find(String key) {
		for (KeyValue value : get()) {
			if (value.getKey().equals(key)) {
				return value;
			}
		}
		return null;
	}

}
