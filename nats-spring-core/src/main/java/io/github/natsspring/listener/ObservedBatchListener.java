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

package io.github.natsspring.listener;

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.github.natsspring.observation.NatsListenerContext;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Calls a listener of batches within an observation for each batch.
 */
final class ObservedBatchListener implements NatsBatchListener {

	private final ListenerObservations observations;

	private final NatsBatchListener listener;

	ObservedBatchListener(ListenerObservations observations, NatsBatchListener listener) {
		this.observations = observations;
		this.listener = listener;
	}

	@Override
	public void onMessages(List<Message> messages) throws Exception {
		if (!this.observations.isActive()) {
			this.listener.onMessages(messages);
			return;
		}
		this.observations.run(context(messages), messages, () -> {
			this.listener.onMessages(messages);
			return null;
		});
	}

	@Override
	public @Nullable CompletionStage<?> handle(List<Message> messages) throws Exception {
		if (!this.observations.isActive()) {
			return this.listener.handle(messages);
		}
		return this.observations.run(context(messages), messages, () -> this.listener.handle(messages));
	}

	private NatsListenerContext context(List<Message> messages) {
		return new NatsListenerContext(this.observations.listener(), messages);
	}

	@Override
	public String toString() {
		return this.listener.toString();
	}

}
