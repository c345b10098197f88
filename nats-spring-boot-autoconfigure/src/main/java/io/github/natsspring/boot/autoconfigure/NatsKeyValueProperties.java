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

package io.github.natsspring.boot.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.util.unit.DataSize;

/**
 * Properties of a key-value bucket: every field of jnats' key-value configuration, under
 * the name that its builder has. What is left out stays as jnats or the server has it.
 */
@ConfigurationPropertiesSource
public class NatsKeyValueProperties extends NatsBucketProperties {

	/**
	 * Number of values to keep per key, 1 to 64. The short name 'history' means the same.
	 */
	private @Nullable Integer maxHistoryPerKey;

	/**
	 * Number of values to keep per key, 1 to 64. Same as 'max-history-per-key'; only one
	 * of them may be written.
	 */
	private @Nullable Integer history;

	/**
	 * Maximum size of a value, -1 for no limit. The short name 'max-value-size' means the
	 * same.
	 */
	private @Nullable DataSize maximumValueSize;

	/**
	 * Maximum size of a value, -1 for no limit. Same as 'maximum-value-size'; only one of
	 * them may be written.
	 */
	private @Nullable DataSize maxValueSize;

	/**
	 * How stored values are published again.
	 */
	private NatsStreamProperties.@Nullable Republish republish;

	/**
	 * Bucket that this one mirrors.
	 */
	private @Nullable NatsSourceProperties mirror;

	/**
	 * Buckets that this one draws from.
	 */
	private @Nullable List<NatsSourceProperties> sources;

	/**
	 * How long the marker lives that is left when a key expires. The name 'limit-marker-
	 * ttl' means the same.
	 */
	private @Nullable Duration limitMarker;

	/**
	 * How long the marker lives that is left when a key expires. Same as 'limit-marker';
	 * only one of them may be written.
	 */
	private @Nullable Duration limitMarkerTtl;

	public @Nullable Integer getMaxHistoryPerKey() {
		return this.maxHistoryPerKey;
	}

	public void setMaxHistoryPerKey(@Nullable Integer maxHistoryPerKey) {
		this.maxHistoryPerKey = maxHistoryPerKey;
	}

	public @Nullable Integer getHistory() {
		return this.history;
	}

	public void setHistory(@Nullable Integer history) {
		this.history = history;
	}

	public @Nullable DataSize getMaximumValueSize() {
		return this.maximumValueSize;
	}

	public void setMaximumValueSize(@Nullable DataSize maximumValueSize) {
		this.maximumValueSize = maximumValueSize;
	}

	public @Nullable DataSize getMaxValueSize() {
		return this.maxValueSize;
	}

	public void setMaxValueSize(@Nullable DataSize maxValueSize) {
		this.maxValueSize = maxValueSize;
	}

	public NatsStreamProperties.@Nullable Republish getRepublish() {
		return this.republish;
	}

	public void setRepublish(NatsStreamProperties.@Nullable Republish republish) {
		this.republish = republish;
	}

	public @Nullable NatsSourceProperties getMirror() {
		return this.mirror;
	}

	public void setMirror(@Nullable NatsSourceProperties mirror) {
		this.mirror = mirror;
	}

	public @Nullable List<NatsSourceProperties> getSources() {
		return this.sources;
	}

	public void setSources(@Nullable List<NatsSourceProperties> sources) {
		this.sources = sources;
	}

	public @Nullable Duration getLimitMarker() {
		return this.limitMarker;
	}

	public void setLimitMarker(@Nullable Duration limitMarker) {
		this.limitMarker = limitMarker;
	}

	public @Nullable Duration getLimitMarkerTtl() {
		return this.limitMarkerTtl;
	}

	public void setLimitMarkerTtl(@Nullable Duration limitMarkerTtl) {
		this.limitMarkerTtl = limitMarkerTtl;
	}

}
