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

import java.util.function.Supplier;

import io.github.natsspring.listener.ListenerCounters;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a container, whose sessions come and go.
 */
final class PullStatistics extends ListenerCounters {

	private final Supplier<@Nullable PullSession> session;

	// By the one thread that messages arrive on; the time is written first
	private volatile long lastArrival;

	private volatile @Nullable String lastSubject;

	PullStatistics(Supplier<@Nullable PullSession> session) {
		this.session = session;
	}

	/**
	 * A message arrived.
	 * @param now when, by {@link System#nanoTime()}
	 */
	void arrived(Message message, long now) {
		String subject = message.getReplyTo();
		this.lastArrival = now;
		this.lastSubject = subject;
		if (AckSubject.isRedelivered(subject)) {
			redelivered();
		}
	}

	/**
	 * What the last message is acknowledged on, which tells how many are behind it.
	 * @param since the earliest time of its arrival
	 * @return the subject, or {@code null} if none has arrived since then
	 */
	@Nullable String lastSubject(long since) {
		String subject = this.lastSubject;
		return (subject != null && this.lastArrival - since > 0) ? subject : null;
	}

	long lastArrival() {
		return this.lastArrival;
	}

	@Override
	public int getBuffered() {
		PullSession session = this.session.get();
		return (session != null) ? session.view().buffered() : 0;
	}

	@Override
	public int getInFlight() {
		PullSession session = this.session.get();
		return (session != null) ? session.view().level().inFlight() : 0;
	}

	@Override
	public long getBytesInFlight() {
		PullSession session = this.session.get();
		return (session != null) ? session.view().level().bytes() : 0;
	}

}
