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

import io.nats.client.Message;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what arrives at the inboxes of a container: deliveries go to the lanes, what
 * the server says of pulls to the engine and the guard. Called on a thread of jnats, so
 * nothing here blocks.
 */
final class PullIntake {

	private static final Log logger = LogFactory.getLog(PullIntake.class);

	private final String id;

	private final SerialTasks tasks;

	private final PullEngine engine;

	private final Settler settler;

	private final LaneGroup lanes;

	private final LateDeliveries late;

	private final PullAttachment attachment;

	private final ConsumerPosition position;

	private final ConsumerGuard guard;

	private final PullStatistics statistics;

	PullIntake(String id, SerialTasks tasks, PullEngine engine, Settler settler, LaneGroup lanes, LateDeliveries late,
			ConsumerPosition position, PullAttachment attachment, PullStatistics statistics) {
		this.statistics = statistics;
		this.id = id;
		this.tasks = tasks;
		this.engine = engine;
		this.settler = settler;
		this.lanes = lanes;
		this.late = late;
		this.position = position;
		this.attachment = attachment;
		this.guard = attachment.guard();
	}

	void accept(Inbox inbox, int slot, Message message) {
		long now = System.nanoTime();
		if (message.isStatusMessage()) {
			status(inbox, message, now);
		}
		else if (message.isJetStream()) {
			deliver(inbox, slot, message, now);
		}
		else {
			// Whoever may publish to inboxes can send us anything; it is no delivery
			logger.debug("Listener '%s' ignored a message that is not from a stream".formatted(this.id));
		}
	}

	private void deliver(Inbox inbox, int slot, Message message, long now) {
		PullLimits limits = this.attachment.limits();
		long size = PullProtocol.size(message, limits != null && limits.pinned());
		int arrived = this.engine.received(inbox, slot, message, size, now);
		this.statistics.arrived(message, now);
		Delivery delivery = new Delivery(message, this.settler, now, ackWait(message, limits), arrived, size);
		ConsumerPosition.Arrival arrival = this.position.arrived(message);
		if (arrival != ConsumerPosition.Arrival.EXPECTED) {
			unexpected(delivery, arrival);
			return;
		}
		AckRuns runs = this.settler.runs();
		if (runs != null && !runs.delivered(delivery)) {
			// Handled before, only its acknowledgement is missing
			this.settler.abandon(delivery);
		}
		else if (!this.lanes.add(delivery)) {
			this.late.add(delivery);
		}
		heard();
	}

	private void unexpected(Delivery delivery, ConsumerPosition.Arrival arrival) {
		this.settler.abandon(delivery);
		if (arrival == ConsumerPosition.Arrival.GAP) {
			this.engine.pause();
			NatsJetStreamMetaData metaData = delivery.message().metaData();
			this.tasks.submit(() -> this.guard.trouble("a message is missing before sequence %d of stream '%s'"
				.formatted(metaData.streamSequence(), metaData.getStream())));
		}
	}

	private static long ackWait(Message message, @Nullable PullLimits limits) {
		if (limits == null) {
			return 0;
		}
		return limits.ackWaitNanos(limits.isConstantAckWait() ? 1 : message.metaData().deliveredCount());
	}

	private void status(Inbox inbox, Message message, long now) {
		PullEvent event = this.engine.status(inbox, message, now);
		if (event instanceof PullEvent.Heartbeat || event instanceof PullEvent.Ended) {
			heard();
		}
		else if (event instanceof PullEvent.NoResponders) {
			this.engine.pause();
			this.tasks.submit(this.guard::noResponders);
		}
		else if (event instanceof PullEvent.Rejected rejected) {
			this.engine.pause();
			this.tasks.submit(() -> this.guard.trouble("the server refused a pull: " + rejected.reason()));
		}
		else if (event instanceof PullEvent.Lost lost) {
			if (lost.isConsumerDeleted()) {
				// Until it is known whether there is another one of its name
				this.settler.detach();
			}
			this.tasks.submit(() -> this.guard.trouble("the server ended the pulls: " + lost.reason()));
		}
	}

	private void heard() {
		if (!this.guard.isWell()) {
			this.tasks.submit(() -> {
				this.guard.recovered();
				this.attachment.consuming();
			});
		}
	}

}
