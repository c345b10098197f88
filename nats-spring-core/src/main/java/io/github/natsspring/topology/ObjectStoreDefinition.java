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

import java.util.function.UnaryOperator;

import io.nats.client.api.ObjectStoreConfiguration;

/**
 * Declares an object-store bucket.
 *
 * @param bucket the name of the bucket
 * @param source where it was declared, for messages: a property prefix or a bean
 * @param settings applies the declared fields, and only those, to a builder that may hold
 * the configuration of an existing bucket
 * @param provisioning what may be done to it
 */
public record ObjectStoreDefinition(String bucket, String source,
		UnaryOperator<ObjectStoreConfiguration.Builder> settings, ProvisioningPolicy provisioning) {

	/**
	 * A definition with the common provisioning mode.
	 * @param bucket the name of the bucket
	 * @param source where it was declared, for messages: a property prefix or a bean
	 * @param settings applies the declared fields, and only those, to a builder that may
	 * hold the configuration of an existing bucket
	 */
	public ObjectStoreDefinition(String bucket, String source,
			UnaryOperator<ObjectStoreConfiguration.Builder> settings) {
		this(bucket, source, settings, ProvisioningPolicy.INHERITED);
	}

	/**
	 * Take the definition from a configuration. What it leaves at the defaults of jnats
	 * counts as not written.
	 * @param configuration the configuration, with a name
	 * @param source where it was declared, for messages
	 * @return the definition
	 */
	public static ObjectStoreDefinition of(ObjectStoreConfiguration configuration, String source) {
		return new ObjectStoreDefinition(configuration.getBucketName(), source,
				(builder) -> Written.apply(configuration, builder));
	}

	/**
	 * The same definition with another policy.
	 * @param provisioning what may be done to the bucket
	 * @return the definition
	 */
	public ObjectStoreDefinition with(ProvisioningPolicy provisioning) {
		return new ObjectStoreDefinition(this.bucket, this.source, this.settings, provisioning);
	}

	/**
	 * The same definition with another source.
	 * @param source where it was declared, for messages
	 * @return the definition
	 */
	public ObjectStoreDefinition withSource(String source) {
		return new ObjectStoreDefinition(this.bucket, source, this.settings, this.provisioning);
	}

	/**
	 * The configuration to create the bucket with.
	 * @return the declared fields over the defaults of jnats
	 */
	public ObjectStoreConfiguration create() {
		return this.settings.apply(ObjectStoreConfiguration.builder().name(this.bucket)).build();
	}

	/**
	 * The configuration that the bucket should have.
	 * @param existing the configuration that the server has
	 * @return the declared fields over the existing ones
	 */
	public ObjectStoreConfiguration applyTo(ObjectStoreConfiguration existing) {
		return this.settings.apply(ObjectStoreConfiguration.builder(existing)).build();
	}

}
