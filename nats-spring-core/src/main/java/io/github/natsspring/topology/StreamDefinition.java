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

import io.nats.client.api.StreamConfiguration;

/**
 * Declares a stream: only what its settings touch is meant; everything else is left to
 * the server or to whoever configured the stream before.
 *
 * @param name the name of the stream
 * @param source where it was declared, for messages: a property prefix or a bean
 * @param settings applies the declared fields, and only those, to a builder that may hold
 * the configuration of an existing stream
 * @param provisioning what may be done to it
 */
public record StreamDefinition(String name, String source, UnaryOperator<StreamConfiguration.Builder> settings,
		ProvisioningPolicy provisioning) {

	/**
	 * A definition with the common provisioning mode.
	 * @param name the name of the stream
	 * @param source where it was declared, for messages: a property prefix or a bean
	 * @param settings applies the declared fields, and only those, to a builder that may
	 * hold the configuration of an existing stream
	 */
	public StreamDefinition(String name, String source, UnaryOperator<StreamConfiguration.Builder> settings) {
		this(name, source, settings, ProvisioningPolicy.INHERITED);
	}

	/**
	 * Take the definition from a configuration. What it leaves at the defaults of jnats
	 * counts as not written.
	 * @param configuration the configuration, with a name
	 * @param source where it was declared, for messages
	 * @return the definition
	 */
	public static StreamDefinition of(StreamConfiguration configuration, String source) {
		return new StreamDefinition(configuration.getName(), source,
				(builder) -> Written.apply(configuration, builder));
	}

	/**
	 * The same definition with another policy.
	 * @param provisioning what may be done to the stream
	 * @return the definition
	 */
	public StreamDefinition with(ProvisioningPolicy provisioning) {
		return new StreamDefinition(this.name, this.source, this.settings, provisioning);
	}

	/**
	 * The same definition with another source.
	 * @param source where it was declared, for messages
	 * @return the definition
	 */
	public StreamDefinition withSource(String source) {
		return new StreamDefinition(this.name, source, this.settings, this.provisioning);
	}

	/**
	 * The configuration to create the stream with.
	 * @return the declared fields over the defaults of jnats
	 */
	public StreamConfiguration create() {
		return this.settings.apply(StreamConfiguration.builder().name(this.name)).build();
	}

	/**
	 * The configuration that the stream should have.
	 * @param existing the configuration that the server has
	 * @return the declared fields over the existing ones
	 */
	public StreamConfiguration applyTo(StreamConfiguration existing) {
		return this.settings.apply(StreamConfiguration.builder(existing)).build();
	}

}
