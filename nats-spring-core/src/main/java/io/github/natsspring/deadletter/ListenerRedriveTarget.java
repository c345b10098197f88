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

package io.github.natsspring.deadletter;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.natsspring.listener.AckMessageException;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.AsyncResults;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.listener.TermMessageException;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Runs a listener for a dead letter, and tells from how it ends and settles whether the
 * letter is done. A termination counts as done, since it says that the message is never
 * to be delivered again.
 */
public final class ListenerRedriveTarget implements RedriveTarget {

	private final NatsMessageListener listener;

	private final AckMode ackMode;

	private final Duration timeout;

	/**
	 * Create a target.
	 * @param listener the listener
	 * @param ackMode how its messages are acknowledged
	 * @param timeout how long to wait for a listener that settles, or works on, after it
	 * returned
	 */
	public ListenerRedriveTarget(NatsMessageListener listener, AckMode ackMode, Duration timeout) {
		this.listener = listener;
		this.ackMode = ackMode;
		this.timeout = timeout;
	}

	@Override
	public void handle(Message message) throws Exception {
		Outcome outcome = new Outcome();
		try {
			CompletionStage<?> result = this.listener.handle(message, outcome);
			if (result != null) {
				AsyncResults.await(result, this.timeout);
			}
		}
		catch (AckMessageException | TermMessageException ex) {
			return;
		}
		catch (NakMessageException ex) {
			throw new IllegalStateException("The listener gave the message back", ex);
		}
		if (this.ackMode == AckMode.MANUAL || outcome.isSettled()) {
			outcome.await(this.timeout);
		}
	}

	/**
	 * Takes the settlement.
	 */
	private static final class Outcome implements Acknowledgment {

		private final CompletableFuture<Boolean> done = new CompletableFuture<>();

		void await(Duration timeout) throws InterruptedException {
			try {
				if (!this.done.get(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
					throw new IllegalStateException("The listener gave the message back");
				}
			}
			catch (TimeoutException ex) {
				throw new IllegalStateException(
						"The listener did not settle the message within %d ms".formatted(timeout.toMillis()), ex);
			}
			catch (ExecutionException ex) {
				throw new IllegalStateException(ex.getCause());
			}
		}

		@Override
		public void ack() {
			settle(true);
		}

		@Override
		public void ackSync() {
			settle(true);
		}

		@Override
		public void nak(Duration delay) {
			settle(false);
		}

		@Override
		public void term(@Nullable String reason) {
			settle(true);
		}

		@Override
		public void inProgress() {
			if (this.done.isDone()) {
				throw settled();
			}
		}

		@Override
		public boolean isSettled() {
			return this.done.isDone();
		}

		private void settle(boolean handled) {
			if (!this.done.complete(handled)) {
				throw settled();
			}
		}

		private static IllegalStateException settled() {
			return new IllegalStateException("The message was settled before");
		}

	}

}
