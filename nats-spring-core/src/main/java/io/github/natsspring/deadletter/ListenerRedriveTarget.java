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

	private static final String GIVEN_BACK = "The listener gave the message back";

	private final NatsMessageListener listener;

	private final AckMode ackMode;

	private final Duration timeout;

	/**
	 * Create a target.
	 * @param listener the listener
	 * @param ackMode how its messages are acknowledged
	 * @param timeout how long to wait for a listener that settles, or works on, after it
	 * returned. One that ends later is not interrupted; when it succeeds then, the letter
	 * is deleted nevertheless
	 */
	public ListenerRedriveTarget(NatsMessageListener listener, AckMode ackMode, Duration timeout) {
		this.listener = listener;
		this.ackMode = ackMode;
		this.timeout = timeout;
	}

	@Override
	public void handle(Message message) throws Exception {
		CompletableFuture<@Nullable Void> end = run(message);
		try {
			end.get(this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new UnfinishedRedriveException(
					"its listener has not ended, or has not settled the message, within %d ms"
						.formatted(this.timeout.toMillis()),
					end);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new UnfinishedRedriveException("the wait for its listener was interrupted", end);
		}
		catch (ExecutionException ex) {
			Throwable failure = AsyncResults.unwrap(ex);
			if (failure instanceof Error error) {
				throw error;
			}
			throw (failure instanceof Exception exception) ? exception : ex;
		}
	}

	/**
	 * Run the listener on this thread.
	 * @return ends when the message is done, or with what the listener failed with
	 */
	private CompletableFuture<@Nullable Void> run(Message message) {
		Outcome outcome = new Outcome();
		CompletionStage<?> result;
		try {
			result = this.listener.handle(message, outcome);
		}
		catch (Exception ex) {
			return ended(ex, outcome);
		}
		if (result == null) {
			return ended(null, outcome);
		}
		CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
		result.whenComplete((value, failure) -> ended((failure != null) ? AsyncResults.unwrap(failure) : null, outcome)
			.whenComplete((done, problem) -> {
				if (problem != null) {
					end.completeExceptionally(problem);
				}
				else {
					end.complete(null);
				}
			}));
		return end;
	}

	/**
	 * The listener ended; its settlement may come later.
	 */
	private CompletableFuture<@Nullable Void> ended(@Nullable Throwable failure, Outcome outcome) {
		if (failure instanceof AckMessageException || failure instanceof TermMessageException) {
			return CompletableFuture.completedFuture(null);
		}
		if (failure instanceof NakMessageException) {
			return CompletableFuture.failedFuture(new IllegalStateException(GIVEN_BACK, failure));
		}
		if (failure != null) {
			return CompletableFuture.failedFuture(failure);
		}
		if (this.ackMode == AckMode.MANUAL || outcome.isSettled()) {
			CompletableFuture<@Nullable Void> settled = new CompletableFuture<>();
			outcome.done.whenComplete((handled, problem) -> {
				if (Boolean.TRUE.equals(handled)) {
					settled.complete(null);
				}
				else {
					settled.completeExceptionally((problem != null) ? problem : new IllegalStateException(GIVEN_BACK));
				}
			});
			return settled;
		}
		return CompletableFuture.completedFuture(null);
	}

	/**
	 * Takes the settlement.
	 */
	private static final class Outcome implements Acknowledgment {

		private final CompletableFuture<Boolean> done = new CompletableFuture<>();

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
