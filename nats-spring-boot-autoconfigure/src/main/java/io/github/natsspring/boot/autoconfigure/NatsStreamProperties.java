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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.nats.client.api.CompressionOption;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.PersistMode;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.util.unit.DataSize;

/**
 * Properties of a stream: every field of jnats' stream configuration, under the name that
 * its builder has. What is left out stays as jnats or the server has it.
 */
@ConfigurationPropertiesSource
public class NatsStreamProperties extends NatsProvisionedProperties {

	/**
	 * Name of the stream, if the key is not its name. Needed by an entry that is written
	 * in environment variables only, since they cannot spell it.
	 */
	private @Nullable String name;

	/**
	 * Description of the stream.
	 */
	private @Nullable String description;

	/**
	 * Comma-separated list of subjects that the stream captures.
	 */
	private @Nullable List<String> subjects;

	/**
	 * Policy by which messages are kept. The short name 'retention' means the same.
	 */
	private @Nullable RetentionPolicy retentionPolicy;

	/**
	 * Policy by which messages are kept. Same as 'retention-policy'; only one of them may
	 * be written.
	 */
	private @Nullable RetentionPolicy retention;

	/**
	 * Compression of stored messages. The short name 'compression' means the same.
	 */
	private @Nullable CompressionOption compressionOption;

	/**
	 * Compression of stored messages. Same as 'compression-option'; only one of them may
	 * be written.
	 */
	private @Nullable CompressionOption compression;

	/**
	 * Maximum number of consumers, -1 for no limit.
	 */
	private @Nullable Long maxConsumers;

	/**
	 * Maximum number of messages, -1 for no limit. The short name 'max-msgs' means the
	 * same.
	 */
	private @Nullable Long maxMessages;

	/**
	 * Maximum number of messages, -1 for no limit. Same as 'max-messages'; only one of
	 * them may be written.
	 */
	private @Nullable Long maxMsgs;

	/**
	 * Maximum number of messages per subject, -1 for no limit. The short name 'max-msgs-
	 * per-subject' means the same.
	 */
	private @Nullable Long maxMessagesPerSubject;

	/**
	 * Maximum number of messages per subject, -1 for no limit. Same as 'max-messages-per-
	 * subject'; only one of them may be written.
	 */
	private @Nullable Long maxMsgsPerSubject;

	/**
	 * Maximum size of the stream, -1 for no limit.
	 */
	private @Nullable DataSize maxBytes;

	/**
	 * Maximum age of a message, 0 for no limit.
	 */
	private @Nullable Duration maxAge;

	/**
	 * Maximum size of a message, -1 for no limit. The short name 'max-msg-size' means the
	 * same.
	 */
	private @Nullable DataSize maximumMessageSize;

	/**
	 * Maximum size of a message, -1 for no limit. Same as 'maximum-message-size'; only
	 * one of them may be written.
	 */
	private @Nullable DataSize maxMsgSize;

	/**
	 * Where messages are stored. The short name 'storage' means the same.
	 */
	private @Nullable StorageType storageType;

	/**
	 * Where messages are stored. Same as 'storage-type'; only one of them may be written.
	 */
	private @Nullable StorageType storage;

	/**
	 * Number of servers of a cluster that hold the stream, 1 to 5.
	 */
	private @Nullable Integer replicas;

	/**
	 * Whether publishes are not acknowledged.
	 */
	private @Nullable Boolean noAck;

	/**
	 * Template that owns the stream.
	 */
	private @Nullable String templateOwner;

	/**
	 * What is discarded when a limit is reached. The short name 'discard' means the same.
	 */
	private @Nullable DiscardPolicy discardPolicy;

	/**
	 * What is discarded when a limit is reached. Same as 'discard-policy'; only one of
	 * them may be written.
	 */
	private @Nullable DiscardPolicy discard;

	/**
	 * How long message ids are remembered to detect duplicates.
	 */
	private @Nullable Duration duplicateWindow;

