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

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.github.natsspring.listener.AsyncResults;
import org.jspecify.annotations.Nullable;

/**
 * A run whose listener has returned, and whose work goes on. It takes the place of one
 * among those that run at once, and no thread.
 */
final class PendingRun implements LaneRun {

	private final List<Delivery> deliveries;

	private final CompletionStage<?> result;

	private final Function<@Nullable Throwable, @Nullable PendingRun> end;

	private final RunClock clock = new RunClock();

	private volatile @Nullable Throwable failure;

	private volatile boolean hung;

	// Guarded by the lock of the lane
	private boolean ended;

	/**
	 * Create a run.
	 * @param deliveries what is run, at least one
	 * @param result completes when the work has ended
	 * @param end called on a worker with what the work failed with, or {@code null};
	 * returns what goes on after that, or {@code null}
	 * @param began when the run began
	 */
	PendingRun(List<Delivery> deliveries, CompletionStage<?> result,
			Function<@Nullable Throwable, @Nullable PendingRun> end, long began) {
		this.deliveries = deliveries;
		this.result = result;
		this.end = end;
		this.clock.begin(began);
	}

	/**
	 * Whether the work that a listener leaves has ended already.
	 */
	static boolean isDone(CompletionStage<?> result) {
		return result instanceof CompletableFuture<?> future && future.isDone();
	}

	/**
	 * What work failed with that has ended.
	 */
	static @Nullable Throwable failureOf(CompletionStage<?> done) {
		Throwable[] failure = new Throwable[1];
		done.whenComplete((value, ex) -> failure[0] = ex);
		return (failure[0] != null) ? AsyncResults.unwrap(failure[0]) : null;
	}

	/**
	 * Have a lane told of the end, on whatever thread that comes.
	 */
	void await(Lane lane) {
		try {
			this.result.whenComplete((value, ex) -> ended(lane, ex));
		}
		catch (Throwable ex) {
			// Of a stage that somebody else wrote
			ended(lane, ex);
		}
	}

	private void ended(Lane lane, @Nullable Throwable ex) {
		this.failure = (ex != null) ? AsyncResults.unwrap(ex) : null;
		this.hung = this.clock.end();
		lane.ended(this);
	}

	/**
	 * Note that the end was heard of. Called under the lock of the lane.
	 * @return {@code false} if it was before
	 */
	boolean end() {
		boolean first = !this.ended;
		this.ended = true;
		return first;
	}

	/**
	 * Do what is to be done at the end.
	 * @return what goes on after that, or {@code null} if nothing does
	 */
	@Nullable PendingRun finish() {
		return this.end.apply(this.failure);
	}

	/**
	 * Whether it took too long, and somebody knows of it.
	 */
	boolean hasHung() {
		return this.hung;
	}

	List<Delivery> deliveries() {
		return this.deliveries;
	}

	@Override
	public Delivery current() {
		return this.deliveries.get(0);
	}

	@Override
	public RunClock.Progress progress(long longest) {
		return this.clock.progress(longest);
	}

	@Override
	public String describePosition() {
		return "the method has returned, and what it returned does not complete";
	}

	@Override
	public void addTaken(List<Delivery> taken) {
		taken.addAll(this.deliveries);
	}

}
