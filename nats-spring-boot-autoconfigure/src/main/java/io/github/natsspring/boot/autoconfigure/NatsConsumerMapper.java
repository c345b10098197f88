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

package io.github.natsspring.boot.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerConfiguration.Builder;

import org.springframework.util.unit.DataSize;

/**
 * Maps {@link NatsConsumerProperties} to settings of a {@link ConsumerConfiguration}.
 */
final class NatsConsumerMapper {

	private NatsConsumerMapper() {
	}

	static void map(String prefix, NatsConsumerProperties properties, Settings<Builder> settings) {
		settings.either("name", properties.getName(), "durable", properties.getDurable());
		settings.set("description", properties.getDescription(), Builder::description);
		settings.set("metadata", properties.getMetadata(), Builder::metadata);
		mapDelivery(properties, settings);
		mapAcknowledgment(properties, settings);
		mapPull(properties, settings);
		mapPush(prefix, properties, settings);
		settings.set("inactive-threshold", settings.positive("inactive-threshold", properties.getInactiveThreshold()),
				Builder::inactiveThreshold);
		settings.set("num-replicas", properties.getNumReplicas(), Builder::numReplicas);
		settings.set("mem-storage", properties.getMemStorage(), Builder::memStorage);
		settings.set("pause-until", properties.getPauseUntil(), Builder::pauseUntil);
	}

	private static void mapDelivery(NatsConsumerProperties properties, Settings<Builder> settings) {
		settings.set("deliver-policy", properties.getDeliverPolicy(), Builder::deliverPolicy);
		settings.set("start-sequence", settings.positive("start-sequence", properties.getStartSequence(), false),
				Builder::startSequence);
		settings.set("start-time", properties.getStartTime(), Builder::startTime);
		String filterSubject = properties.getFilterSubject();
		List<String> filterSubjects = settings.either("filter-subjects", properties.getFilterSubjects(),
				"filter-subject", (filterSubject != null) ? List.of(filterSubject) : null);
		settings.set("filter-subjects", filterSubjects, Builder::filterSubjects);
		settings.set("replay-policy", properties.getReplayPolicy(), Builder::replayPolicy);
		settings.set("rate-limit", settings.positive("rate-limit", properties.getRateLimit(), false),
				Builder::rateLimit);
		settings.set("headers-only", properties.getHeadersOnly(), Builder::headersOnly);
	}

	private static void mapAcknowledgment(NatsConsumerProperties properties, Settings<Builder> settings) {
		settings.set("ack-policy", properties.getAckPolicy(), Builder::ackPolicy);
		settings.set("ack-wait", settings.positive("ack-wait", properties.getAckWait()), Builder::ackWait);
		settings.set("max-deliver", settings.positive("max-deliver", properties.getMaxDeliver(), true),
				Builder::maxDeliver);
		settings.set("max-ack-pending", settings.positive("max-ack-pending", properties.getMaxAckPending(), true),
				Builder::maxAckPending);
		for (Duration delay : (properties.getBackoff() != null) ? properties.getBackoff() : List.<Duration>of()) {
			settings.positive("backoff", delay);
		}
		settings.set("backoff", properties.getBackoff(), (delays) -> delays.toArray(new Duration[0]),
				(builder, delays) -> builder.backoff(delays));
		settings.set("sample-frequency", properties.getSampleFrequency(), Builder::sampleFrequency);
	}

	private static void mapPull(NatsConsumerProperties properties, Settings<Builder> settings) {
		settings.set("max-pull-waiting", settings.positive("max-pull-waiting", properties.getMaxPullWaiting(), false),
				Builder::maxPullWaiting);
		settings.set("max-batch", settings.positive("max-batch", properties.getMaxBatch(), false), Builder::maxBatch);
		DataSize maxBytes = properties.getMaxBytes();
		settings.set("max-bytes", settings.positive("max-bytes", (maxBytes != null) ? maxBytes.toBytes() : null, false),
				Builder::maxBytes);
		settings.set("max-expires", settings.positive("max-expires", properties.getMaxExpires()), Builder::maxExpires);
		settings.set("priority-groups", properties.getPriorityGroups(), Builder::priorityGroups);
		settings.set("priority-policy", properties.getPriorityPolicy(), Builder::priorityPolicy);
		settings.set("priority-timeout", settings.positive("priority-timeout", properties.getPriorityTimeout()),
				Builder::priorityTimeout);
	}

	private static void mapPush(String prefix, NatsConsumerProperties properties, Settings<Builder> settings) {
		settings.set("deliver-subject", properties.getDeliverSubject(), Builder::deliverSubject);
		settings.set("deliver-group", properties.getDeliverGroup(), Builder::deliverGroup);
		Duration idleHeartbeat = settings.positive("idle-heartbeat", properties.getIdleHeartbeat());
		if (Boolean.TRUE.equals(properties.getFlowControl())) {
			if (idleHeartbeat == null) {
				throw new InvalidNatsPropertyException(prefix + ".flow-control", true, "needs idle-heartbeat",
						"Set " + prefix + ".idle-heartbeat as well.");
			}
			settings.set("idle-heartbeat", idleHeartbeat, Builder::flowControl);
		}
		else {
			settings.set("idle-heartbeat", idleHeartbeat, Builder::idleHeartbeat);
		}
	}

}
