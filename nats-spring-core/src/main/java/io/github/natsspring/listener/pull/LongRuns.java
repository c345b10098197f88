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
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import io.github.natsspring.listener.AckMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Looks eight times in each ack-wait at what a container has in flight: has it extended,
 * and gives up on handlers that hang.
 */
final class LongRuns {

	private static final Log logger = LogFactory.getLog(LongRuns.class);

	private static final Duration SHORTEST_PERIOD = Duration.ofMillis(20);

	private final String id;

	private final PullContainerSettings settings;

	private final PullEngine engine;

	private final Settler settler;

	private final BiConsumer<Lane, LaneRun> onlyHandlerHangs;

	private final Runnable handlerHangs;

	private final AckExtender extender;

	private final AtomicBoolean scanning = new AtomicBoolean();

	private volatile @Nullable ScheduledFuture<?> scans;

	LongRuns(String id, PullContainerSettings settings, LaneGroup lanes, DeliveryRunner runner, LetterTasks letters,
			Settler settler, PullEngine engine, BiConsumer<Lane, LaneRun> onlyHandlerHangs, Runnable handlerHangs) {
		this.id = id;
		this.settings = settings;
		this.engine = engine;
		this.settler = settler;
		this.onlyHandlerHangs = onlyHandlerHangs;
		this.handlerHangs = handlerHangs;
		this.extender = new AckExtender(id, lanes, runner.unsettled(), letters.deliveries(), settler,
				settings.extendAcks(), settings.longestExtension(), this::hangs);
	}

	/**
	 * Look as often as the ack-wait of a consumer asks for.
	 */
	void schedule(PullLimits limits) {
		cancel();
		boolean extend = this.settings.extendAcks() && this.settings.ackMode() != AckMode.NONE;
		if (extend || this.settings.ackMode() == AckMode.MANUAL || this.settings.ackMode() == AckMode.AUTO) {
			Duration period = limits.shortestAckWait().dividedBy(8);
			this.scans = ContainerThreads.repeat(this::scan,
					(period.compareTo(SHORTEST_PERIOD) > 0) ? period : SHORTEST_PERIOD);
		}
	}

	void cancel() {
		ScheduledFuture<?> previous = this.scans;
		if (previous != null) {
			previous.cancel(false);
		}
	}

	private void scan() {
		if (this.engine.inFlight() > 0 && this.scanning.compareAndSet(false, true)) {
			// Not on the shared timer: a write may have to wait for the connection
			ContainerThreads.execute(() -> {
				try {
					this.extender.scan(System.nanoTime());
				}
				finally {
					this.scanning.set(false);
				}
			});
		}
	}

	private void hangs(Lane lane, LaneRun run, Delivery delivery) {
		boolean replace = this.settings.concurrency() > 1;
		logger.error("Listener '%s' has run for more than %s on message %d of stream '%s'%s; %s".formatted(this.id,
				this.settings.longestExtension(), delivery.message().metaData().streamSequence(),
				delivery.message().metaData().getStream(), replace ? ", others go on without it" : "",
				run.describePosition()));
		if (replace) {
			this.handlerHangs.run();
			lane.giveUp(run, true).forEach(this.settler::handBack);
		}
		else {
			this.onlyHandlerHangs.accept(lane, run);
		}
	}

}
