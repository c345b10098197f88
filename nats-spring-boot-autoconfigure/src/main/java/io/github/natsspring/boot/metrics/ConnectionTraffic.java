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

package io.github.natsspring.boot.metrics;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionObserver;
import io.github.natsspring.connection.RoundTrips;
import io.nats.client.Connection;
import io.nats.client.Statistics;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What has passed over the connections of a holder. jnats counts from zero for each, so
 * what was counted for those that were replaced is kept.
 */
final class ConnectionTraffic implements ConnectionObserver {

	private static final Log logger = LogFactory.getLog(ConnectionTraffic.class);

	private final ConnectionHolder holder;

	private final ReentrantLock lock = new ReentrantLock();

	// Of those that were replaced
	private Counts former = Counts.NONE;

	private @Nullable Connection last;

	// NaN before the first measurement, and while the connection is lost
	private volatile double roundTripNanos = Double.NaN;

	ConnectionTraffic(ConnectionHolder holder) {
		this.holder = holder;
		holder.addObserver(this);
	}

	@Override
	public void connected(Connection connection, long epoch) {
		counts(connection);
	}

	@Override
	public void disconnected() {
		this.roundTripNanos = Double.NaN;
	}

	ConnectionHolder holder() {
		return this.holder;
	}

	long count(ToLongFunction<Counts> count) {
		return count.applyAsLong(counts(this.holder.current()));
	}

	private Counts counts(@Nullable Connection current) {
		this.lock.lock();
		try {
			Connection last = this.last;
			if (current != null && current != last) {
				if (last != null) {
					this.former = this.former.plus(Counts.of(last));
				}
				this.last = current;
				last = current;
			}
			return (last != null) ? this.former.plus(Counts.of(last)) : this.former;
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isConnected() {
		Connection current = this.holder.current();
		return current != null && current.getStatus() == Connection.Status.CONNECTED;
	}

	double roundTripNanos() {
		return this.roundTripNanos;
	}

	/**
	 * Measure how long the server takes to answer. Blocks, at the longest for a few times
	 * the connection timeout.
	 */
	void measureRoundTrip() {
		Connection current = this.holder.current();
		if (current == null || current.getStatus() != Connection.Status.CONNECTED) {
			this.roundTripNanos = Double.NaN;
			return;
		}
		try {
			this.roundTripNanos = RoundTrips.measure(current).toNanos();
		}
		catch (IOException | RuntimeException ex) {
			this.roundTripNanos = Double.NaN;
			logger.debug("The round trip of connection '%s' could not be measured: %s".formatted(this.holder.getName(),
					ex.getMessage()));
		}
	}

	/**
	 * Numbers of jnats.
	 */
	record Counts(long messagesIn, long messagesOut, long bytesIn, long bytesOut, long reconnects) {

		private static final Counts NONE = new Counts(0, 0, 0, 0, 0);

		private static Counts of(Connection connection) {
			Statistics statistics = connection.getStatistics();
			return new Counts(statistics.getInMsgs(), statistics.getOutMsgs(), statistics.getInBytes(),
					statistics.getOutBytes(), statistics.getReconnects());
		}

		private Counts plus(Counts other) {
			return new Counts(this.messagesIn + other.messagesIn, this.messagesOut + other.messagesOut,
					this.bytesIn + other.bytesIn, this.bytesOut + other.bytesOut, this.reconnects + other.reconnects);
		}

	}

}
