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
import java.util.Set;

import org.apache.commons.logging.LogFactory;

/**
 * Tells the server of what is still worked on, so that it does not deliver it again: what
 * runs, up to a longest time, and what waits behind it. One scan serves all deliveries of
 * a container; there is no timer per message. Gives up on what its listener does not
 * settle in time.
 */
final class AckExtender {

	private final ThrottledLog log = new ThrottledLog(LogFactory.getLog(AckExtender.class));

	private final String id;

	private final LaneGroup lanes;

	private final Set<Delivery> unsettled;

	private final Set<Delivery> letters;

	private final Settler settler;

	private final boolean enabled;

	private final long longest;

	private final StuckListener stuck;

	/**
	 * Create an extender.
	 * @param id the id of the listener
	 * @param lanes where deliveries wait and run
	 * @param unsettled deliveries whose listener returned and will settle them later
	 * @param letters deliveries whose dead letters are being stored
	 * @param settler sends the extensions
	 * @param enabled whether anything is extended
	 * @param longest how long a delivery is extended from the start of its handler
	 * @param stuck told of handlers that run for longer
	 */
	AckExtender(String id, LaneGroup lanes, Set<Delivery> unsettled, Set<Delivery> letters, Settler settler,
			boolean enabled, Duration longest, StuckListener stuck) {
		this.id = id;
		this.lanes = lanes;
		this.unsettled = unsettled;
		this.letters = letters;
		this.settler = settler;
		this.enabled = enabled;
		this.longest = longest.toNanos();
		this.stuck = stuck;
	}

	void scan(long now) {
		if (this.settler.bundle().isOld(now)) {
			this.settler.bundle().flush();
		}
		if (this.enabled) {
			this.lanes.forEach((lane) -> lane.scan((waiting) -> extendWaiting(waiting, now),
					(run) -> extendRunning(lane, run, now)));
			this.letters.forEach((delivery) -> extend(delivery, now));
		}
		for (Delivery delivery : this.unsettled) {
			if (this.enabled && now - delivery.started() <= this.longest) {
				extend(delivery, now);
			}
			// Before the server delivers it again, so that another one comes first
			else if (delivery.isSoonStale(now) && this.settler.expire(delivery)) {
				this.log.warn("Listener '%s' has not settled message %d of stream '%s', which will be delivered again"
					.formatted(this.id, delivery.message().metaData().streamSequence(),
							delivery.message().metaData().getStream()),
						null);
			}
		}
	}

	private void extendRunning(Lane lane, LaneRun run, long now) {
		Delivery delivery = run.current();
		if (delivery == null) {
			return;
		}
		switch (run.progress(this.longest)) {
			case RUNS -> lane.forEachRunning(run, (running) -> extend(running, now));
			case HANGS -> this.stuck.stuck(lane, run, delivery);
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

		void stuck(Lane lane, LaneRun run, Delivery delivery);

	}

}
