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

import java.io.IOException;

import io.github.natsspring.connection.ConnectionHolder;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueOptions;
import io.nats.client.ObjectStore;
import io.nats.client.ObjectStoreOptions;
import io.nats.client.support.Validator;

/**
 * Gives key-value and object-store buckets over the current connection, as beans. Getting
 * one makes no connection and no request; whether the bucket exists shows at its first
 * use.
 */
public final class NatsBuckets {

	private static final int STREAM_NOT_FOUND = 10059;

	private final ConnectionHolder holder;

	private final KeyValueOptions keyValueOptions;

	private final ObjectStoreOptions objectStoreOptions;

	/**
	 * Create a factory of buckets.
	 * @param holder the connection
	 * @param options domain or API prefix, and the timeout of requests
	 */
	public NatsBuckets(ConnectionHolder holder, JetStreamOptions options) {
		this.holder = holder;
		this.keyValueOptions = KeyValueOptions.builder().jetStreamOptions(options).build();
		this.objectStoreOptions = ObjectStoreOptions.builder().jetStreamOptions(options).build();
	}

	/**
	 * A key-value bucket. jnats looks the bucket up at the first use over a connection;
	 * if it does not exist, every call throws a {@link BucketNotFoundException} until it
	 * does.
	 * @param bucket the name of the bucket
	 * @return the bucket, safe for many threads
	 * @throws IllegalArgumentException if it is no name of a bucket
	 */
	public KeyValue keyValue(String bucket) {
		Validator.validateBucketName(bucket, true);
		return this.holder.delegate(KeyValue.class, (connection) -> connect(connection, bucket));
	}

	/**
	 * An object-store bucket. jnats does not look it up; if it does not exist, its
	 * methods throw a {@code JetStreamApiException} with the code 10059.
	 * @param bucket the name of the bucket
	 * @return the bucket, safe for many threads
	 * @throws IllegalArgumentException if it is no name of a bucket
	 */
	public ObjectStore objectStore(String bucket) {
		Validator.validateBucketName(bucket, true);
		return this.holder.delegate(ObjectStore.class,
				(connection) -> connection.objectStore(bucket, this.objectStoreOptions));
	}

	private KeyValue connect(Connection connection, String bucket) throws IOException {
		try {
			return connection.keyValue(bucket, this.keyValueOptions);
		}
		catch (IOException ex) {
			if (ex.getCause() instanceof JetStreamApiException cause && cause.getApiErrorCode() == STREAM_NOT_FOUND) {
				throw new BucketNotFoundException(
						"Key-value bucket '%s' is not on the server; create it, or declare it".formatted(bucket),
						bucket, cause);
			}
			throw ex;
		}
	}

}
