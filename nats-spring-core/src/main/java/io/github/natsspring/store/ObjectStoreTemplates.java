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

import java.time.Duration;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamOperations;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.nats.client.JetStreamOptions;
import io.nats.client.support.NatsObjectStoreUtil;
import io.nats.client.support.Validator;

/**
 * Makes templates over the object-store buckets of a connection. Making one needs no
 * connection and no request; whether the bucket exists shows at its first use.
 */
public final class ObjectStoreTemplates {

	private static final int MAX_IN_FLIGHT = 10_000;

	private final ConnectionHolder holder;

	private final JetStreamOptions options;

	private final JetStreamOperations publisher;

	private final Duration patience;

	/**
	 * Create a factory of templates.
	 * @param holder the connection
	 * @param options domain or API prefix, and the timeout of reads
	 * @param settings the settings of writes; each upload bounds its own chunks
	 */
	public ObjectStoreTemplates(ConnectionHolder holder, JetStreamOptions options, JetStreamTemplateSettings settings) {
		this.holder = holder;
		this.options = options;
		this.patience = settings.publishTimeout();
		this.publisher = new JetStreamTemplate(holder, new RawBytesConverter(), options,
				settings.with(this.patience, MAX_IN_FLIGHT));
	}

	/**
	 * A template over a bucket.
	 * @param bucket the name of the bucket
	 * @return the template
	 * @throws IllegalArgumentException if it is no name of a bucket
	 */
	public ObjectStoreTemplate of(String bucket) {
		Validator.validateBucketName(bucket, true);
		BucketAccess access = new BucketAccess(this.holder, this.options, "Object-store bucket", bucket,
				NatsObjectStoreUtil.toStreamName(bucket));
		return new ObjectStoreTemplate(this, access, this.publisher);
	}

	/**
	 * How long the next confirmation of an upload may take.
	 */
	Duration patience() {
		return this.patience;
	}

}
