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

package io.github.natsspring.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.connection.NatsException;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import org.jspecify.annotations.Nullable;

/**
 * Publishes on the caller's thread until a stream has answered. The message is sent again
 * under its message id, and the answer to any of the tries counts.
 */
class ConfirmedPublisher {

	private final Requester requester;

	private final JetStreamTemplateSettings settings;

	ConfirmedPublisher(Requester requester, JetStreamTemplateSettings settings) {
		this.requester = requester;
		this.settings = settings;
	}

	PublishAck publish(Outgoing message, Duration timeout) {
		return new Attempts(message, timeout).run();
	}

	/**
	 * The tries of one message.
	 */
	private final class Attempts {

		private final Outgoing message;

		private final Duration timeout;

		private final long deadline;

		private CompletableFuture<Message> answer = new CompletableFuture<>();

		/**
		 * Whether there is a try of which nobody said that it was not stored.
		 */
		private boolean open;

		private int unheard;

		/**
		 * Why the message could not be sent again, if so.
		 */
		private @Nullable NatsException obstacle;

		Attempts(Outgoing message, Duration timeout) {
			this.message = message;
			this.timeout = timeout;
			this.deadline = System.nanoTime() + timeout.toNanos();
		}

		PublishAck run() {
			while (true) {
				try {
					JetStreamTemplateSettings settings = ConfirmedPublisher.this.settings;
					Duration patience = send() ? settings.attemptTimeout() : settings.retryInterval();
					Message reply = this.answer.get(Math.max(Math.min(patience.toNanos(), remaining()), 0),
							TimeUnit.NANOSECONDS);
					return StreamReplies.read(this.message.subject(), reply);
				}
				catch (NatsPublishRejectedException ex) {
					if (ex.getApiErrorCode() != StreamReplies.DUPLICATE_IN_PROCESS) {
						throw rejected(ex);
					}
					this.open = true;
					pause(ex);
				}
				catch (ExecutionException ex) {
					failed(RequestFailure.of(ex));
				}
				catch (TimeoutException ex) {
					this.open = true;
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
					throw unknown("interrupted", ex);
				}
				if (remaining() <= 0) {
					throw unknown("no answer within %d ms".formatted(this.timeout.toMillis()), this.obstacle);
				}
			}
		}

		/**
		 * Send the message.
		 * @return {@code false} if a later try could not be sent; an earlier one may
		 * still be answered, and the connection may come back or be replaced
		 */
		private boolean send() {
			if (this.answer.isDone()) {
				this.answer = new CompletableFuture<>();
			}
			CompletableFuture<Message> answer = this.answer;
			try {
				Duration patience = Duration.ofNanos(Math.max(remaining(), 1));
				ConfirmedPublisher.this.requester
					.send(this.message.subject(), this.message.headers(), this.message.body(), patience)
					.whenComplete((reply, ex) -> {
						if (reply != null) {
							answer.complete(reply);
						}
						else if (ex instanceof RequestFailure failure
								&& failure.reason() != RequestFailure.Reason.TIMEOUT) {
							answer.completeExceptionally(failure);
						}
					});
				return true;
			}
			catch (NatsException ex) {
				if (!this.open) {
					throw ex;
				}
				this.obstacle = ex;
				return false;
			}
		}

		private void failed(RequestFailure failure) {
			switch (failure.reason()) {
				case NO_RESPONDERS -> {
					if (!this.open && ++this.unheard > ConfirmedPublisher.this.settings.noStreamRetries()) {
						throw StreamReplies.failed(this.message.subject(), failure, this.timeout);
					}
					pause(failure);
					if (!this.open && remaining() <= 0) {
						throw StreamReplies.failed(this.message.subject(), failure, this.timeout);
					}
				}
				case REFUSED -> {
					if (!this.open) {
						throw StreamReplies.failed(this.message.subject(), failure, this.timeout);
					}
					throw unknown("a later try was refused: " + failure.getMessage(), null);
				}
				// The next try goes over the connection that replaces this one
				case CLOSED, TIMEOUT -> this.open = true;
			}
		}

		/**
		 * An earlier try may be stored all the same: the stream forgets message ids after
		 * a time, and then what it refuses may be the second copy.
		 */
		private NatsPublishException rejected(NatsPublishRejectedException ex) {
			return this.open ? unknown("a later try was rejected: " + ex.getMessage(), ex) : ex;
		}

		private void pause(Exception cause) {
			long nanos = Math.min(ConfirmedPublisher.this.settings.retryInterval().toNanos(), remaining());
			long end = System.nanoTime() + nanos;
			while (nanos > 0) {
				LockSupport.parkNanos(nanos);
				if (Thread.interrupted()) {
					Thread.currentThread().interrupt();
					throw unknown("interrupted", cause);
				}
				nanos = end - System.nanoTime();
			}
		}

		private long remaining() {
			return this.deadline - System.nanoTime();
		}

		private NatsPublishOutcomeUnknownException unknown(String reason, @Nullable Throwable cause) {
			return StreamReplies.unknown(this.message.subject(), reason, cause);
		}

	}

}
