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

package io.github.natsspring.topology;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Everything that was declared for one connection.
 *
 * @param streams the declared streams
 * @param consumers the declared durable consumers
 * @param keyValues the declared key-value buckets
 * @param objectStores the declared object-store buckets
 */
public record TopologyDefinition(List<StreamDefinition> streams, List<ConsumerDefinition> consumers,
		List<KeyValueDefinition> keyValues, List<ObjectStoreDefinition> objectStores) {

	public TopologyDefinition {
		streams = List.copyOf(streams);
		consumers = List.copyOf(consumers);
		keyValues = List.copyOf(keyValues);
		objectStores = List.copyOf(objectStores);
	}

	/**
	 * Whether nothing is declared.
	 * @return {@code true} if there is neither stream, consumer nor bucket
	 */
	public boolean isEmpty() {
		return this.streams.isEmpty() && this.consumers.isEmpty() && this.keyValues.isEmpty()
				&& this.objectStores.isEmpty();
	}

	/**
	 * Fill the modes in: that of a consumer is its own, else that of its stream if that
	 * is declared, else the common one.
	 * @param mode the common mode
	 * @return what is left when everything of the mode {@link ProvisioningMode#NONE} is
	 * taken out, with a mode for each
	 */
	TopologyDefinition in(ProvisioningMode mode) {
		Map<String, ProvisioningMode> ofStreams = new HashMap<>();
		this.streams.forEach((stream) -> ofStreams.put(stream.name(), modeOf(stream.provisioning(), mode)));
		return new TopologyDefinition(
				this.streams.stream()
					.map((stream) -> stream.with(stream.provisioning().in(mode)))
					.filter((stream) -> !stream.provisioning().is(ProvisioningMode.NONE))
					.toList(),
				this.consumers.stream()
					.map((consumer) -> consumer
						.with(consumer.provisioning().in(ofStreams.getOrDefault(consumer.stream(), mode))))
					.filter((consumer) -> !consumer.provisioning().is(ProvisioningMode.NONE))
					.toList(),
				this.keyValues.stream()
					.map((bucket) -> bucket.with(bucket.provisioning().in(mode)))
					.filter((bucket) -> !bucket.provisioning().is(ProvisioningMode.NONE))
					.toList(),
				this.objectStores.stream()
					.map((bucket) -> bucket.with(bucket.provisioning().in(mode)))
					.filter((bucket) -> !bucket.provisioning().is(ProvisioningMode.NONE))
					.toList());
	}

	/**
	 * The mode for a consumer, declared or not: its own, else that of its stream if that
	 * is declared, else the common one.
	 * @param stream the name of the stream
	 * @param consumer the durable name
	 * @param mode the common mode
	 * @return the mode
	 */
	public ProvisioningMode modeOf(String stream, @Nullable String consumer, ProvisioningMode mode) {
		return Stream
			.concat(this.consumers.stream()
				.filter((candidate) -> candidate.stream().equals(stream) && candidate.name().equals(consumer))
				.map(ConsumerDefinition::provisioning),
					this.streams.stream()
						.filter((candidate) -> candidate.name().equals(stream))
						.map(StreamDefinition::provisioning))
			.flatMap((policy) -> Stream.ofNullable(policy.mode()))
			.findFirst()
			.orElse(mode);
	}

	private static ProvisioningMode modeOf(ProvisioningPolicy policy, ProvisioningMode inherited) {
		ProvisioningMode own = policy.mode();
		return (own != null) ? own : inherited;
	}

	/**
	 * The settings of something that was declared.
	 * @param kind what was declared
	 * @param name its name; a consumer's is {@code stream/consumer}
	 * @return the settings, or an empty text if there are none
	 */
	Object settings(ResourceKind kind, String name) {
		Stream<?> settings = switch (kind) {
			case STREAM ->
				this.streams.stream().filter((stream) -> stream.name().equals(name)).map(StreamDefinition::settings);
			case CONSUMER -> this.consumers.stream()
				.filter((consumer) -> new ConsumerId(consumer.stream(), consumer.name()).toString().equals(name))
				.map(ConsumerDefinition::settings);
			case KEY_VALUE -> this.keyValues.stream()
				.filter((bucket) -> bucket.bucket().equals(name))
				.map(KeyValueDefinition::settings);
			case OBJECT_STORE -> this.objectStores.stream()
				.filter((bucket) -> bucket.bucket().equals(name))
				.map(ObjectStoreDefinition::settings);
			case JET_STREAM -> Stream.empty();
		};
		return settings.map(Object.class::cast).findFirst().orElse("");
	}

}
