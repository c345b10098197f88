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

import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.Placement;
import io.nats.client.api.Republish;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamConfiguration.Builder;
import io.nats.client.api.SubjectTransform;

import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.util.unit.DataSize;

/**
 * Maps {@link NatsStreamProperties} to settings of a {@link StreamConfiguration}.
 */
final class NatsStreamMapper {

	private NatsStreamMapper() {
	}

	static void map(String prefix, NatsStreamProperties properties, Settings<Builder> settings) {
		settings.set("description", properties.getDescription(), Builder::description);
		settings.set("subjects", properties.getSubjects(), Builder::subjects);
		mapPolicies(properties, settings);
		mapLimits(properties, settings);
		mapGroups(prefix, properties, settings);
		mapPermissions(properties, settings);
		settings.set("replicas", properties.getReplicas(), Builder::replicas);
		settings.set("template-owner", properties.getTemplateOwner(), Builder::templateOwner);
		settings.set("metadata", properties.getMetadata(), Builder::metadata);
		settings.set("first-sequence", properties.getFirstSequence(), Builder::firstSequence);
	}

	private static void mapPolicies(NatsStreamProperties properties, Settings<Builder> settings) {
		settings.set("retention-policy", settings.either("retention-policy", properties.getRetentionPolicy(),
				"retention", properties.getRetention()), Builder::retentionPolicy);
		settings.set("compression-option", settings.either("compression-option", properties.getCompressionOption(),
				"compression", properties.getCompression()), Builder::compressionOption);
		settings.set("storage-type",
				settings.either("storage-type", properties.getStorageType(), "storage", properties.getStorage()),
				Builder::storageType);
		settings.set("discard-policy",
				settings.either("discard-policy", properties.getDiscardPolicy(), "discard", properties.getDiscard()),
				Builder::discardPolicy);
		settings.set("persist-mode", properties.getPersistMode(), Builder::persistMode);
	}

	private static void mapLimits(NatsStreamProperties properties, Settings<Builder> settings) {
		settings.set("max-consumers", properties.getMaxConsumers(), Builder::maxConsumers);
		settings.set("max-messages",
				settings.either("max-messages", properties.getMaxMessages(), "max-msgs", properties.getMaxMsgs()),
				Builder::maxMessages);
		settings.set("max-messages-per-subject", settings.either("max-messages-per-subject",
				properties.getMaxMessagesPerSubject(), "max-msgs-per-subject", properties.getMaxMsgsPerSubject()),
				Builder::maxMessagesPerSubject);
		settings.set("max-bytes", properties.getMaxBytes(), DataSize::toBytes, Builder::maxBytes);
		settings.set("max-age", properties.getMaxAge(), Builder::maxAge);
		settings.set("maximum-message-size", settings.either("maximum-message-size", properties.getMaximumMessageSize(),
				"max-msg-size", properties.getMaxMsgSize()), Settings::toIntBytes, Builder::maximumMessageSize);
		settings.set("duplicate-window", properties.getDuplicateWindow(), Builder::duplicateWindow);
		settings.set("subject-delete-marker-ttl", properties.getSubjectDeleteMarkerTtl(),
				Builder::subjectDeleteMarkerTtl);
	}

	private static void mapGroups(String prefix, NatsStreamProperties properties, Settings<Builder> settings) {
		settings.set("placement", properties.getPlacement(), NatsStreamMapper::placement, Builder::placement);
		settings.set("republish", properties.getRepublish(), NatsStreamMapper::republish, Builder::republish);
		settings.set("subject-transform", properties.getSubjectTransform(), NatsStreamMapper::subjectTransform,
				Builder::subjectTransform);
		settings.set("consumer-limits", properties.getConsumerLimits(), NatsStreamMapper::consumerLimits,
				Builder::consumerLimits);
		settings.set("mirror", properties.getMirror(), (mirror) -> NatsSourceMapper.mirror(prefix + ".mirror", mirror),
				Builder::mirror);
		settings.set("sources", properties.getSources(),
				(sources) -> NatsSourceMapper.sources(prefix + ".sources", sources), Builder::sources);
	}

	private static void mapPermissions(NatsStreamProperties properties, Settings<Builder> settings) {
		settings.set("no-ack", properties.getNoAck(), Builder::noAck);
		settings.set("sealed", properties.getSealed(), (builder, sealed) -> {
			if (sealed) {
				builder.seal();
			}
		});
		settings.set("allow-rollup", properties.getAllowRollup(), Builder::allowRollup);
		settings.set("allow-direct", properties.getAllowDirect(), Builder::allowDirect);
		settings.set("mirror-direct", properties.getMirrorDirect(), Builder::mirrorDirect);
		settings.set("deny-delete", properties.getDenyDelete(), Builder::denyDelete);
		settings.set("deny-purge", properties.getDenyPurge(), Builder::denyPurge);
		settings.set("discard-new-per-subject", properties.getDiscardNewPerSubject(), Builder::discardNewPerSubject);
		settings.set("allow-message-ttl", properties.getAllowMessageTtl(), Builder::allowMessageTtl);
		settings.set("allow-message-schedules", properties.getAllowMessageSchedules(), Builder::allowMessageSchedules);
		settings.set("allow-message-counter", properties.getAllowMessageCounter(), Builder::allowMessageCounter);
		settings.set("allow-atomic-publish", properties.getAllowAtomicPublish(), Builder::allowAtomicPublish);
		settings.set("allow-batched", properties.getAllowBatched(), Builder::allowBatched);
	}

	static Placement placement(NatsStreamProperties.Placement properties) {
		return new Placement(properties.getCluster(), properties.getTags());
	}

	static Republish republish(NatsStreamProperties.Republish properties) {
		return new Republish(properties.getSource(), properties.getDestination(),
				Boolean.TRUE.equals(properties.getHeadersOnly()));
	}

	static SubjectTransform subjectTransform(NatsStreamProperties.SubjectTransform properties) {
		return SubjectTransform.builder()
			.source(properties.getSource())
			.destination(properties.getDestination())
			.build();
	}

	private static ConsumerLimits consumerLimits(NatsStreamProperties.ConsumerLimits properties) {
		PropertyMapper map = PropertyMapper.get();
		ConsumerLimits.Builder builder = ConsumerLimits.builder();
		map.from(properties::getInactiveThreshold).to(builder::inactiveThreshold);
		map.from(properties::getMaxAckPending).to(builder::maxAckPending);
		return builder.build();
	}

}
