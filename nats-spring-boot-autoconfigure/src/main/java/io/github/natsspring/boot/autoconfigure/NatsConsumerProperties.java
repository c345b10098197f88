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
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;

import io.nats.client.api.AckPolicy;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.PriorityPolicy;
import io.nats.client.api.ReplayPolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.util.unit.DataSize;

/**
 * Properties of a durable consumer: every field of jnats' consumer configuration, under
 * the name that its builder has. What is left out stays as jnats or the server has it.
 */
@ConfigurationPropertiesSource
public class NatsConsumerProperties extends NatsProvisionedProperties {

	/**
	 * Name of the durable consumer, if the key is not its name. Needed by an entry that
	 * is written in environment variables only, since they cannot spell it.
	 */
	private @Nullable String name;

	/**
	 * Name of the durable consumer. Same as 'name'; only one of them may be written.
	 */
	private @Nullable String durable;

	/**
	 * Description of the consumer.
	 */
	private @Nullable String description;

	/**
	 * Where a new consumer begins.
	 */
	private @Nullable DeliverPolicy deliverPolicy;

	/**
	 * Subject to deliver to, which makes a push consumer.
	 */
	private @Nullable String deliverSubject;

	/**
	 * Queue group of a push consumer.
	 */
	private @Nullable String deliverGroup;

	/**
	 * Sequence to begin with, for the deliver policy 'by-start-sequence'.
	 */
	private @Nullable Long startSequence;

	/**
	 * Time to begin with in ISO format with an offset or zone, for the deliver policy
	 * 'by-start-time'.
	 */
	private @Nullable ZonedDateTime startTime;

	/**
	 * Which messages must be acknowledged.
	 */
	private @Nullable AckPolicy ackPolicy;

	/**
	 * How long the server waits for an acknowledgment before it delivers a message again.
	 */
	private @Nullable Duration ackWait;

	/**
	 * Maximum number of deliveries of a message, -1 for no limit.
	 */
	private @Nullable Long maxDeliver;

	/**
	 * Subject to deliver. Same as a list of one in 'filter-subjects'; only one of them
	 * may be written.
	 */
	private @Nullable String filterSubject;

	/**
	 * Comma-separated list of subjects to deliver.
	 */
	private @Nullable List<String> filterSubjects;

	/**
	 * How fast stored messages are delivered.
	 */
	private @Nullable ReplayPolicy replayPolicy;

	/**
	 * Percentage of acknowledgments to sample, such as 50%.
	 */
	private @Nullable String sampleFrequency;

	/**
	 * Maximum rate of deliveries in bits per second.
	 */
	private @Nullable Long rateLimit;

	/**
	 * Maximum number of messages that wait for an acknowledgment over all instances, -1
	 * for no limit.
	 */
	private @Nullable Long maxAckPending;

	/**
	 * Interval of heartbeats of an idle push consumer.
	 */
	private @Nullable Duration idleHeartbeat;

	/**
	 * Whether a push consumer has flow control. Needs idle-heartbeat.
	 */
	private @Nullable Boolean flowControl;

	/**
	 * Maximum number of waiting pull requests.
	 */
	private @Nullable Long maxPullWaiting;

	/**
	 * Maximum number of messages of a pull request.
	 */
	private @Nullable Long maxBatch;

	/**
	 * Maximum size of what a pull request may ask for.
	 */
	private @Nullable DataSize maxBytes;

	/**
	 * Maximum waiting time of a pull request.
	 */
	private @Nullable Duration maxExpires;

	/**
	 * How long the consumer may be unused before the server deletes it.
	 */
	private @Nullable Duration inactiveThreshold;

	/**
	 * Number of servers of a cluster that hold the consumer, 0 for those of the stream.
	 */
	private @Nullable Integer numReplicas;

	/**
	 * Time until which the consumer is paused, in ISO format with an offset or zone.
	 */
	private @Nullable ZonedDateTime pauseUntil;

