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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.github.natsspring.listener.AckMessageException;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.DeadLetterSink;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.FailureText;
import io.github.natsspring.listener.ListenerCounters;
import io.github.natsspring.listener.ListenerStatistics.Outcome;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.listener.TermMessageException;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Has a failed run decided on, and carries the decision out. Never throws: whatever goes
 * wrong on the way, the message is delivered again.
 */
final class Failures {

	private static final Log logger = LogFactory.getLog(Failures.class);

	private final String id;

	private final FailureHandler handler;

	private final PullContainerSettings settings;

	private final Settler settler;

	private final LetterTasks letters;

	private final LongSupplier maxAckPending;

	private final @Nullable Consumer<String> fail;

	private final ListenerCounters counters;

	private final Attempts attempts = new Attempts();

	private final ReentrantLock lock = new ReentrantLock();

	private final DelayedNaks delayed;

	private final AtomicBoolean crowded = new AtomicBoolean();

	private final ThrottledLog crowdedLog = new ThrottledLog(logger);

	private final ThrottledLog log = new ThrottledLog(logger);

	// Apart, so that neither hides the other
	private final ThrottledLog troubles = new ThrottledLog(logger);

	/**
	 * Create failures.
	 * @param letters stores dead letters
	 * @param maxAckPending how many messages the server waits for
	 * @param fail if messages come in order and are not acknowledged, ends the container
	 * with a reason; else {@code null}
	 */
	Failures(String id, FailureHandler handler, PullContainerSettings settings, Settler settler, LetterTasks letters,
			LongSupplier maxAckPending, @Nullable Consumer<String> fail, ListenerCounters counters) {
		this.counters = counters;
		this.id = id;
		this.handler = handler;
		this.settings = settings;
		this.settler = settler;
		this.letters = letters;
		this.maxAckPending = maxAckPending;
		this.fail = fail;
		this.delayed = new DelayedNaks(settings.shortestRetry());
	}

	/**
	 * Whether a message that failed is kept before those behind it, since the server does
	 * not deliver it again.
	 */
	boolean isOrdered() {
		return this.fail != null;
	}

	/**
	 * A run succeeded, the message will not come back.
	 */
	void succeeded(Delivery delivery) {
		this.counters.ended(Outcome.SUCCESS);
		if (this.settings.ackMode() != AckMode.MANUAL) {
			delivery.handled();
		}
		if (!this.attempts.isEmpty()) {
			this.attempts.forget(delivery.message().metaData().streamSequence());
		}
	}

	/**
	 * Whether an exception is thrown to settle, and is no failure.
	 */
	static boolean settles(Throwable ex) {
		return ex instanceof AckMessageException || ex instanceof NakMessageException
				|| ex instanceof TermMessageException;
	}

	/**
	 * Settle by an exception that is thrown for that.
	 * @return {@code false} if it is a failure
	 */
	boolean settle(Delivery delivery, Lane lane, Throwable ex) {
		if (ex instanceof AckMessageException) {
			this.counters.ended(Outcome.SUCCESS);
			end(delivery);
			this.settler.ack(delivery);
		}
		else if (ex instanceof NakMessageException nak) {
			this.counters.ended(Outcome.RETRY);
			if (!staysHere()) {
				this.settler.nak(delivery, nak.getDelay());
			}
			else {
				keep(delivery, lane, nak.getDelay());
			}
		}
		else if (ex instanceof TermMessageException term) {
			this.counters.ended(Outcome.DISCARD);
			end(delivery);
			this.settler.term(delivery, term.getReason());
		}
		else {
			return false;
		}
		return true;
	}

	/**
	 * A run failed. Whoever decides, and what is logged and sent, is in the trace of that
	 * run.
	 */
	void failed(Delivery delivery, Lane lane, Throwable ex) {
		delivery.inScope(() -> handle(delivery, lane, ex));
	}

