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

package io.github.natsspring.deadletter;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.topology.ProvisioningMode;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;

/**
 * Streams, consumers and failures of tests.
 */
final class Letters {

	static final DeadLetterOrigin ORIGIN = new DeadLetterOrigin("ORDERS", "billing", "orders.eu.created", 42, 5,
			Instant.parse("2026-01-02T03:04:05.123456789Z"), "com.example.Billing#on");

	private Letters() {
	}

	static ConnectionHolder holder(String url) {
		return new ConnectionHolder(
				new ConnectionSettings("test", () -> new Options.Builder().server(url).maxReconnects(-1),
						StartupMode.FAIL_FAST, Duration.ofSeconds(15), Duration.ofSeconds(2), List.of(), List.of()));
	}

	static DeadLetters deadLetters(ConnectionHolder holder, ProvisioningMode mode,
			@Nullable DeadLetterDestinationResolver resolver) {
		return new DeadLetters(holder, mode, JetStreamOptions.defaultOptions(), new JetStreamTemplateSettings(
				Duration.ofSeconds(5), 100, Duration.ofSeconds(1), Duration.ofMillis(50), 1, null), resolver);
	}

	static DeadLetterSettings enabled() {
		return new DeadLetterSettings(true, DeadLetterSettings.DEFAULT_SUBJECT, null, false);
	}

	static void addStream(JetStreamManagement management, String name, RetentionPolicy retention, String... subjects)
			throws Exception {
		management.addStream(StreamConfiguration.builder()
			.name(name)
			.subjects(subjects)
			.retentionPolicy(retention)
			.storageType(StorageType.Memory)
			.build());
	}

	static DeadLetterSource addConsumer(JetStreamManagement management, String stream, String name, String... filters)
			throws Exception {
		return DeadLetterSource.of("listener-" + name, "com.example.Listener#on",
				management.addOrUpdateConsumer(stream,
						ConsumerConfiguration.builder()
							.durable(name)
							.ackPolicy(AckPolicy.Explicit)
							.filterSubjects(filters)
							.build()));
	}

	static Message fetch(ConnectionHolder holder, String stream, String consumer) throws Exception {
		JetStreamSubscription subscription = holder.get()
			.jetStream()
			.subscribe(null, PullSubscribeOptions.bind(stream, consumer));
		try {
			return subscription.fetch(1, Duration.ofSeconds(10)).get(0);
		}
		finally {
			subscription.unsubscribe();
		}
	}

	static FailedRun failed(Message message) {
		return failed(message, new IllegalStateException("boom"));
	}

	static FailedRun failed(Message message, Throwable ex) {
		return new FailedRun("listener-c", message, 5, message.metaData().deliveredCount(), ex);
	}

	static Message message(byte[] data, @Nullable Headers headers) {
		return new NatsMessage(ORIGIN.subject(), null, headers, data);
	}

	static boolean exists(JetStreamManagement management, String stream) throws Exception {
		try {
			management.getStreamInfo(stream);
			return true;
		}
		catch (JetStreamApiException ex) {
			return false;
		}
	}

}
