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

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

import io.nats.client.Message;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.impl.NatsJetStreamMetaData;

/**
 * The position in a stream of a container that has its consumers to itself, one after the
 * other. What came from a former one of the same stream comes again and is not run; what
 * came from another stream does not.
 */
abstract class OwnPosition implements ConsumerPosition {

	// A connection that is lost again and again must not fill the memory
	private static final int MOST_FORMER = 64;

	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<String> former = new ArrayDeque<>();

	private String consumer = "";

	@Override
	public final void begin(ConsumerInfo consumer, boolean continued) {
		this.lock.lock();
		try {
			if (!continued) {
				this.former.clear();
				// Nothing was delivered yet, so this is what precedes its first message
				forget(Math.max(0, consumer.getDelivered().getStreamSequence()));
			}
			else {
				this.former.addFirst(this.consumer);
				if (this.former.size() > MOST_FORMER) {
					this.former.removeLast();
				}
			}
			this.consumer = consumer.getName();
			begun();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public final void learn(ConsumerInfo consumer, boolean same) {
		this.lock.lock();
		try {
			if (same && consumer.getName().equals(this.consumer)) {
				boolean acknowledged = consumer.getConsumerConfiguration().getAckPolicy() != AckPolicy.None;
				// What nobody acknowledges may be lost on its way
				filled(acknowledged ? consumer.getAckFloor().getStreamSequence() : Long.MAX_VALUE);
				if (acknowledged) {
					acknowledged(consumer.getAckFloor().getStreamSequence());
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public final Arrival arrived(Message message) {
		NatsJetStreamMetaData metaData = message.metaData();
		this.lock.lock();
		try {
			return metaData.getConsumer().equals(this.consumer)
					? arrived(metaData.consumerSequence(), metaData.streamSequence(), metaData.deliveredCount() > 1)
					: Arrival.FOREIGN;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public final boolean skip(Delivery delivery, Settler settler) {
		NatsJetStreamMetaData metaData = delivery.message().metaData();
		boolean again;
		boolean handled;
		this.lock.lock();
		try {
			again = this.former.contains(metaData.getConsumer());
			handled = metaData.getConsumer().equals(this.consumer) && isHandled(metaData.streamSequence());
		}
		finally {
			this.lock.unlock();
		}
		if (again) {
			settler.abandon(delivery);
		}
		else if (handled && delivery.start(System.nanoTime())) {
			settler.ack(delivery);
		}
		return again || handled;
	}

	@Override
	public final void settled(Delivery delivery) {
		if (!delivery.isHandled()) {
			return;
		}
		NatsJetStreamMetaData metaData = delivery.message().metaData();
		this.lock.lock();
		try {
			if (metaData.getConsumer().equals(this.consumer) || this.former.contains(metaData.getConsumer())) {
				handled(metaData.streamSequence());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public final long floor() {
		this.lock.lock();
		try {
			return handledUpTo();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public final boolean isUncertain() {
		this.lock.lock();
		try {
			return hasHoles();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Start anew behind a sequence. All of these are called under the lock.
	 */
	abstract void forget(long sequence);

	/**
	 * Another consumer counts its deliveries from one.
	 */
	abstract void begun();

	/**
	 * A message arrived from the current consumer.
	 * @param delivery the number of the delivery
	 * @param sequence the sequence of the message
	 * @param again whether it was delivered before
	 */
	abstract Arrival arrived(long delivery, long sequence, boolean again);

	abstract boolean isHandled(long sequence);

	abstract void handled(long sequence);

	abstract long handledUpTo();

	/**
	 * The server says what was acknowledged.
	 */
	void acknowledged(long floor) {
	}

	/**
	 * What was lost on its way up to a sequence has come meanwhile, or never will.
	 */
	void filled(long sequence) {
	}

	boolean hasHoles() {
		return false;
	}

}