	private void handle(Delivery delivery, Lane lane, Throwable ex) {
		try {
			NatsJetStreamMetaData metaData = delivery.message().metaData();
			FailedRun failure = new FailedRun(this.id, delivery.message(),
					this.attempts.failed(metaData.streamSequence()), metaData.deliveredCount(), ex);
			carryOut(decide(failure), failure, delivery, lane);
		}
		// Other languages throw checked exceptions from anywhere
		catch (Throwable inner) {
			// Nothing happens here if the delivery was settled, or waits for its next run
			tryMuchLater(delivery, lane);
			this.troubles.error("Listener '%s' could not handle the failure of a message, next try in %s"
				.formatted(this.id, this.settings.longestRetry()), inner);
		}
	}

	private Decision decide(FailedRun failure) {
		try {
			Decision decision = this.handler.decide(failure);
			Assert.state(decision != null, "There was no decision");
			return decision;
		}
		catch (Throwable ex) {
			this.troubles.error("Listener '%s' could not decide on a failed message".formatted(this.id), ex);
			return new Decision.Redeliver(this.settings.longestRetry());
		}
	}

	private void carryOut(Decision decision, FailedRun failure, Delivery delivery, Lane lane) {
		if (decision instanceof Decision.Redeliver redeliver) {
			if (!staysHere()) {
				redeliver(failure, delivery, redeliver.delay());
			}
			else {
				// Given back, it would hold up the acknowledgement of all behind it
				retryInPlace(failure, delivery, lane, redeliver.delay());
			}
		}
		else if (decision instanceof Decision.RetryInPlace retry) {
			retryInPlace(failure, delivery, lane, retry.delay());
		}
		else if (decision instanceof Decision.DeadLetter) {
			deadLetter(failure, delivery, lane);
		}
		else {
			this.counters.ended(Outcome.DISCARD);
			log(failure, "discarded");
			end(delivery);
			this.settler.ack(delivery);
		}
	}

	private void redeliver(FailedRun failure, Delivery delivery, Duration delay) {
		Duration allowed = waiting((now, limit) -> this.delayed.add(now, delay, limit));
		this.counters.ended(Outcome.RETRY);
		log(failure, "next try in " + allowed);
		this.settler.nak(delivery, allowed);
	}

	private Duration waiting(Wait wait) {
		Duration allowed;
		boolean crowdedNow;
		long limit = this.maxAckPending.getAsLong();
		this.lock.lock();
		try {
			long now = System.nanoTime();
			allowed = wait.count(now, limit);
			crowdedNow = this.delayed.isCrowded(now, limit);
		}
		finally {
			this.lock.unlock();
		}
		if (this.crowded.getAndSet(crowdedNow) != crowdedNow && crowdedNow) {
			this.crowdedLog.warn(("Listener '%s' has half of max-ack-pending (%d) waiting for retries; delays are cut "
					+ "to %s since waiting messages count against it for all instances")
				.formatted(this.id, limit, this.settings.shortestRetry()), null);
		}
		return allowed;
	}

