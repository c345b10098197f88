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

import org.jspecify.annotations.Nullable;

/**
 * Runs deliveries of a lane, one after the other, on a thread of the executor.
 */
final class LaneWorker implements Runnable {

	private final Lane lane;

	// Written by next() under the lock of the lane, read by this worker without
	private final List<Delivery> batch = new ArrayList<>();

	// The first of the batch that has not run; used by this worker only
	private int next;

	private volatile @Nullable Delivery current;

	private volatile @Nullable Thread thread;

	private volatile boolean givenUp;

	LaneWorker(Lane lane) {
		this.lane = lane;
	}

	@Override
	public void run() {
		this.thread = Thread.currentThread();
		while (this.lane.next(this, this.batch)) {
			runBatch();
		}
		this.thread = null;
	}

	private void runBatch() {
		this.next = 0;
		while (this.next < this.batch.size()) {
			if (this.givenUp || this.lane.isClosed()) {
				return;
			}
			if (this.lane.isParked()) {
				this.lane.putBack(this);
				return;
			}
			Delivery delivery = this.batch.get(this.next++);
			this.current = delivery;
			this.lane.run(delivery);
			this.current = null;
		}
	}

	/**
	 * Whether the calling thread is that of this worker.
	 */
	boolean isRunningHere() {
		return this.thread == Thread.currentThread();
	}

	/**
	 * What is run at the moment.
	 */
	@Nullable Delivery current() {
		return this.current;
	}

	/**
	 * Where the run stands.
	 */
	StackTraceElement[] stack() {
		Thread thread = this.thread;
		return (thread != null) ? thread.getStackTrace() : new StackTraceElement[0];
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
	 * Take what has not run out of the batch. Called by this worker, under the lock of
	 * the lane.
	 */
	List<Delivery> takeRest() {
		List<Delivery> rest = this.batch.subList(this.next, this.batch.size());
		List<Delivery> taken = new ArrayList<>(rest);
		rest.clear();
		return taken;
	}

}
