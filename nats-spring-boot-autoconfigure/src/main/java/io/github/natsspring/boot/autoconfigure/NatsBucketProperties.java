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
import java.util.Map;

import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Properties that key-value buckets and object stores share.
 */
public abstract class NatsBucketProperties extends NatsProvisionedProperties {

	/**
	 * Name of the bucket, if the key is not its name. Needed by an entry that is written
	 * in environment variables only, since they cannot spell it.
	 */
	private @Nullable String name;

	/**
	 * Description of the bucket.
	 */
	private @Nullable String description;

	/**
	 * Maximum size of the bucket, -1 for no limit.
	 */
	private @Nullable DataSize maxBucketSize;

	/**
	 * How long entries live, 0 for no limit.
	 */
	private @Nullable Duration ttl;

	/**
	 * Where the bucket is stored. The short name 'storage' means the same.
	 */
	private @Nullable StorageType storageType;

	/**
	 * Where the bucket is stored. Same as 'storage-type'; only one of them may be
	 * written.
	 */
	private @Nullable StorageType storage;

	/**
	 * Number of servers of a cluster that hold the bucket, 1 to 5.
	 */
	private @Nullable Integer replicas;

	/**
	 * Where in a cluster the bucket is placed.
	 */
	private NatsStreamProperties.@Nullable Placement placement;

	/**
	 * Whether the bucket is compressed.
	 */
	private @Nullable Boolean compression;

	/**
	 * Metadata of the bucket.
	 */
	private @Nullable Map<String, String> metadata;

	public @Nullable String getName() {
		return this.name;
	}

	public void setName(@Nullable String name) {
		this.name = name;
	}

	public @Nullable String getDescription() {
		return this.description;
	}

	public void setDescription(@Nullable String description) {
		this.description = description;
	}

	public @Nullable DataSize getMaxBucketSize() {
		return this.maxBucketSize;
	}

	public void setMaxBucketSize(@Nullable DataSize maxBucketSize) {
		this.maxBucketSize = maxBucketSize;
	}

	public @Nullable Duration getTtl() {
		return this.ttl;
	}

	public void setTtl(@Nullable Duration ttl) {
		this.ttl = ttl;
	}

	public @Nullable StorageType getStorageType() {
		return this.storageType;
	}

	public void setStorageType(@Nullable StorageType storageType) {
		this.storageType = storageType;
	}

	public @Nullable StorageType getStorage() {
		return this.storage;
	}

	public void setStorage(@Nullable StorageType storage) {
		this.storage = storage;
	}

	public @Nullable Integer getReplicas() {
		return this.replicas;
	}

	public void setReplicas(@Nullable Integer replicas) {
		this.replicas = replicas;
	}

	public NatsStreamProperties.@Nullable Placement getPlacement() {
		return this.placement;
	}

	public void setPlacement(NatsStreamProperties.@Nullable Placement placement) {
		this.placement = placement;
	}

	public @Nullable Boolean getCompression() {
		return this.compression;
	}

	public void setCompression(@Nullable Boolean compression) {
		this.compression = compression;
	}

	public @Nullable Map<String, String> getMetadata() {
		return this.metadata;
	}

	public void setMetadata(@Nullable Map<String, String> metadata) {
		this.metadata = metadata;
	}

}
