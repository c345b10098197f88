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

import java.util.List;
import java.util.Set;

import io.github.natsspring.annotation.NatsListener;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of the tests for mistakes of listeners.
 */
abstract class AbstractListenerBadInputTests extends AbstractListenerIntegrationTests {

	FailureAnalysis refused(Class<?> listener) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		this.contextRunner.withBean(listener).run((context) -> {
			assertThat(context).hasFailed();
			analysis[0] = FailureAnalyses.of(context.getStartupFailure());
		});
		return analysis[0];
	}

	List<String> streams() throws Exception {
		return this.management.getStreamNames().stream().filter((name) -> name.startsWith(this.stream)).toList();
	}

	void assertNoStreams() throws Exception {
		assertThat(streams()).isEmpty();
	}

	void assertNoConsumers() throws Exception {
		assertThat(this.management.getConsumerNames(this.stream)).isEmpty();
		assertThat(Set.of(this.stream, this.stream + "_DLQ")).containsAll(streams());
	}

	void createStream(RetentionPolicy retention) throws Exception {
		this.management.addStream(StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.Memory)
			.retentionPolicy(retention)
			.build());
	}

	void createConsumer(AckPolicy ackPolicy) throws Exception {
		this.management.addOrUpdateConsumer(this.stream,
				ConsumerConfiguration.builder().durable("work").ackPolicy(ackPolicy).build());
	}

	static class Plain {

		@NatsListener(stream = "${test}", consumer = "work")
		void on(String text) {
		}

	}

}
