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

package io.github.natsspring.listener.pull;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a task that the executor of the user does not begin in time: an executor whose
 * threads are all busy says nothing, and messages would wait behind it unseen and be
 * extended for ever. Waits on the calling thread until the task begins.
 */
final class PatientExecutor implements Executor {

	private static final Log logger = LogFactory.getLog(PatientExecutor.class);

	private final String id;

	private final Executor executor;

	private final Duration patience;

	private final int concurrency;

	private final ReentrantLock lock = new ReentrantLock();

	// With the executor and without a task: given the next one, so that its queue does
	// not fill up with what was refused
	private final Queue<Place> vacant = new ArrayDeque<>();

	private volatile boolean warned;

	/**
	 * Create an executor.
	 * @param id the listener in messages
	 * @param executor runs the tasks
	 * @param patience how long it may take to begin one
	 * @param concurrency how many the listener may have at once
	 */
	PatientExecutor(String id, Executor executor, Duration patience, int concurrency) {
		this.id = id;
		this.executor = executor;
		this.patience = patience;
		this.concurrency = concurrency;
	}

	@Override
	public void execute(Runnable task) {
		Attempt attempt = new Attempt(task);
		Place place;
		boolean vacated;
		this.lock.lock();
		try {
			Place next = this.vacant.poll();
			vacated = next != null;
			place = (next != null) ? next : new Place();
			place.attempt = attempt;
		}
		finally {
			this.lock.unlock();
		}
		if (!vacated) {
			// The executor may block instead of refusing
			ContainerThreads.execute(() -> handOver(place));
		}
		if (!attempt.await(this.patience) && vacate(place, attempt)) {
			warn();
			throw new RejectedExecutionException(
					"it had no free thread for %s; give it more threads, or the listener ".formatted(this.patience)
							+ "an executor of its own");
		}
		attempt.throwRefusal();
	}

	private void handOver(Place place) {
		try {
			this.executor.execute(place);
		}
		catch (RuntimeException | Error ex) {
			Attempt attempt = take(place);
			if (attempt != null) {
				attempt.refuse(ex);
			}
		}
	}

	/**
	 * The task of a place that the executor is done with.
	 */
	private @Nullable Attempt take(Place place) {
		this.lock.lock();
		try {
			Attempt attempt = place.attempt;
			place.attempt = null;
			this.vacant.remove(place);
			return attempt;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take back a task that has not begun.
	 * @return {@code false} if it has meanwhile
	 */
	private boolean vacate(Place place, Attempt attempt) {
		this.lock.lock();
		try {
			if (place.attempt != attempt) {
				return false;
			}
			place.attempt = null;
			this.vacant.add(place);
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void warn() {
		// That none runs at all is told by the container
		if (this.concurrency > 1 && !this.warned) {
			this.warned = true;
			logger.warn("The executor of listener '%s' has too few free threads: less than %d handlers run at once"
				.formatted(this.id, this.concurrency));
		}
	}

	/**
	 * What the executor is given.
	 */
	private final class Place implements Runnable {

		private @Nullable Attempt attempt;

		@Override
		public void run() {
			Attempt current = take(this);
			if (current != null) {
				current.run();
			}
		}

	}

	/**
	 * One try to have a task run.
	 */
	private static final class Attempt {

		private final Runnable task;

		private final CountDownLatch decided = new CountDownLatch(1);

		private volatile @Nullable Throwable refusal;

		Attempt(Runnable task) {
			this.task = task;
		}

		void run() {
			this.decided.countDown();
			this.task.run();
		}

		void refuse(Throwable reason) {
			this.refusal = reason;
			this.decided.countDown();
		}

		boolean await(Duration patience) {
			try {
				return this.decided.await(patience.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}

		void throwRefusal() {
			if (this.refusal instanceof Error error) {
				throw error;
			}
			if (this.refusal instanceof RuntimeException exception) {
				throw exception;
			}
		}

	}

}
