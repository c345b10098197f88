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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.listener.pull.SettlementWriter.Settlement;
import io.nats.client.Connection;
import io.nats.client.impl.AckType;
import org.jspecify.annotations.Nullable;

/**
 * The only one that settles. Each delivery ends at most once; its permit returns here.
 */
final class Settler {

	/**
	 * How the reasons of our terminations begin.
	 */
	static final String TERMINATION = "nats-spring:";

	private final Permits permits;

	private final SettlementWriter writer;

	private final ConfirmedAcks confirmed;

	private final AckBundle bundle;

	// For a consumer whose acknowledgements are for everything before them, too
	private volatile @Nullable AckRuns runs;

	/**
	 * Create a settler.
	 * @param permits where the permit of each delivery returns
	 * @param confirmTimeout how long the server may take to confirm an acknowledgement
	 * @param concurrency how many runs may be under way at once
	 */
	Settler(Permits permits, Duration confirmTimeout, int concurrency) {
		this.permits = permits;
		this.writer = new SettlementWriter(permits::unsent);
		this.confirmed = new ConfirmedAcks(this.writer, permits, confirmTimeout);
		this.bundle = new AckBundle(concurrency, this::acknowledge, permits);
	}

	/**
	 * A connection is there: send what was held. Sent before anything that the caller
	 * sends afterwards.
	 */
	void attach(Connection connection) {
		this.writer.attach(connection);
	}

	/**
	 * The acknowledgement of a message is one of everything before it.
	 */
	AckRuns cumulate() {
		AckRuns runs = this.runs;
		if (runs == null) {
			runs = new AckRuns((delivery) -> this.writer.writeOrHold(Settlement.ack(delivery)));
			this.runs = runs;
		}
		return runs;
	}

	/**
	 * What acknowledges several messages at once, or {@code null} if each is acknowledged
	 * by itself.
	 */
	@Nullable AckRuns runs() {
		return this.runs;
	}

	/**
	 * The connection is lost, or the consumer: hold from now on.
	 */
	void detach() {
		this.writer.detach();
		AckRuns runs = this.runs;
		if (runs != null) {
			runs.interrupted(false);
		}
	}

	/**
	 * The consumer was deleted and made again: what came from the former one is not
	 * settled any more.
	 */
	void renounce() {
		this.writer.renounce();
		AckRuns runs = this.runs;
		if (runs != null) {
			runs.interrupted(true);
		}
	}

	/**
	 * Which consumer of that name deliveries come from now.
	 */
	int generation() {
		return this.writer.generation();
	}

	/**
	 * Try again what could not be sent although the connection was there.
	 */
	void retry() {
		this.writer.retry();
	}

	/**
	 * Send again the acknowledgements that were sent last: they may have been lost.
	 */
	void repeatAcks() {
		this.writer.repeatAcks();
	}

	/**
	 * Whether there is something left to send that nobody is at. Does not wait.
	 */
	boolean isHolding() {
		return this.writer.isHolding();
	}

	/**
	 * Wait until the server has received what was sent.
	 */
	void flush(Duration timeout) {
		this.bundle.flush();
		AckRuns runs = this.runs;
		if (runs != null) {
			runs.flush();
		}
		this.writer.retry();
		this.writer.flush(timeout);
	}

	/**
	 * The run succeeded. Sent even when the server may have delivered the message again.
	 * @return {@code false} if the delivery ended before
	 */
	boolean ack(Delivery delivery) {
		boolean holdsPermit = delivery.end();
		if (!holdsPermit && !delivery.endExpired()) {
			return false;
		}
		try {
			acknowledge(delivery);
		}
		finally {
			release(delivery, holdsPermit);
		}
		return true;
	}

	/**
	 * As {@link #ack}, but the acknowledgement may be written a little later, with
	 * others: by then {@link #bundle()} is to be flushed.
	 * @param nanos how long the run took
	 * @param now when it ended
	 * @return {@code false} if that is to be done by {@link #ack} after all
	 */
	boolean ackSoon(Delivery delivery, long nanos, long now) {
		return this.runs == null && this.bundle.add(delivery, nanos, now);
	}

	/**
	 * As {@link #ack} for what ran together and cannot have expired.
	 * @param nanos how long that took
	 */
	void ackAll(List<Delivery> deliveries, long nanos) {
		List<Delivery> ended = deliveries.stream().filter(Delivery::end).toList();
		ended.forEach(this.permits::ended);
		try {
			acknowledge(ended);
		}
		finally {
			this.permits.free(ended, nanos);
		}
	}

	/**
	 * What {@link #ackSoon} has not written yet.
	 */
	AckBundle bundle() {
		return this.bundle;
	}

