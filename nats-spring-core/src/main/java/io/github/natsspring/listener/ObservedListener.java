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

import java.util.concurrent.CompletionStage;

import io.github.natsspring.observation.NatsListenerContext;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Calls a listener within an observation.
 */
final class ObservedListener implements NatsMessageListener {

	private final ListenerObservations observations;

	private final NatsMessageListener listener;

	ObservedListener(ListenerObservations observations, NatsMessageListener listener) {
		this.observations = observations;
		this.listener = listener;
	}

	@Override
	public void onMessage(Message message, Acknowledgment acknowledgment) throws Exception {
		if (!this.observations.isActive()) {
			this.listener.onMessage(message, acknowledgment);
			return;
		}
		this.observations.run(context(message), acknowledgment, () -> {
			this.listener.onMessage(message, acknowledgment);
			return null;
		});
	}

	@Override
	public @Nullable CompletionStage<?> handle(Message message, Acknowledgment acknowledgment) throws Exception {
		if (!this.observations.isActive()) {
			return this.listener.handle(message, acknowledgment);
		}
		return this.observations.run(context(message), acknowledgment,
				() -> this.listener.handle(message, acknowledgment));
	}

	private NatsListenerContext context(Message message) {
		return new NatsListenerContext(this.observations.listener(), message);
	}

	@Override
	public String toString() {
		return this.listener.toString();
	}

}
