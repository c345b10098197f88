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

import org.springframework.util.StringUtils;

/**
 * Declares a durable consumer of a stream.
 *
 * @param stream the name of the stream
 * @param name the durable name
 * @param source where it was declared, for messages: a property prefix or a bean
 * @param settings applies the declared fields, and only those, to a builder that may hold
 * the configuration of an existing consumer
 */
public record ConsumerDefinition(String stream, String name, String source,
		UnaryOperator<ConsumerConfiguration.Builder> settings) {

	/**
	 * Declare a durable consumer as somebody built it. Fields that have the default of
	 * jnats count as not written.
	 * @param stream the name of the stream
	 * @param configuration the configuration
	 * @param source where it was declared, for messages, such as {@code bean 'orders'}
	 * @return the definition
	 * @throws IllegalArgumentException if the configuration has neither a durable name
	 * nor a name
	 */
	public static ConsumerDefinition of(String stream, ConsumerConfiguration configuration, String source) {
		String name = (configuration.getDurable() != null) ? configuration.getDurable() : configuration.getName();
		if (!StringUtils.hasText(name)) {
			throw new IllegalArgumentException(
					"The ConsumerConfiguration of %s has no name; set durable".formatted(source));
		}
		WrittenFields written = WrittenFields.of(configuration);
		return new ConsumerDefinition(stream, name, source, (builder) -> written.over(builder).durable(name));
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
