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
import org.jspecify.annotations.Nullable;

/**
 * A consumer in a plan.
 *
 * @param id stream and name
 * @param source where it was declared
 * @param action what to do
 * @param changes what becomes of each field that differs on the server
 * @param otherOwner the other application that made it, or {@code null}
 * @param configuration the configuration as declared, to create the consumer with
 * @param update the configuration to update to, or {@code null}
 */
public record PlannedConsumer(ConsumerId id, String source, Action action, List<PlannedChange> changes,
		@Nullable String otherOwner, ConsumerConfiguration configuration,
		@Nullable String update) implements PlannedResource {

	public PlannedConsumer {
		changes = List.copyOf(changes);
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