	private void acknowledge(List<Delivery> deliveries) {
		AckRuns runs = this.runs;
		if (runs != null) {
			runs.handled(deliveries.stream().filter((delivery) -> !this.writer.isRenounced(delivery)).toList());
		}
		else {
			this.writer.acknowledge(deliveries);
		}
	}

	private void acknowledge(Delivery delivery) {
		AckRuns runs = this.runs;
		if (runs == null) {
			this.writer.writeOrHold(Settlement.ack(delivery));
		}
		else if (!this.writer.isRenounced(delivery)) {
			runs.handled(delivery);
		}
	}

	/**
	 * As {@link #ack}, but the permit returns when the server has confirmed, or did not
	 * in time: then it delivers the message again.
	 */
	boolean ackConfirmed(Delivery delivery) {
		if (this.runs != null) {
			return ack(delivery);
		}
		if (!delivery.end()) {
			return false;
		}
		// Held, it will be sent once there is a connection; nobody confirms it then
		return this.confirmed.ack(delivery) || settle(Settlement.ack(delivery));
	}

	/**
	 * As {@link #ack}, and wait for the confirmation of the server.
	 */
	boolean ackSync(Delivery delivery) {
		Connection connection = this.confirmed.connection();
		boolean holdsPermit = delivery.end();
		if (!holdsPermit && !delivery.endExpired()) {
			return false;
		}
		try {
			this.confirmed.ackSync(connection, delivery, this.runs);
		}
		finally {
			release(delivery, holdsPermit);
		}
		return true;
	}

	private void release(Delivery delivery, boolean holdsPermit) {
		if (holdsPermit) {
			this.permits.settled(delivery);
		}
	}

	/**
	 * The server is to deliver the message again after a delay. Not sent when that may
	 * have happened already, since it would cause one more delivery.
	 * @return {@code false} if the delivery ended before
	 */
	boolean nak(Delivery delivery, Duration delay) {
		// Whatever is wrong with the delay must show before the delivery ends
		byte[] body = AckType.AckNak.bodyBytes(Math.max(0, TimeUnit.NANOSECONDS.convert(delay)));
		return settleOnce(new Settlement(delivery, body, false));
	}

	/**
	 * The server is never to deliver the message again. Not sent when it may have
	 * delivered it again already, since it would take the message from another instance.
	 * @return {@code false} if the delivery ended before
	 */
	boolean term(Delivery delivery, @Nullable String reason) {
		if (this.runs != null) {
			// The server would take everything before it as handled
			return ack(delivery);
		}
		byte[] body = AckType.AckTerm.bytes;
		if (this.writer.takesReasons()) {
			// Tells our terminations from those of others in the server's advisory
			body = (AckType.AckTerm.text + " " + TERMINATION + ((reason != null) ? " " + reason : ""))
				.getBytes(StandardCharsets.UTF_8);
		}
		return settleOnce(new Settlement(delivery, body, false));
	}

	/**
	 * Give up on a delivery that was not settled before the server delivers it again: its
	 * permit returns. It may still be settled, as far as it is not too late.
	 * @return {@code false} if the delivery ended before
	 */
	boolean expire(Delivery delivery) {
		if (!delivery.expire()) {
			return false;
		}
		this.permits.settled(delivery);
		return true;
	}

	/**
	 * The delivery does not run: the server is to deliver the message to somebody else,
	 * at once.
	 * @return {@code false} if it runs, or ended before
	 */
	boolean handBack(Delivery delivery) {
		return delivery.endUnstarted() && settle(new Settlement(delivery, AckType.AckNak.bytes, false));
	}

	/**
	 * Give up a delivery that did not start in time; the server delivers it again by
	 * itself.
	 */
	void abandon(Delivery delivery) {
		if (delivery.endUnstarted()) {
			this.permits.settled(delivery);
		}
	}

	/**
	 * The delivery is done without telling the server, as for a consumer without
	 * acknowledgements.
	 */
	void forget(Delivery delivery) {
		if (delivery.end()) {
			this.permits.settled(delivery);
		}
	}

	/**
	 * The message is still worked on. Not held: an extension that comes late helps
	 * nobody.
	 */
	void inProgress(Delivery delivery) {
		long now = System.nanoTime();
		if (!delivery.isStale(now) && this.writer.write(new Settlement(delivery, AckType.AckProgress.bytes, true))) {
			delivery.extended(now);
		}
	}

	private boolean settleOnce(Settlement settlement) {
		if (settlement.delivery().end()) {
			return settle(settlement);
		}
		if (!settlement.delivery().endExpired()) {
			return false;
		}
		// Its permit has returned
		this.writer.writeOrHold(settlement);
		return true;
	}

	private boolean settle(Settlement settlement) {
		try {
			this.writer.writeOrHold(settlement);
		}
		finally {
			this.permits.settled(settlement.delivery());
		}
		return true;
	}

}