	/**
	 * Where in a cluster the stream is placed.
	 */
	private @Nullable Placement placement;

	/**
	 * How stored messages are published again.
	 */
	private @Nullable Republish republish;

	/**
	 * How subjects are rewritten before messages are stored.
	 */
	private @Nullable SubjectTransform subjectTransform;

	/**
	 * Limits of consumers that set none.
	 */
	private @Nullable ConsumerLimits consumerLimits;

	/**
	 * Stream that this one mirrors.
	 */
	private @Nullable NatsSourceProperties mirror;

	/**
	 * Streams that this one draws from.
	 */
	private @Nullable List<NatsSourceProperties> sources;

	/**
	 * Whether the stream is sealed against any change. It cannot be unsealed.
	 */
	private @Nullable Boolean sealed;

	/**
	 * Whether a message may replace all earlier ones of its subject or of the stream.
	 */
	private @Nullable Boolean allowRollup;

	/**
	 * Whether any replica may answer reads of single messages.
	 */
	private @Nullable Boolean allowDirect;

	/**
	 * Whether a mirror may answer reads of single messages of its origin.
	 */
	private @Nullable Boolean mirrorDirect;

	/**
	 * Whether messages cannot be deleted.
	 */
	private @Nullable Boolean denyDelete;

	/**
	 * Whether the stream cannot be purged.
	 */
	private @Nullable Boolean denyPurge;

	/**
	 * Whether the limit of messages per subject refuses new messages, with the discard
	 * policy 'new'.
	 */
	private @Nullable Boolean discardNewPerSubject;

	/**
	 * Metadata of the stream.
	 */
	private @Nullable Map<String, String> metadata;

	/**
	 * Sequence of the first message.
	 */
	private @Nullable Long firstSequence;

	/**
	 * How long the marker lives that is left when the last message of a subject expires.
	 */
	private @Nullable Duration subjectDeleteMarkerTtl;

	/**
	 * Whether messages may have a time to live of their own.
	 */
	private @Nullable Boolean allowMessageTtl;

	/**
	 * Whether messages may be scheduled.
	 */
	private @Nullable Boolean allowMessageSchedules;

	/**
	 * Whether messages may be counters.
	 */
	private @Nullable Boolean allowMessageCounter;

	/**
	 * Whether batches may be published atomically.
	 */
	private @Nullable Boolean allowAtomicPublish;

	/**
	 * Whether batches may be published fast.
	 */
	private @Nullable Boolean allowBatched;

	/**
	 * How writes reach the storage.
	 */
	private @Nullable PersistMode persistMode;

	/**
	 * Durable consumers of the stream by name.
	 */
	private Map<String, NatsConsumerProperties> consumers = new LinkedHashMap<>();

	public @Nullable String getName() {
		return this.name;
	}

	public void setName(@Nullable String name) {
		this.name = name;
	}

	public @Nullable String getDescription() {
		return this.description;
	}

	public void setDescription(@Nullable String description) {
		this.description = description;
	}

	public @Nullable List<String> getSubjects() {
		return this.subjects;
	}

	public void setSubjects(@Nullable List<String> subjects) {
		this.subjects = subjects;
	}

	public @Nullable RetentionPolicy getRetentionPolicy() {
		return this.retentionPolicy;
	}

	public void setRetentionPolicy(@Nullable RetentionPolicy retentionPolicy) {
		this.retentionPolicy = retentionPolicy;
	}

	public @Nullable RetentionPolicy getRetention() {
		return this.retention;
	}

	public void setRetention(@Nullable RetentionPolicy retention) {
		this.retention = retention;
	}

	public @Nullable CompressionOption getCompressionOption() {
		return this.compressionOption;
	}

	public void setCompressionOption(@Nullable CompressionOption compressionOption) {
		this.compressionOption = compressionOption;
	}

	public @Nullable CompressionOption getCompression() {
		return this.compression;
	}

