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

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Calls a listener of batches between its interceptors. Messages that these discard leave
 * the batch.
 */
final class InterceptedBatchListener implements NatsBatchListener {

	private final InterceptorChain chain;

	private final NatsBatchListener listener;

	InterceptedBatchListener(InterceptorChain chain, NatsBatchListener listener) {
		this.chain = chain;
		this.listener = listener;
	}

	@Override
	public void onMessages(List<Message> messages) throws Exception {
		new Batch(messages).run((kept) -> {
			this.listener.onMessages(kept);
			return null;
		});
	}

	@Override
	public @Nullable CompletionStage<?> handle(List<Message> messages) throws Exception {
		return new Batch(messages).run(this.listener::handle);
	}

	@Override
	public String toString() {
		return this.listener.toString();
	}

	/**
	 * End runs as their messages are going to be settled.
	 */
	private static void end(List<InterceptedRun> runs, Throwable failure) {
		int size = runs.size();
		if (failure instanceof PartialBatchException part && part.getSize() > 0 && part.getSize() < size) {
			end(runs.subList(0, part.getSize()), (part.getCause() != null) ? part.getCause() : part);
			runs.subList(part.getSize(), size).forEach((run) -> run.failed(failure));
		}
		else if (failure instanceof BatchListenerFailedException at && at.getIndex() >= 0 && at.getIndex() < size) {
			runs.subList(0, at.getIndex()).forEach(InterceptedRun::succeeded);
			runs.get(at.getIndex()).failed((at.getCause() != null) ? at.getCause() : at);
			runs.subList(at.getIndex() + 1, size).forEach((run) -> run.failed(failure));
		}
		else {
			runs.forEach((run) -> run.failed(failure));
		}
	}

	private static void throwIf(@Nullable Throwable failure) throws Exception {
		if (failure instanceof Error error) {
			throw error;
		}
		if (failure instanceof Exception exception) {
			throw exception;
		}
		if (failure != null) {
			throw new IllegalStateException(failure);
		}
	}

	/**
	 * The messages of one call.
	 */
	private final class Batch {

		private final List<Message> kept;

		private final List<InterceptedRun> runs;

		private final BitSet discarded = new BitSet();

		/**
		 * What an interceptor threw for the message behind those that are kept, if one
		 * did: it and what is behind it does not reach the listener.
		 */
		private @Nullable Throwable refused;

		Batch(List<Message> messages) {
			this.kept = new ArrayList<>(messages.size());
			this.runs = new ArrayList<>(messages.size());
			for (int i = 0; i < messages.size() && this.refused == null; i++) {
				begin(messages.get(i), i);
			}
		}

		private void begin(Message received, int index) {
			InterceptedRun run = new InterceptedRun(InterceptedBatchListener.this.chain, received, true);
			try {
				Message message = run.begin();
				if (message != null) {
					this.kept.add(message);
					this.runs.add(run);
				}
				else {
					this.discarded.set(index);
				}
			}
			catch (Throwable ex) {
				this.refused = ex;
			}
		}

		@Nullable CompletionStage<?> run(Call call) throws Exception {
			CompletionStage<?> result = null;
			Throwable failure = null;
			if (!this.kept.isEmpty()) {
				try {
					result = call.call(this.kept);
				}
				catch (Throwable ex) {
					failure = ex;
				}
			}
			Throwable outcome = (result != null) ? null : end(failure);
			this.runs.forEach(InterceptedRun::returned);
			throwIf(outcome);
			if (result == null) {
				return null;
			}
			return result.handle((value, ex) -> {
				Throwable late = end((ex != null) ? InterceptedRun.unwrap(ex) : null);
				if (late != null) {
					throw new CompletionException(late);
				}
				return value;
			});
		}

		/**
		 * End the runs.
		 * @param failure what the listener threw, or {@code null}
		 * @return what the container is to get, or {@code null}
		 */
		private @Nullable Throwable end(@Nullable Throwable failure) {
			if (failure != null) {
				InterceptedBatchListener.end(this.runs, failure);
			}
			else {
				this.runs.forEach(InterceptedRun::succeeded);
			}
			Throwable outcome = failure;
			if (this.refused != null) {
				// Those before it have been handled by now, those behind it were not seen
				outcome = (failure != null) ? new PartialBatchException(this.kept.size(), failure)
						: new BatchListenerFailedException(this.kept.size(), this.refused);
			}
			return (outcome != null && !this.discarded.isEmpty()) ? new FilteredBatchException(this.discarded, outcome)
					: outcome;
		}

	}

	/**
	 * Calls the listener.
	 */
	@FunctionalInterface
	private interface Call {

		@Nullable CompletionStage<?> call(List<Message> messages) throws Exception;

	}

}
