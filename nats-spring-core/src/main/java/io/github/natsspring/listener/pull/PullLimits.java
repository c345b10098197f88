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
import java.util.Collections;
import java.util.List;

import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.PriorityPolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;

/**
 * What the consumer allows and promises.
 *
 * @param stream the name of the stream
 * @param consumer the name of the consumer
 * @param maxBatch the most that one pull may ask for
 * @param maxPulls how many pulls may wait, over all instances; the server discards more
 * without a word when they ask for heartbeats
 * @param maxBytes the byte limit of a pull, or zero for none
 * @param expires how long a pull waits on the server
 * @param heartbeat how often the server says that a pull still waits
 * @param ackWait how long the server waits for each delivery in turn; the last one counts
 * for all that follow
 * @param group the priority group that pulls belong to, or {@code null}
 * @param pinned whether the consumer serves one client at a time
 * @param maxAckPending how many deliveries may be without settlement, over all instances
 * @param cumulative whether an acknowledgement is one of everything before it, too
 */
record PullLimits(String stream, String consumer, int maxBatch, int maxPulls, long maxBytes, Duration expires,
		Duration heartbeat, List<Duration> ackWait, @Nullable String group, boolean pinned, long maxAckPending,
		boolean cumulative) {

	// That pulls are not allowed any more is only seen at the next one
	private static final Duration EXPIRES = Duration.ofSeconds(7);

	private static final Duration HEARTBEAT = Duration.ofMillis(2500);

	private static final Duration ACK_WAIT = Duration.ofSeconds(30);

	static PullLimits of(ConsumerInfo info) {
		ConsumerConfiguration configuration = info.getConsumerConfiguration();
		Duration expires = smaller(EXPIRES, configuration.getMaxExpires());
		return new PullLimits(info.getStreamName(), info.getName(),
				(configuration.getMaxBatch() > 0) ? (int) configuration.getMaxBatch() : Integer.MAX_VALUE,
				(configuration.getMaxPullWaiting() > 0) ? (int) configuration.getMaxPullWaiting() : Integer.MAX_VALUE,
				Math.max(0, configuration.getMaxBytes()), expires, smaller(HEARTBEAT, expires.dividedBy(2)),
				ackWait(configuration), group(configuration),
				configuration.getPriorityPolicy() == PriorityPolicy.PinnedClient, configuration.getMaxAckPending(),
				configuration.getAckPolicy() == AckPolicy.All);
	}

	private static @Nullable String group(ConsumerConfiguration configuration) {
		return CollectionUtils.isEmpty(configuration.getPriorityGroups()) ? null
				: configuration.getPriorityGroups().get(0);
	}

	private static List<Duration> ackWait(ConsumerConfiguration configuration) {
		// The server uses its backoff in the place of ack-wait
		if (!CollectionUtils.isEmpty(configuration.getBackoff())) {
			return List.copyOf(configuration.getBackoff());
		}
		Duration ackWait = configuration.getAckWait();
		return List.of((ackWait != null && ackWait.toNanos() > 0) ? ackWait : ACK_WAIT);
	}

	private static Duration smaller(Duration one, @Nullable Duration other) {
		return (other != null && other.toNanos() > 0 && other.compareTo(one) < 0) ? other : one;
	}

	/**
	 * How long a delivery may be settled, with a margin for the way to the server.
	 * @param deliveries how often the message was delivered, this delivery included
	 * @return nanoseconds
	 */
	long ackWaitNanos(long deliveries) {
		int index = (int) Math.min(Math.max(0, deliveries - 1), this.ackWait.size() - 1);
		long nanos = this.ackWait.get(index).toNanos();
		return nanos - Math.min(nanos / 10, 1_000_000_000L);
	}

	/**
	 * Whether the wait is the same for each delivery.
	 */
	boolean isConstantAckWait() {
		return this.ackWait.size() == 1;
	}

	/**
	 * The shortest wait that a delivery may have.
	 */
	Duration shortestAckWait() {
		return Collections.min(this.ackWait);
	}

}
