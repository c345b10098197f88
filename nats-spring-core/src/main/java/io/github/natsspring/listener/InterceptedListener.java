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

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Calls a listener between its interceptors.
 */
final class InterceptedListener implements NatsMessageListener {

	private final InterceptorChain chain;

	private final NatsMessageListener listener;

	private final boolean settles;

	InterceptedListener(InterceptorChain chain, NatsMessageListener listener, boolean settles) {
		this.chain = chain;
		this.listener = listener;
		this.settles = settles;
	}

	@Override
	public void onMessage(Message message, Acknowledgment acknowledgment) throws Exception {
		run(message, acknowledgment, (intercepted) -> {
			this.listener.onMessage(intercepted, acknowledgment);
			return null;
		});
	}

	@Override
	public @Nullable CompletionStage<?> handle(Message message, Acknowledgment acknowledgment) throws Exception {
		return run(message, acknowledgment, (intercepted) -> this.listener.handle(intercepted, acknowledgment));
	}

	private @Nullable CompletionStage<?> run(Message message, Acknowledgment acknowledgment, Call call)
			throws Exception {
		InterceptedRun run = new InterceptedRun(this.chain, message, false);
		Message intercepted = begin(run, message);
		if (intercepted == null) {
			if (this.settles) {
				acknowledgment.ack();
			}
			return null;
		}
		try {
			CompletionStage<?> result = call.call(intercepted);
			if (result == null) {
				run.succeeded();
				return null;
			}
			// The run ends before whoever waits for its end settles the message
			return result.whenComplete((value, ex) -> run.end(ex));
		}
		catch (Throwable ex) {
			run.failed(ex);
			throw ex;
		}
		finally {
			run.returned();
		}
	}

	private @Nullable Message begin(InterceptedRun run, Message message) throws Exception {
		try {
			return run.begin();
		}
		catch (Throwable ex) {
			// Who asks is told, as if the listener itself had failed
			if (this.listener instanceof RequestListener requests) {
				requests.refuse(message, ex);
			}
			throw ex;
		}
	}

	@Override
	public String toString() {
		return this.listener.toString();
	}

	/**
	 * Calls the listener.
	 */
	@FunctionalInterface
	private interface Call {

		@Nullable CompletionStage<?> call(Message message) throws Exception;

	}

}