	/**
	 * Whether only headers are delivered.
	 */
	private @Nullable Boolean headersOnly;

	/**
	 * Whether the state of the consumer is held in memory.
	 */
	private @Nullable Boolean memStorage;

	/**
	 * Comma-separated list of delays before each redelivery. Replaces ack-wait on the
	 * server, and does not apply to a negative acknowledgment.
	 */
	private @Nullable List<Duration> backoff;

	/**
	 * Metadata of the consumer.
	 */
	private @Nullable Map<String, String> metadata;

	/**
	 * Comma-separated list of priority groups.
	 */
	private @Nullable List<String> priorityGroups;

	/**
	 * How a priority group chooses who gets messages.
	 */
	private @Nullable PriorityPolicy priorityPolicy;

	/**
	 * How long a pinned client may be silent before another one is pinned.
	 */
	private @Nullable Duration priorityTimeout;

	public @Nullable String getName() {
		return this.name;
	}

	public void setName(@Nullable String name) {
		this.name = name;
	}

	public @Nullable String getDurable() {
		return this.durable;
	}

	public void setDurable(@Nullable String durable) {
		this.durable = durable;
	}

	public @Nullable String getDescription() {
		return this.description;
	}

	public void setDescription(@Nullable String description) {
		this.description = description;
	}

	public @Nullable DeliverPolicy getDeliverPolicy() {
		return this.deliverPolicy;
	}

	public void setDeliverPolicy(@Nullable DeliverPolicy deliverPolicy) {
		this.deliverPolicy = deliverPolicy;
	}

	public @Nullable String getDeliverSubject() {
		return this.deliverSubject;
	}

	public void setDeliverSubject(@Nullable String deliverSubject) {
		this.deliverSubject = deliverSubject;
	}

	public @Nullable String getDeliverGroup() {
		return this.deliverGroup;
	}

	public void setDeliverGroup(@Nullable String deliverGroup) {
		this.deliverGroup = deliverGroup;
	}

	public @Nullable Long getStartSequence() {
		return this.startSequence;
	}

	public void setStartSequence(@Nullable Long startSequence) {
		this.startSequence = startSequence;
	}

	public @Nullable ZonedDateTime getStartTime() {
		return this.startTime;
	}

	public void setStartTime(@Nullable ZonedDateTime startTime) {
		this.startTime = startTime;
	}

	public @Nullable AckPolicy getAckPolicy() {
		return this.ackPolicy;
	}

	public void setAckPolicy(@Nullable AckPolicy ackPolicy) {
		this.ackPolicy = ackPolicy;
	}

	public @Nullable Duration getAckWait() {
		return this.ackWait;
	}

	public void setAckWait(@Nullable Duration ackWait) {
		this.ackWait = ackWait;
	}

	public @Nullable Long getMaxDeliver() {
		return this.maxDeliver;
	}

	public void setMaxDeliver(@Nullable Long maxDeliver) {
		this.maxDeliver = maxDeliver;
	}

	public @Nullable String getFilterSubject() {
		return this.filterSubject;
	}

	public void setFilterSubject(@Nullable String filterSubject) {
		this.filterSubject = filterSubject;
	}

	public @Nullable List<String> getFilterSubjects() {
		return this.filterSubjects;
	}

	public void setFilterSubjects(@Nullable List<String> filterSubjects) {
		this.filterSubjects = filterSubjects;
	}

	public @Nullable ReplayPolicy getReplayPolicy() {
		return this.replayPolicy;
	}

	public void setReplayPolicy(@Nullable ReplayPolicy replayPolicy) {
		this.replayPolicy = replayPolicy;
	}

	public @Nullable String getSampleFrequency() {
		return this.sampleFrequency;
	}

	public void setSampleFrequency(@Nullable String sampleFrequency) {
		this.sampleFrequency = sampleFrequency;
	}