	public void setCompression(@Nullable CompressionOption compression) {
		this.compression = compression;
	}

	public @Nullable Long getMaxConsumers() {
		return this.maxConsumers;
	}

	public void setMaxConsumers(@Nullable Long maxConsumers) {
		this.maxConsumers = maxConsumers;
	}

	public @Nullable Long getMaxMessages() {
		return this.maxMessages;
	}

	public void setMaxMessages(@Nullable Long maxMessages) {
		this.maxMessages = maxMessages;
	}

	public @Nullable Long getMaxMsgs() {
		return this.maxMsgs;
	}

	public void setMaxMsgs(@Nullable Long maxMsgs) {
		this.maxMsgs = maxMsgs;
	}

	public @Nullable Long getMaxMessagesPerSubject() {
		return this.maxMessagesPerSubject;
	}

	public void setMaxMessagesPerSubject(@Nullable Long maxMessagesPerSubject) {
		this.maxMessagesPerSubject = maxMessagesPerSubject;
	}

	public @Nullable Long getMaxMsgsPerSubject() {
		return this.maxMsgsPerSubject;
	}

	public void setMaxMsgsPerSubject(@Nullable Long maxMsgsPerSubject) {
		this.maxMsgsPerSubject = maxMsgsPerSubject;
	}

	public @Nullable DataSize getMaxBytes() {
		return this.maxBytes;
	}

	public void setMaxBytes(@Nullable DataSize maxBytes) {
		this.maxBytes = maxBytes;
	}

	public @Nullable Duration getMaxAge() {
		return this.maxAge;
	}

	public void setMaxAge(@Nullable Duration maxAge) {
		this.maxAge = maxAge;
	}

	public @Nullable DataSize getMaximumMessageSize() {
		return this.maximumMessageSize;
	}

	public void setMaximumMessageSize(@Nullable DataSize maximumMessageSize) {
		this.maximumMessageSize = maximumMessageSize;
	}

	public @Nullable DataSize getMaxMsgSize() {
		return this.maxMsgSize;
	}

	public void setMaxMsgSize(@Nullable DataSize maxMsgSize) {
		this.maxMsgSize = maxMsgSize;
	}

	public @Nullable StorageType getStorageType() {
		return this.storageType;
	}

	public void setStorageType(@Nullable StorageType storageType) {
		this.storageType = storageType;
	}

	public @Nullable StorageType getStorage() {
		return this.storage;
	}

	public void setStorage(@Nullable StorageType storage) {
		this.storage = storage;
	}

	public @Nullable Integer getReplicas() {
		return this.replicas;
	}

	public void setReplicas(@Nullable Integer replicas) {
		this.replicas = replicas;
	}

	public @Nullable Boolean getNoAck() {
		return this.noAck;
	}

	public void setNoAck(@Nullable Boolean noAck) {
		this.noAck = noAck;
	}

	public @Nullable String getTemplateOwner() {
		return this.templateOwner;
	}

	public void setTemplateOwner(@Nullable String templateOwner) {
		this.templateOwner = templateOwner;
	}

	public @Nullable DiscardPolicy getDiscardPolicy() {
		return this.discardPolicy;
	}

	public void setDiscardPolicy(@Nullable DiscardPolicy discardPolicy) {
		this.discardPolicy = discardPolicy;
	}

	public @Nullable DiscardPolicy getDiscard() {
		return this.discard;
	}

	public void setDiscard(@Nullable DiscardPolicy discard) {
		this.discard = discard;
	}

	public @Nullable Duration getDuplicateWindow() {
		return this.duplicateWindow;
	}

	public void setDuplicateWindow(@Nullable Duration duplicateWindow) {
		this.duplicateWindow = duplicateWindow;
	}

	public @Nullable Placement getPlacement() {
		return this.placement;
	}

	public void setPlacement(@Nullable Placement placement) {
		this.placement = placement;
	}

