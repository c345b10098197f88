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

import java.io.IOException;
import java.util.function.UnaryOperator;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of the tests for what {@link TopologyApplier} updates.
 */
abstract class AbstractTopologyUpdateTests extends AbstractTopologyApplierTests {

	StreamConfiguration server() throws Exception {
		return this.management.getStreamInfo(this.unique).getConfiguration();
	}

	ConsumerConfiguration consumer() throws Exception {
		return this.management.getConsumerInfo(this.unique, "c").getConsumerConfiguration();
	}

	void addStream(UnaryOperator<StreamConfiguration.Builder> settings) throws IOException, JetStreamApiException {
		addStream(this.unique, settings);
	}

	void addStream(String name, UnaryOperator<StreamConfiguration.Builder> settings)
			throws IOException, JetStreamApiException {
		this.management.addStream(settings.apply(StreamConfiguration.builder().name(name)).build());
	}

	TopologyReport update(TopologyDefinition declared) {
		return update(null, declared);
	}

	TopologyReport update(@Nullable String owner, TopologyDefinition declared) {
		TopologyApplier applier = new TopologyApplier(() -> declared,
				new TopologySettings(ProvisioningMode.UPDATE, false, owner), JetStreamOptions.defaultOptions());
		applier.initialize(this.connection);
		return report(applier);
	}

	static TopologyReport report(TopologyApplier applier) {
		TopologyReport report = applier.report();
		assertThat(report).isNotNull();
		return report;
	}

	static ProvisioningPolicy mode(ProvisioningMode mode) {
		return new ProvisioningPolicy(mode, false, false);
	}

}
