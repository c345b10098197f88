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

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

import io.nats.client.Connection;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * A request whose reply is awaited. Completed on a thread of jnats, so that nothing of
 * the user may hang on it; fails with a {@link RequestFailure} only. It takes the reply
 * and notes its end by itself: a callback for each would cost more than all the rest.
 */
class PendingRequest extends CompletableFuture<Message> implements BiConsumer<@Nullable Message, @Nullable Throwable> {

	private final String subject;

	private @Nullable Requester requester;

	private @Nullable Connection connection;

	private long deadline;

	private int place = -1;

	private volatile @Nullable CompletableFuture<Message> reply;

	PendingRequest(String subject) {
		this.subject = subject;
	}

	String subject() {
		return this.subject;
	}

	/**
	 * It is about to be sent.
	 * @param requester is told of the end
	 * @param connection where it is sent
	 * @param deadline when it is overdue, in the time of {@link System#nanoTime()}
	 */
	void begin(Requester requester, Connection connection, long deadline) {
		this.requester = requester;
		this.connection = connection;
		this.deadline = deadline;
	}

	/**
	 * It has been sent.
	 * @param reply where jnats gives the reply
	 */
	void sent(CompletableFuture<Message> reply) {
		this.reply = reply;
		if (isDone()) {
			// Refused at once
			cancelReply();
		}
		reply.whenComplete(this);
	}

	/**
	 * The reply, from jnats.
	 */
	@Override
	public void accept(@Nullable Message message, @Nullable Throwable ex) {
		Requester.complete(this, message, ex);
	}

	@Override
	public boolean complete(Message value) {
		boolean first = super.complete(value);
		if (first) {
			ended();
		}
		return first;
	}

	@Override
	public boolean completeExceptionally(Throwable ex) {
		boolean first = super.completeExceptionally(ex);
		if (first) {
			ended();
		}
		return first;
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		return completeExceptionally(new CancellationException());
	}

	/**
	 * Called once, when it is complete.
	 */
	void ended() {
		Requester requester = this.requester;
		if (requester != null) {
			requester.forget(this);
		}
		cancelReply();
	}

	private void cancelReply() {
		CompletableFuture<Message> reply = this.reply;
		if (reply != null && !reply.isDone()) {
			// jnats removes what is done
			reply.cancel(false);
		}
	}

	/**
	 * Where it is among those that are pending.
	 */
	int place() {
		return this.place;
	}

	void place(int place) {
		this.place = place;
	}

	/**
	 * When it is overdue, in the time of {@link System#nanoTime()}.
	 */
	long deadline() {
		return this.deadline;
	}

	/**
	 * Whether the server speaks of this request.
	 * @param connection where the error came
	 * @param refusal the error
	 * @return whether the request was refused
	 */
	boolean isRefusedBy(Connection connection, Refusal refusal) {
		return this.connection == connection && refusal.concerns(this.subject, null);
	}

	void fail(RequestFailure.Reason reason, String text) {
		completeExceptionally(new RequestFailure(reason, text));
	}

}
