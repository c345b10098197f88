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
		List<Message> kept = new ArrayList<>(messages.size());
		List<InterceptedRun> runs = new ArrayList<>(messages.size());
		BitSet discarded = new BitSet();
		Throwable refused = null;
		for (int i = 0; i < messages.size() && refused == null; i++) {
			InterceptedRun run = new InterceptedRun(this.chain, messages.get(i), true);
			try {
				Message message = run.begin();
				if (message != null) {
					kept.add(message);
					runs.add(run);
				}
				else {
					discarded.set(i);
				}
			}
			catch (Throwable ex) {
				refused = ex;
			}
		}
		Throwable failure = kept.isEmpty() ? null : handle(kept, runs);
		if (refused != null) {
			// Those before it have been handled by now, those behind it were not seen
			failure = (failure != null) ? new PartialBatchException(kept.size(), failure)
					: new BatchListenerFailedException(kept.size(), refused);
		}
		if (failure != null) {
			throwFailure(discarded, failure);
		}
	}

	private @Nullable Throwable handle(List<Message> messages, List<InterceptedRun> runs) {
		try {
			this.listener.onMessages(messages);
			runs.forEach(InterceptedRun::succeeded);
			return null;
		}
		catch (Throwable ex) {
			end(runs, ex);
			return ex;
		}
		finally {
			runs.forEach(InterceptedRun::returned);
		}
	}

	/**
	 * End runs as their messages are going to be settled.
	 */
	private static void end(List<InterceptedRun> runs, Throwable failure) {
		int size = runs.size();
		if (failure instanceof PartialBatchException part && part.getSize() > 0 && part.getSize() < size) {
			end(runs.subList(0, part.getSize()), part.getCause());
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

	private static void throwFailure(BitSet discarded, Throwable failure) throws Exception {
		if (!discarded.isEmpty()) {
			throw new FilteredBatchException(discarded, failure);
		}
		if (failure instanceof Error error) {
			throw error;
		}
		if (failure instanceof Exception exception) {
			throw exception;
		}
		throw new IllegalStateException(failure);
	}

	@Override
	public String toString() {
		return this.listener.toString();
	}

}
