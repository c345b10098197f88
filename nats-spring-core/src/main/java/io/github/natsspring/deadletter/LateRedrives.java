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

import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.listener.AsyncResults;
import io.github.natsspring.listener.FailureText;
import io.nats.client.api.MessageInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Deletes letters whose listener succeeds when nobody waits for it any longer.
 */
final class LateRedrives {

	private static final Log logger = LogFactory.getLog(LateRedrives.class);

	private final DeadLetterStore store;

	// Listeners end on any thread, and may not wait for the server there
	private final ThreadPoolExecutor executor;

	LateRedrives(DeadLetterStore store) {
		this.store = store;
		this.executor = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), (task) -> {
			Thread thread = new Thread(task, "nats-redrives-" + store.holder().getName());
			thread.setDaemon(true);
			return thread;
		});
		this.executor.allowCoreThreadTimeOut(true);
	}

	/**
	 * Delete a letter when its listener has succeeded.
	 * @param end ends when the letter is done
	 * @param letter the letter
	 */
	void deleteAfter(CompletionStage<?> end, DeadLetter letter) {
		end.whenCompleteAsync((done, failure) -> ended(letter, failure), this.executor);
	}

	private void ended(DeadLetter letter, @Nullable Throwable failure) {
		DeadLetterId id = letter.id();
		if (failure != null) {
			Throwable cause = AsyncResults.unwrap(failure);
			logger.warn(FailureText.line("Dead letter %s: its listener failed after all".formatted(id), cause),
					FailureText.trace(cause));
			return;
		}
		try {
			// The connection must not be made again for this, and another letter may have
			// the place by now
			boolean deleted = this.store.holder().current() != null && isThere(letter);
			if (deleted) {
				this.store.delete(id);
			}
			logger.info("Dead letter %s: its listener succeeded after all%s".formatted(id,
					deleted ? ", and it is deleted" : ""));
		}
		catch (RuntimeException ex) {
			logger.warn("Dead letter %s: its listener succeeded after all, but it could not be deleted; discard it"
				.formatted(id), ex);
		}
	}

	private boolean isThere(DeadLetter letter) {
		MessageInfo info = this.store.message(letter.id().stream(), letter.id().sequence());
		DeadLetter now = (info != null) ? DeadLetterReader.read(letter.id().stream(), info) : null;
		return now != null && now.storedAt().equals(letter.storedAt());
	}

}
