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

package io.github.natsspring.listener.watch;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.natsspring.listener.AckMessageException;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.listener.FailureText;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.support.LogPace;
import io.github.natsspring.support.Subjects;
import io.nats.client.Message;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs the listener of a watch for what is wanted of it, and says what there is to say in
 * between. Never throws: an update that fails is logged and counted, and the next one has
 * its turn.
 */
final class WatchRunner implements NatsMessageListener {

	private static final Log logger = LogFactory.getLog(WatchRunner.class);

	private final LogPace failureLog = new LogPace();

	private final String id;

	private final BucketWatch watch;

	private final NatsMessageListener listener;

	private final @Nullable NatsErrorHandler errorHandler;

	private final WatchProgress progress;

	private final Consumer<WatchProgress.News> announcer;

	private final AtomicLong failures = new AtomicLong();

	private final ReentrantLock turn = new ReentrantLock();

	/**
	 * Create a runner.
	 * @param id the id of the listener
	 * @param watch what is watched
	 * @param listener handles what is wanted
	 * @param errorHandler told of failures, or {@code null}
	 * @param progress told of everything that was handled
	 * @param announcer says what there is to say
	 */
	WatchRunner(String id, BucketWatch watch, NatsMessageListener listener, @Nullable NatsErrorHandler errorHandler,
			WatchProgress progress, Consumer<WatchProgress.News> announcer) {
		this.id = id;
		this.watch = watch;
		this.listener = listener;
		this.errorHandler = errorHandler;
		this.progress = progress;
		this.announcer = announcer;
	}

	@Override
	public void onMessage(Message message, Acknowledgment acknowledgment) {
		this.turn.lock();
		try {
			announceAll();
			NatsJetStreamMetaData metaData = message.metaData();
			if (this.progress.isCurrent(metaData.getConsumer())) {
				run(message, acknowledgment);
				this.progress.handled(metaData.streamSequence(), metaData.pendingCount());
				announceAll();
			}
		}
		finally {
			this.turn.unlock();
		}
		// For somebody who found it taken meanwhile
		announce();
	}

	/**
	 * Say what there is to say, unless the listener runs, which will be followed by it.
	 */
	void announce() {
		while (this.progress.isNewsDue() && this.turn.tryLock()) {
			try {
				announceAll();
			}
			finally {
				this.turn.unlock();
			}
		}
	}

	private void announceAll() {
		WatchProgress.News news = this.progress.takeNews();
		while (news != null) {
			try {
				this.announcer.accept(news);
			}
			catch (RuntimeException | Error ex) {
				logger.error("Somebody who was told of an event of listener '%s' failed".formatted(this.id), ex);
			}
			news = this.progress.takeNews();
		}
	}

	private void run(Message message, Acknowledgment acknowledgment) {
		try {
			if (this.watch.isWanted(message)) {
				this.listener.onMessage(message, acknowledgment);
			}
		}
		catch (AckMessageException ex) {
			// Nothing to settle, and nothing that failed
		}
		catch (Throwable ex) {
			failed(message, ex);
		}
	}

	private void failed(Message message, Throwable ex) {
		this.failures.incrementAndGet();
		FailedRun failure = new FailedRun(this.id, message, 1, message.metaData().deliveredCount(), ex);
		String text = "Listener '%s' failed on revision %d of '%s' in %s, which is passed over".formatted(this.id,
				message.metaData().streamSequence(), Subjects.printable(message.getSubject()), this.watch);
		// The exceptions of converters and validators may quote the payload
		this.failureLog.log((more) -> logger.error(FailureText.line(text + more, ex), FailureText.trace(ex)));
		if (this.errorHandler != null) {
			try {
				this.errorHandler.handle(failure);
			}
			catch (RuntimeException | Error handlerFailure) {
				logger.error("The error handler of listener '%s' failed".formatted(this.id), handlerFailure);
			}
		}
	}

	/**
	 * How many updates failed.
	 */
	long failures() {
		return this.failures.get();
	}

}