	/**
	 * Whether so many messages wait for a retry that others may not be delivered.
	 */
	boolean isCrowded() {
		long limit = this.maxAckPending.getAsLong();
		this.lock.lock();
		try {
			return this.delayed.isCrowded(System.nanoTime(), limit);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void retryInPlace(FailedRun failure, Delivery delivery, Lane lane, Duration delay) {
		// Before it is parked: without a delay nothing would bring it back
		Duration wait = bounded(delay);
		this.counters.ended(Outcome.RETRY);
		log(failure, "next try here in " + wait);
		keep(delivery, lane, wait);
	}

	private static Duration bounded(Duration delay) {
		return Duration.ofNanos(TimeUnit.NANOSECONDS.convert(delay));
	}

	private void keep(Delivery delivery, Lane lane, Duration delay) {
		Duration wait = bounded(delay);
		// First, so that a lane that closes finds it waiting, and one that was settled
		// meanwhile blocks nothing
		if (!delivery.park()) {
			return;
		}
		if (lane.park(delivery)) {
			ContainerThreads.schedule(() -> ContainerThreads.execute(() -> lane.unpark(delivery)), wait);
		}
		else {
			this.settler.handBack(delivery);
		}
	}

	private void deadLetter(FailedRun failure, Delivery delivery, Lane lane) {
		DeadLetterSink sink = this.settings.deadLetters().get();
		if (sink == null && this.fail != null) {
			giveUp(failure, delivery, lane, this.fail);
			return;
		}
		if (sink == null) {
			String line = "%s, cannot be helped and there are no dead letters, next try in %s"
				.formatted(failure.describe(), this.settings.longestRetry());
			this.log.error(FailureText.line(line, failure.exception()), FailureText.trace(failure.exception()));
			tryMuchLater(delivery, lane);
			return;
		}
		// If the lane does not take it there is nothing behind it, or it was given up
		boolean parked = this.settings.keepOrder() && lane.park(delivery);
		if (!this.letters.submit(delivery,
				() -> delivery.inScope(() -> deadLetter(failure, delivery, lane, sink, parked)))) {
			deadLetter(failure, delivery, lane, sink, parked);
		}
	}

	private void deadLetter(FailedRun failure, Delivery delivery, Lane lane, DeadLetterSink sink, boolean parked) {
		try {
			store(failure, delivery, lane, sink);
		}
		catch (Throwable ex) {
			this.log.error("%s, could not be dead-lettered, next try in %s".formatted(failure.describe(),
					this.settings.longestRetry()), ex);
			tryMuchLater(delivery, lane);
		}
		finally {
			// One that waits for its next run here still holds up those behind it
			if (parked && !delivery.isWaiting()) {
				lane.unblock(delivery);
			}
		}
	}

	private void store(FailedRun failure, Delivery delivery, Lane lane, DeadLetterSink sink) {
		// The original is given up only when its letter is stored for sure, and stays
		// where nobody acknowledges it
		if (sink.send(failure) || isOrdered()) {
			end(delivery);
			this.counters.ended(Outcome.DEAD_LETTER);
			log(failure, "dead-lettered");
			this.settler.term(delivery, "dead-lettered");
		}
		else {
			// It comes back, and its attempts are still used up
			log(failure, "dead-lettered without its body, next try in " + this.settings.longestRetry());
			tryMuchLater(delivery, lane);
		}
	}

	/**
	 * Nothing behind the message may run before it, so nothing runs any more.
	 */
	private void giveUp(FailedRun failure, Delivery delivery, Lane lane, Consumer<String> fail) {
		if (delivery.park()) {
			lane.park(delivery);
		}
		this.counters.ended(Outcome.FAILURE);
		log(failure, "there are no dead letters");
		fail.accept("%s: %s; what is behind it must not be handled first, and there are no dead letters"
			.formatted(failure.describe(), failure.describeException()));
	}

	private void end(Delivery delivery) {
		delivery.handled();
		this.attempts.forget(delivery.message().metaData().streamSequence());
	}

	/**
	 * Whether a message is tried again here, whatever was decided: given back, it would
	 * hold up the acknowledgement of all behind it, or not come again.
	 */
	private boolean staysHere() {
		return isOrdered() || this.settler.runs() != null;
	}

	private void tryMuchLater(Delivery delivery, Lane lane) {
		this.counters.ended(Outcome.RETRY);
		Duration longest = this.settings.longestRetry();
		if (staysHere()) {
			keep(delivery, lane, longest);
			return;
		}
		this.settler.nak(delivery, waiting((now, limit) -> {
			this.delayed.count(now, longest);
			return longest;
		}));
	}

	private void log(FailedRun failure, String outcome) {
		this.log.warn(FailureText.line(failure.describe() + ", " + outcome, failure.exception()),
				FailureText.trace(failure.exception()));
	}

	/**
	 * Counts a message that waits on the server.
	 */
	@FunctionalInterface
	private interface Wait {

		Duration count(long now, long maxAckPending);

	}

}
