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

package io.github.natsspring.topology;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.Source;
import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a bucket that somebody built: those that differ from what jnats puts into
 * an empty one.
 */
final class WrittenBucketFields {

	private WrittenBucketFields() {
	}

	static void apply(KeyValueConfiguration written, KeyValueConfiguration.Builder builder) {
		set(written.getDescription(), null, builder::description);
		set(written.getMaxHistoryPerKey(), 1L, (history) -> builder.maxHistoryPerKey(history.intValue()));
		set(written.getMaximumValueSize(), -1, builder::maximumValueSize);
		set(written.getMaxBucketSize(), -1L, builder::maxBucketSize);
		set(written.getTtl(), Duration.ZERO, builder::ttl);
		set(written.getStorageType(), StorageType.File, builder::storageType);
		set(written.getReplicas(), 1, builder::replicas);
		set(written.getPlacement(), null, builder::placement);
		set(written.isCompressed(), false, builder::compression);
		set(written.getMetadata(), Map.of(), builder::metadata);
		set(written.getRepublish(), null, builder::republish);
		set(written.getMirror(), null, builder::mirror);
		List<Source> sources = written.getSources();
		set(sources, List.<Source>of(), (all) -> builder.sources(all));
		set(written.getLimitMarkerTtl(), null, builder::limitMarker);
	}

	static void apply(ObjectStoreConfiguration written, ObjectStoreConfiguration.Builder builder) {
		set(written.getDescription(), null, builder::description);
		set(written.getMaxBucketSize(), -1L, builder::maxBucketSize);
		set(written.getTtl(), Duration.ZERO, builder::ttl);
		set(written.getStorageType(), StorageType.File, builder::storageType);
		set(written.getReplicas(), 1, builder::replicas);
		set(written.getPlacement(), null, builder::placement);
		set(written.isCompressed(), false, builder::compression);
		set(written.getMetadata(), Map.of(), builder::metadata);
	}

	private static <T> void set(@Nullable T value, @Nullable T unset, Consumer<T> setter) {
		if (value != null && !value.equals(unset)) {
			setter.accept(value);
		}
	}

}