	public @Nullable Republish getRepublish() {
		return this.republish;
	}

	public void setRepublish(@Nullable Republish republish) {
		this.republish = republish;
	}

	public @Nullable SubjectTransform getSubjectTransform() {
		return this.subjectTransform;
	}

	public void setSubjectTransform(@Nullable SubjectTransform subjectTransform) {
		this.subjectTransform = subjectTransform;
	}

	public @Nullable ConsumerLimits getConsumerLimits() {
		return this.consumerLimits;
	}

	public void setConsumerLimits(@Nullable ConsumerLimits consumerLimits) {
		this.consumerLimits = consumerLimits;
	}

	public @Nullable NatsSourceProperties getMirror() {
		return this.mirror;
	}

	public void setMirror(@Nullable NatsSourceProperties mirror) {
		this.mirror = mirror;
	}

	public @Nullable List<NatsSourceProperties> getSources() {
		return this.sources;
	}

	public void setSources(@Nullable List<NatsSourceProperties> sources) {
		this.sources = sources;
	}

	public @Nullable Boolean getSealed() {
		return this.sealed;
	}

	public void setSealed(@Nullable Boolean sealed) {
		this.sealed = sealed;
	}

	public @Nullable Boolean getAllowRollup() {
		return this.allowRollup;
	}

	public void setAllowRollup(@Nullable Boolean allowRollup) {
		this.allowRollup = allowRollup;
	}

	public @Nullable Boolean getAllowDirect() {
		return this.allowDirect;
	}

	public void setAllowDirect(@Nullable Boolean allowDirect) {
		this.allowDirect = allowDirect;
	}

	public @Nullable Boolean getMirrorDirect() {
		return this.mirrorDirect;
	}

	public void setMirrorDirect(@Nullable Boolean mirrorDirect) {
		this.mirrorDirect = mirrorDirect;
	}

	public @Nullable Boolean getDenyDelete() {
		return this.denyDelete;
	}

	public void setDenyDelete(@Nullable Boolean denyDelete) {
		this.denyDelete = denyDelete;
	}

	public @Nullable Boolean getDenyPurge() {
		return this.denyPurge;
	}

	public void setDenyPurge(@Nullable Boolean denyPurge) {
		this.denyPurge = denyPurge;
	}

	public @Nullable Boolean getDiscardNewPerSubject() {
		return this.discardNewPerSubject;
	}

	public void setDiscardNewPerSubject(@Nullable Boolean discardNewPerSubject) {
		this.discardNewPerSubject = discardNewPerSubject;
	}

	public @Nullable Map<String, String> getMetadata() {
		return this.metadata;
	}

	public void setMetadata(@Nullable Map<String, String> metadata) {
		this.metadata = metadata;
	}

	public @Nullable Long getFirstSequence() {
		return this.firstSequence;
	}

	public void setFirstSequence(@Nullable Long firstSequence) {
		this.firstSequence = firstSequence;
	}

	public @Nullable Duration getSubjectDeleteMarkerTtl() {
		return this.subjectDeleteMarkerTtl;
	}

	public void setSubjectDeleteMarkerTtl(@Nullable Duration subjectDeleteMarkerTtl) {
		this.subjectDeleteMarkerTtl = subjectDeleteMarkerTtl;
	}

	public @Nullable Boolean getAllowMessageTtl() {
		return this.allowMessageTtl;
	}

	public void setAllowMessageTtl(@Nullable Boolean allowMessageTtl) {
		this.allowMessageTtl = allowMessageTtl;
	}

	public @Nullable Boolean getAllowMessageSchedules() {
		return this.allowMessageSchedules;
	}

	public void setAllowMessageSchedules(@Nullable Boolean allowMessageSchedules) {
		this.allowMessageSchedules = allowMessageSchedules;
	}

	public @Nullable Boolean getAllowMessageCounter() {
		return this.allowMessageCounter;
	}

