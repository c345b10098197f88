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

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs deliveries of a lane, one after the other, on a thread of the executor.
 */
final class LaneWorker implements Runnable, LaneRun {

	private static final Log logger = LogFactory.getLog(LaneWorker.class);

	private final Lane lane;

	private final LaneHandler handler;

	// Written by next() under the lock of the lane, read by this worker without
	private final List<Delivery> batch = new ArrayList<>();

	// What of the batch is next; used by this worker only
	private int next;

	private volatile @Nullable Delivery current;

	private final RunClock clock = new RunClock();

	// What of the batch has ended elsewhere. Written by next() under the lock of the
	// lane, read by this worker without
	private @Nullable PendingRun ended;

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
		try {
			work();
		}
		catch (Throwable ex) {
			// First: there may not be enough memory for a message
			this.lane.giveWay(this);
			logger.error("A worker of a listener ended unexpectedly, another takes its place", ex);
		}
		idle();
		this.thread = null;
	}

	private void work() {
		long began = System.nanoTime();
		boolean goesOn = true;
		while (goesOn && next()) {
			PendingRun ended = this.ended;
			goesOn = (ended != null) ? finish(ended, began) : runBatch(began);
		}
	}

	private boolean next() {
		if (this.lane.isEmpty()) {
			idle();
		}
		this.next = 0;
		return this.lane.next(this, this.batch);
	}

	private void idle() {
		try {
			this.handler.idle();
		}
		catch (Throwable ex) {
			unsettled(ex);
		}
	}

	/**
	 * Deal with what has ended elsewhere.
	 * @return {@code false} if this worker has given way to another
	 */
	private boolean finish(PendingRun run, long began) {
		this.ended = null;
		this.next = this.batch.size();
		begin(run.current());
		PendingRun next = null;
		try {
			next = run.finish();
		}
		catch (Throwable ex) {
			unsettled(ex);
		}
		await(next, run.deliveries());
		if (run.hasHung()) {
			recovered();
		}
		return !givesWay(began);
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
				await(runAll(deliveries), deliveries);
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
			PendingRun pending = run(delivery);
			if (pending != null) {
				this.lane.await(this, pending);
			}
			else {
				delivery.over();
			}
			end();
			if (givesWay(began)) {
				return false;
			}
			if (pending != null) {
				return true;
			}
		}
		return true;
	}

	private @Nullable PendingRun run(Delivery delivery) {
		try {
			return this.handler.run(delivery, this.lane);
		}
		catch (Throwable ex) {
			unsettled(ex);
			return null;
		}
	}

	private @Nullable PendingRun runAll(List<Delivery> deliveries) {
		try {
			return this.handler.runBatch(deliveries, this.lane);
		}
		catch (Throwable ex) {
			unsettled(ex);
			return null;
		}
	}

	/**
	 * Leave a run to go on without this worker, if it has not ended.
	 */
	private void await(@Nullable PendingRun pending, List<Delivery> deliveries) {
		if (pending != null) {
			this.lane.await(this, pending);
		}
		else {
			deliveries.forEach(Delivery::over);
		}
		end();
	}

	private boolean givesWay(long began) {
		return this.lane.isTurnOver(began) && this.lane.giveWay(this);
	}

	private static void unsettled(Throwable ex) {
		// One message must not end the worker for all
		logger.error("A message could not be settled and is delivered again after ack-wait", ex);
	}

	private void begin(Delivery delivery) {
		this.current = delivery;
		this.clock.begin(System.nanoTime());
	}

	private void end() {
		boolean hung = this.clock.end();
		this.current = null;
		if (hung) {
			recovered();
		}
	}

	private void recovered() {
		try {
			this.handler.recovered();
		}
		catch (Throwable ex) {
			logger.error("A listener may have to be started again", ex);
		}
	}

	@Override
	public RunClock.Progress progress(long longest) {
		return this.clock.progress(longest);
	}

	@Override
	public @Nullable Delivery current() {
		return this.current;
	}

	/**
	 * Whether it has taken what has not ended. Called under the lock of the lane.
	 */
	boolean isBusy() {
		return this.current != null || this.batch.stream().anyMatch(Delivery::isWaiting);
	}

	/**
	 * Whether it has taken something. Called under the lock of the lane.
	 */
	boolean isActive() {
		return !this.batch.isEmpty();
	}

	@Override
	public String describePosition() {
		Thread thread = this.thread;
		StringBuilder stack = new StringBuilder("it stands at");
		for (StackTraceElement element : (thread != null) ? thread.getStackTrace() : new StackTraceElement[0]) {
			stack.append("%n\tat %s".formatted(element));
		}
		return stack.toString();
	}

	/**
	 * Hand over what has ended elsewhere. Called under the lock of the lane.
	 */
	void resume(PendingRun ended) {
		this.ended = ended;
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

	boolean isGivenUp() {
		return this.givenUp;
	}

	@Override
	public void addTaken(List<Delivery> taken) {
		taken.addAll(this.batch);
	}

	/**
	 * Give up what has not started. Called under the lock of the lane, by this worker
	 * between two runs.
	 */
	List<Delivery> takeRest() {
		List<Delivery> rest = List.copyOf(this.batch.subList(this.next, this.batch.size()));
		this.batch.clear();
		this.next = 0;
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

}
