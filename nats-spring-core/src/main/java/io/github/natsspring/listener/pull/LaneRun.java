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
 * A run of the listener that is under way.
 */
interface LaneRun {

	/**
	 * What is run at the moment, the first of a batch; {@code null} if nothing is.
	 */
	@Nullable Delivery current();

	/**
	 * Find out whether the run takes too long.
	 * @param longest how long it may, in nanoseconds
	 */
	RunClock.Progress progress(long longest);

	/**
	 * Where the run stands, as the end of a sentence.
	 */
	String describePosition();

	/**
	 * Add what the run took and what may not have ended. Called under the lock of the
	 * lane.
	 */
	void addTaken(List<Delivery> taken);

}