	public void setAllowMessageCounter(@Nullable Boolean allowMessageCounter) {
		this.allowMessageCounter = allowMessageCounter;
	}

	public @Nullable Boolean getAllowAtomicPublish() {
		return this.allowAtomicPublish;
	}

	public void setAllowAtomicPublish(@Nullable Boolean allowAtomicPublish) {
		this.allowAtomicPublish = allowAtomicPublish;
	}

	public @Nullable Boolean getAllowBatched() {
		return this.allowBatched;
	}

	public void setAllowBatched(@Nullable Boolean allowBatched) {
		this.allowBatched = allowBatched;
	}

	public @Nullable PersistMode getPersistMode() {
		return this.persistMode;
	}

	public void setPersistMode(@Nullable PersistMode persistMode) {
		this.persistMode = persistMode;
	}

	public Map<String, NatsConsumerProperties> getConsumers() {
		return this.consumers;
	}

	public void setConsumers(Map<String, NatsConsumerProperties> consumers) {
		this.consumers = consumers;
	}

	/**
	 * Where in a cluster something is placed.
	 */
	@ConfigurationPropertiesSource
	public static class Placement {

		/**
		 * Name of the cluster.
		 */
		private @Nullable String cluster;

		/**
		 * Comma-separated list of tags that a server must have.
		 */
		private @Nullable List<String> tags;

		public @Nullable String getCluster() {
			return this.cluster;
		}

		public void setCluster(@Nullable String cluster) {
			this.cluster = cluster;
		}

		public @Nullable List<String> getTags() {
			return this.tags;
		}

		public void setTags(@Nullable List<String> tags) {
			this.tags = tags;
		}

	}

	/**
	 * How stored messages are published again.
	 */
	@ConfigurationPropertiesSource
	public static class Republish {

		/**
		 * Subject of the messages to publish again.
		 */
		private @Nullable String source;

		/**
		 * Subject to publish to.
		 */
		private @Nullable String destination;

		/**
		 * Whether only the headers are published.
		 */
		private @Nullable Boolean headersOnly;

		public @Nullable String getSource() {
			return this.source;
		}

		public void setSource(@Nullable String source) {
			this.source = source;
		}

		public @Nullable String getDestination() {
			return this.destination;
		}

		public void setDestination(@Nullable String destination) {
			this.destination = destination;
		}

		public @Nullable Boolean getHeadersOnly() {
			return this.headersOnly;
		}

		public void setHeadersOnly(@Nullable Boolean headersOnly) {
			this.headersOnly = headersOnly;
		}

	}

	/**
	 * How subjects are rewritten.
	 */
	@ConfigurationPropertiesSource
	public static class SubjectTransform {

		/**
		 * Subject to rewrite.
		 */
		private @Nullable String source;

		/**
		 * Subject to rewrite to.
		 */
		private @Nullable String destination;

		public @Nullable String getSource() {
			return this.source;
		}

		public void setSource(@Nullable String source) {
			this.source = source;
		}

		public @Nullable String getDestination() {
			return this.destination;
		}

		public void setDestination(@Nullable String destination) {
			this.destination = destination;
		}

	}

	/**
	 * Limits of consumers that set none.
	 */
	public static class ConsumerLimits {

		/**
		 * How long a consumer may be unused before it is deleted.
		 */
		private @Nullable Duration inactiveThreshold;

		/**
		 * Maximum number of messages that wait for an acknowledgment.
		 */
		private @Nullable Long maxAckPending;

		public @Nullable Duration getInactiveThreshold() {
			return this.inactiveThreshold;
		}

		public void setInactiveThreshold(@Nullable Duration inactiveThreshold) {
			this.inactiveThreshold = inactiveThreshold;
		}

		public @Nullable Long getMaxAckPending() {
			return this.maxAckPending;
		}

		public void setMaxAckPending(@Nullable Long maxAckPending) {
			this.maxAckPending = maxAckPending;
		}

	}

}
