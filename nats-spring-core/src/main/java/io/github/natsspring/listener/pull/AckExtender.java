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
import java.util.List;
import java.util.Set;

/**
 * Tells the server of what is still worked on, so that it does not deliver it again: what
 * runs, up to a longest time, and what waits behind it. One scan serves all deliveries of
 * a container; there is no timer per message.
 */
final class AckExtender {

	private final LaneGroup lanes;

	private final List<Set<Delivery>> unsettled;

	private final Settler settler;

	private final long longest;

	private final StuckListener stuck;

	/**
	 * Create an extender.
	 * @param lanes where deliveries wait and run
	 * @param unsettled deliveries whose listener returned and that will be settled later
	 * @param settler sends the extensions
	 * @param longest how long a delivery is extended from the start of its handler
	 * @param stuck told of handlers that run for longer
	 */
	AckExtender(LaneGroup lanes, List<Set<Delivery>> unsettled, Settler settler, Duration longest,
			StuckListener stuck) {
		this.lanes = lanes;
		this.unsettled = unsettled;
		this.settler = settler;
		this.longest = longest.toNanos();
		this.stuck = stuck;
	}

	void scan(long now) {
		this.lanes.forEach((lane) -> lane.scan((waiting) -> extendWaiting(waiting, now),
				(worker) -> extendRunning(lane, worker, now)));
		for (Set<Delivery> deliveries : this.unsettled) {
			for (Delivery delivery : deliveries) {
				if (now - delivery.started() <= this.longest) {
					extend(delivery, now);
				}
			}
		}
	}

	private void extendRunning(Lane lane, LaneWorker worker, long now) {
		Delivery delivery = worker.current();
		if (delivery == null) {
			return;
		}
		switch (worker.progress(this.longest)) {
			case RUNS -> lane.forEachRunning(worker, (running) -> extend(running, now));
			case HANGS -> this.stuck.stuck(lane, worker, delivery);
			case UNCHANGED -> {
			}
		}
	}

	private void extendWaiting(Delivery delivery, long now) {
		if (delivery.isWaiting()) {
			extend(delivery, now);
		}
	}

	private void extend(Delivery delivery, long now) {
		if (delivery.needsExtension(now)) {
			this.settler.inProgress(delivery);
		}
	}

	/**
	 * Told of handlers that run for longer than they may.
	 */
	@FunctionalInterface
	interface StuckListener {

		void stuck(Lane lane, LaneWorker worker, Delivery delivery);

	}

}
