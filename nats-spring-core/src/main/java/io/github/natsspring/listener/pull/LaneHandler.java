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

import org.jspecify.annotations.Nullable;

/**
 * What a lane calls.
 */
interface LaneHandler {

	/**
	 * Run a delivery if it can still be started. Must not throw.
	 * @return what goes on without the thread, or {@code null} if the run has ended
	 */
	@Nullable PendingRun run(Delivery delivery, Lane lane);

	/**
	 * Run deliveries together, those that can still be started. Must not throw.
	 * @return what goes on without the thread, or {@code null} if the run has ended
	 */
	@Nullable PendingRun runBatch(List<Delivery> deliveries, Lane lane);

	/**
	 * There is nothing more to run for now. Called by a worker, and may block.
	 */
	void idle();

	/**
	 * A run ended that had been found to hang.
	 */
	void recovered();

	/**
	 * The executor did not take a worker, and there is no other. The lane is to be told
	 * when to {@link Lane#retry()}.
	 */
	void refused(Lane lane, Throwable ex);

	/**
	 * The executor takes workers again. Must not block.
	 */
	void accepted();

}
