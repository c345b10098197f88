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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs deliveries of a lane, one after the other, on a thread of the executor.
 */
final class LaneWorker implements Runnable {

	private static final Log logger = LogFactory.getLog(LaneWorker.class);

	private final Lane lane;

	private final LaneHandler handler;

	// Written by next() under the lock of the lane, read by this worker without
	private final List<Delivery> batch = new ArrayList<>();

	// What of the batch is next; used by this worker only
	private int next;

	private volatile @Nullable Delivery current;

	// When the run began, an even number; one more once it is known to hang; zero between
	// runs
	private final AtomicLong running = new AtomicLong();

	private volatile @Nullable Thread thread;

	private volatile boolean givenUp;

	// Guarded by the lock of the lane
	private boolean begun;

	LaneWorker(Lane lane, LaneHandler handler) {
		this.lane = lane;
		this.handler = handler;
	}

	@Override
	public void run() {
		this.thread = Thread.currentThread();
		long began = System.nanoTime();
		boolean goesOn = true;
		while (goesOn && this.lane.next(this, this.batch)) {
			goesOn = runBatch(began);
		}
		this.thread = null;
	}

	/**
	 * Run what was taken.
	 * @return {@code false} if this worker has given way to another
	 */
	private boolean runBatch(long began) {
		if (this.lane.isBatch()) {
			if (!this.givenUp && !this.lane.isHeld()) {
				begin(this.batch.get(0));
				List<Delivery> deliveries = List.copyOf(this.batch);
				this.next = deliveries.size();
				safely(() -> this.handler.runBatch(deliveries, this.lane));
				end();
			}
			return !givesWay(began);
		}
		for (int i = 0; i < this.batch.size(); i++) {
			if (this.givenUp || this.lane.isHeld()) {
				return true;
			}
			Delivery delivery = this.batch.get(i);
			this.next = i + 1;
			begin(delivery);
			safely(() -> this.handler.run(delivery, this.lane));
			end();
			if (givesWay(began)) {
				return false;
			}
		}
		return true;
	}

	private boolean givesWay(long began) {
		if (!this.lane.isTurnOver(began)) {
			return false;
		}
		this.lane.giveWay(this);
		return true;
	}

	private static void safely(Runnable run) {
		try {
			run.run();
		}
		catch (Throwable ex) {
			// One message must not end the worker for all
			logger.error("A message could not be settled and is delivered again after ack-wait", ex);
		}
	}

	private void begin(Delivery delivery) {
		this.current = delivery;
		this.running.set(Math.max(2, System.nanoTime() & ~1));
	}

	private void end() {
		long run = this.running.getAndSet(0);
		this.current = null;
		if ((run & 1) != 0) {
			safely(this.handler::recovered);
		}
	}

	/**
	 * Find out whether the run takes too long.
	 * @param longest how long it may, in nanoseconds
	 */
	Progress progress(long longest) {
		long run = this.running.get();
		if (run == 0 || (run & 1) != 0) {
			return Progress.UNCHANGED;
		}
		if (System.nanoTime() - run <= longest) {
			return Progress.RUNS;
		}
		return this.running.compareAndSet(run, run | 1) ? Progress.HANGS : Progress.UNCHANGED;
	}

	/**
	 * What is run at the moment.
	 */
	@Nullable Delivery current() {
		return this.current;
	}

	/**
	 * Whether it has taken what has not ended. Called under the lock of the lane.
	 */
	boolean isBusy() {
		return this.current != null || this.batch.stream().anyMatch(Delivery::isWaiting);
	}

	/**
	 * Where the run stands.
	 */
	StackTraceElement[] stack() {
		Thread thread = this.thread;
		return (thread != null) ? thread.getStackTrace() : new StackTraceElement[0];
	}

	void begin() {
		this.begun = true;
	}

	boolean hasBegun() {
		return this.begun;
	}

	void giveUp() {
		this.givenUp = true;
	}

	/**
	 * Take over what the worker took and may not have started. Called under the lock of
	 * the lane.
	 */
	void addUnstarted(List<Delivery> unstarted) {
		unstarted.addAll(this.batch);
	}

	/**
	 * Give up what has not started. Called under the lock of the lane, by this worker
	 * between two runs.
	 */
	List<Delivery> takeRest() {
		List<Delivery> rest = List.copyOf(this.batch.subList(this.next, this.batch.size()));
		this.batch.clear();
		return rest;
	}

	/**
	 * Give up what is behind a delivery. Called under the lock of the lane, by this
	 * worker.
	 */
	List<Delivery> takeBehind(Delivery delivery) {
		if (this.current != delivery) {
			return List.of();
		}
		List<Delivery> behind = this.batch.subList(this.batch.indexOf(delivery) + 1, this.batch.size());
		List<Delivery> taken = List.copyOf(behind);
		behind.clear();
		return taken;
	}

	/**
	 * How a run goes on.
	 */
	enum Progress {

		/**
		 * It may take longer.
		 */
		RUNS,

		/**
		 * It takes too long, which was not known before.
		 */
		HANGS,

		/**
		 * There is no run, or it is known to hang.
		 */
		UNCHANGED

	}

}
