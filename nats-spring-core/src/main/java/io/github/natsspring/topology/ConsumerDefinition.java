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

import io.nats.client.api.ConsumerConfiguration;

import org.springframework.util.Assert;

/**
 * Declares a durable consumer of a stream.
 *
 * @param stream the name of the stream
 * @param name the durable name
 * @param source where it was declared, for messages: a property prefix or a bean
 * @param settings applies the declared fields, and only those, to a builder that may hold
 * the configuration of an existing consumer
 * @param provisioning what may be done to it; without a mode of its own it has that of
 * its stream
 */
public record ConsumerDefinition(String stream, String name, String source,
		UnaryOperator<ConsumerConfiguration.Builder> settings, ProvisioningPolicy provisioning) {

	/**
	 * A definition with the provisioning mode of the stream.
	 * @param stream the name of the stream
	 * @param name the durable name
	 * @param source where it was declared, for messages: a property prefix or a bean
	 * @param settings applies the declared fields, and only those, to a builder that may
	 * hold the configuration of an existing consumer
	 */
	public ConsumerDefinition(String stream, String name, String source,
			UnaryOperator<ConsumerConfiguration.Builder> settings) {
		this(stream, name, source, settings, ProvisioningPolicy.INHERITED);
	}

	/**
	 * Take the definition from a configuration, which does not know its stream. What it
	 * leaves at the defaults of jnats counts as not written.
	 * @param stream the name of the stream
	 * @param configuration the configuration, with a durable name
	 * @return the definition
	 * @throws IllegalArgumentException if the configuration has no durable name
	 */
	public static ConsumerDefinition of(String stream, ConsumerConfiguration configuration) {
		String name = configuration.getDurable();
		Assert.hasText(name, () -> "A consumer of stream '%s' is declared without a durable name".formatted(stream));
		return new ConsumerDefinition(stream, name, "a consumer definition",
				(builder) -> Written.apply(configuration, builder));
	}

	/**
	 * The same definition with another policy.
	 * @param provisioning what may be done to the consumer
	 * @return the definition
	 */
	public ConsumerDefinition with(ProvisioningPolicy provisioning) {
		return new ConsumerDefinition(this.stream, this.name, this.source, this.settings, provisioning);
	}

	/**
	 * The same definition with another source.
	 * @param source where it was declared, for messages
	 * @return the definition
	 */
	public ConsumerDefinition withSource(String source) {
		return new ConsumerDefinition(this.stream, this.name, source, this.settings, this.provisioning);
	}

	/**
	 * The configuration to create the consumer with.
	 * @return the declared fields over the defaults of jnats
	 */
	public ConsumerConfiguration create() {
		return this.settings.apply(ConsumerConfiguration.builder().durable(this.name)).build();
	}

	/**
	 * The configuration that the consumer should have.
	 * @param existing the configuration that the server has
	 * @return the declared fields over the existing ones
	 */
	public ConsumerConfiguration applyTo(ConsumerConfiguration existing) {
		return this.settings.apply(ConsumerConfiguration.builder(existing)).build();
	}

}