	public @Nullable Long getRateLimit() {
		return this.rateLimit;
	}

	public void setRateLimit(@Nullable Long rateLimit) {
		this.rateLimit = rateLimit;
	}

	public @Nullable Long getMaxAckPending() {
		return this.maxAckPending;
	}

	public void setMaxAckPending(@Nullable Long maxAckPending) {
		this.maxAckPending = maxAckPending;
	}

	public @Nullable Duration getIdleHeartbeat() {
		return this.idleHeartbeat;
	}

	public void setIdleHeartbeat(@Nullable Duration idleHeartbeat) {
		this.idleHeartbeat = idleHeartbeat;
	}

	public @Nullable Boolean getFlowControl() {
		return this.flowControl;
	}

	public void setFlowControl(@Nullable Boolean flowControl) {
		this.flowControl = flowControl;
	}

	public @Nullable Long getMaxPullWaiting() {
		return this.maxPullWaiting;
	}

	public void setMaxPullWaiting(@Nullable Long maxPullWaiting) {
		this.maxPullWaiting = maxPullWaiting;
	}

	public @Nullable Long getMaxBatch() {
		return this.maxBatch;
	}

	public void setMaxBatch(@Nullable Long maxBatch) {
		this.maxBatch = maxBatch;
	}

	public @Nullable DataSize getMaxBytes() {
		return this.maxBytes;
	}

	public void setMaxBytes(@Nullable DataSize maxBytes) {
		this.maxBytes = maxBytes;
	}

	public @Nullable Duration getMaxExpires() {
		return this.maxExpires;
	}

	public void setMaxExpires(@Nullable Duration maxExpires) {
		this.maxExpires = maxExpires;
	}

	public @Nullable Duration getInactiveThreshold() {
		return this.inactiveThreshold;
	}

	public void setInactiveThreshold(@Nullable Duration inactiveThreshold) {
		this.inactiveThreshold = inactiveThreshold;
	}

	public @Nullable Integer getNumReplicas() {
		return this.numReplicas;
	}

	public void setNumReplicas(@Nullable Integer numReplicas) {
		this.numReplicas = numReplicas;
	}

	public @Nullable ZonedDateTime getPauseUntil() {
		return this.pauseUntil;
	}

	public void setPauseUntil(@Nullable ZonedDateTime pauseUntil) {
		this.pauseUntil = pauseUntil;
	}

	public @Nullable Boolean getHeadersOnly() {
		return this.headersOnly;
	}

	public void setHeadersOnly(@Nullable Boolean headersOnly) {
		this.headersOnly = headersOnly;
	}

	public @Nullable Boolean getMemStorage() {
		return this.memStorage;
	}

	public void setMemStorage(@Nullable Boolean memStorage) {
		this.memStorage = memStorage;
	}

	public @Nullable List<Duration> getBackoff() {
		return this.backoff;
	}

	public void setBackoff(@Nullable List<Duration> backoff) {
		this.backoff = backoff;
	}

	public @Nullable Map<String, String> getMetadata() {
		return this.metadata;
	}

	public void setMetadata(@Nullable Map<String, String> metadata) {
		this.metadata = metadata;
	}

	public @Nullable List<String> getPriorityGroups() {
		return this.priorityGroups;
	}

	public void setPriorityGroups(@Nullable List<String> priorityGroups) {
		this.priorityGroups = priorityGroups;
	}

	public @Nullable PriorityPolicy getPriorityPolicy() {
		return this.priorityPolicy;
	}

	public void setPriorityPolicy(@Nullable PriorityPolicy priorityPolicy) {
		this.priorityPolicy = priorityPolicy;
	}

	public @Nullable Duration getPriorityTimeout() {
		return this.priorityTimeout;
	}

	public void setPriorityTimeout(@Nullable Duration priorityTimeout) {
		this.priorityTimeout = priorityTimeout;
	}

}
