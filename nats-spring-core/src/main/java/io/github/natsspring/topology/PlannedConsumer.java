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

import java.util.List;

import io.nats.client.api.ConsumerConfiguration;

/**
 * A consumer in a plan.
 *
 * @param id stream and name
 * @param source where it was declared
 * @param action what to do
 * @param differences how the consumer on the server differs
 * @param configuration the configuration that the consumer should have
 */
public record PlannedConsumer(ConsumerId id, String source, Action action, List<FieldDifference> differences,
		ConsumerConfiguration configuration) implements PlannedResource {

	public PlannedConsumer {
		differences = List.copyOf(differences);
	}

	@Override
	public ResourceKind kind() {
		return ResourceKind.CONSUMER;
	}

	@Override
	public String name() {
		return this.id.toString();
	}

}
