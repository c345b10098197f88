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
import java.util.List;
import java.util.function.UnaryOperator;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.topology.ProvisioningMode;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DeadLetterDestinations} on a real server.
 */
class DeadLetterDestinationsIntegrationTests {

	private static NatsServer server;

	private final String stream = "D" + System.nanoTime();

	private final String dlq = this.stream + "_DLQ";

	private final String subject = "dlq." + this.stream + ".c";

	private ConnectionHolder holder;

	private JetStreamManagement management;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder()
			.config("accounts: { A: { jetstream: enabled, users: [ { user: a, password: a },",
					"{ user: limited, password: l, permissions: { publish: { deny: \"$JS.API.STREAM.>\" } } } ] } }",
					"no_auth_user: a")
			.start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.holder = Letters.holder(server.url());
		this.management = this.holder.get().jetStreamManagement();
	}

	@AfterEach
	void close() {
		this.holder.destroy();
	}

	@Test
	void isOffWhenNothingCapturesTheSubjectAndNothingIsDemanded() throws Exception {
		for (ProvisioningMode mode : ProvisioningMode.values()) {
			assertThat(open(mode, DeadLetterSettings.defaults(), this.stream + ".>")).isNull();
		}
		assertThat(Letters.exists(this.management, this.dlq)).isFalse();
	}

	@Test
	void isOnWhenAStreamCapturesTheSubject() throws Exception {
		Letters.addStream(this.management, this.stream + "ALL", RetentionPolicy.Limits, "dlq." + this.stream + ".>");
		for (ProvisioningMode mode : ProvisioningMode.values()) {
			DeadLetterPublisher publisher = open(mode, DeadLetterSettings.defaults(), this.stream + ".>");
			assertThat(publisher).isNotNull();
			assertThat(publisher.getDestination().subject()).isEqualTo(this.subject);
			assertThat(publisher.getDestination().stream()).isEqualTo(this.stream + "ALL");
		}
		assertThat(Letters.exists(this.management, this.dlq)).isFalse();
	}

	@Test
	void isOffWhenSwitchedOff() throws Exception {
		Letters.addStream(this.management, this.dlq, RetentionPolicy.Limits, "dlq." + this.stream + ".>");
		assertThat(open(ProvisioningMode.CREATE, settings(false, null), this.stream + ".>")).isNull();
	}

	@Test
	void makesTheStreamOnceForAllConsumersOfItsStream() throws Exception {
		DeadLetterPublisher publisher = open(ProvisioningMode.CREATE, settings(true, null), this.stream + ".>");
		assertThat(publisher).isNotNull();
		assertThat(publisher.getDestination().stream()).isEqualTo(this.dlq);
		StreamConfiguration made = this.management.getStreamInfo(this.dlq).getConfiguration();
		assertThat(made.getSubjects()).containsExactly("dlq." + this.stream + ".*");
		assertThat(made.getRetentionPolicy()).isEqualTo(RetentionPolicy.Limits);
		assertThat(made.getStorageType()).isEqualTo(StorageType.File);
		assertThat(made.getDuplicateWindow()).isEqualTo(Duration.ofHours(1));
		assertThat(made.getAllowDirect()).isTrue();
		DeadLetterSource other = Letters.addConsumer(this.management, this.stream, "d", this.stream + ".d");
		assertThat(Letters.deadLetters(this.holder, ProvisioningMode.VALIDATE, null).open(other, settings(true, null)))
			.isNotNull();
	}

	@Test
	void makesAStreamOfAGivenNameForAllStreams() throws Exception {
		String shared = this.stream + "SHARED";
		DeadLetterSettings settings = new DeadLetterSettings(null, shared + ".{stream}.{consumer}", shared, false);
		DeadLetterPublisher publisher = open(ProvisioningMode.CREATE, settings, this.stream + ".>");
		assertThat(publisher).isNotNull();
		assertThat(this.management.getStreamInfo(shared).getConfiguration().getSubjects())
			.containsExactly(shared + ".*.*");
	}

	@Test
	void leavesAnExistingStreamAsItIs() throws Exception {
		StreamConfiguration before = this.management
			.addStream(StreamConfiguration.builder()
				.name(this.dlq)
				.subjects("dlq." + this.stream + ".*")
				.storageType(StorageType.Memory)
				.build())
			.getConfiguration();
		assertThat(open(ProvisioningMode.CREATE, settings(true, null), this.stream + ".>")).isNotNull();
		assertThat(this.management.getStreamInfo(this.dlq).getConfiguration().toJson()).isEqualTo(before.toJson());
	}

	@Test
	void failsWhereTheStreamIsMissingAndMayNotBeMade() throws Exception {
		for (ProvisioningMode mode : List.of(ProvisioningMode.VALIDATE, ProvisioningMode.NONE)) {
			for (DeadLetterSettings settings : List.of(settings(true, null), settings(null, "{stream}_DLQ"))) {
				failure(mode, settings, this.stream + ".>").withMessageContaining("com.example.Listener#on")
					.withMessageContaining("no stream captures its dead-letter subject '%s'".formatted(this.subject))
					.withMessageContaining("Create a stream with that subject");
			}
		}
		assertThat(Letters.exists(this.management, this.dlq)).isFalse();
	}

	@Test
	void failsWhereTheStreamDoesNotCaptureTheSubject() throws Exception {
		Letters.addStream(this.management, this.dlq, RetentionPolicy.Limits, this.dlq + ".other");
		failure(ProvisioningMode.CREATE, settings(true, null), this.stream + ".>")
			.withMessageContaining(
					"'%s' does not capture its dead-letter subject '%s'".formatted(this.dlq, this.subject))
			.withMessageContaining("Add the subject to that stream");
	}

	@Test
	void failsWhereAnotherStreamCapturesTheSubject() throws Exception {
		Letters.addStream(this.management, this.stream + "ALL", RetentionPolicy.Limits, "dlq." + this.stream + ".>");
		failure(ProvisioningMode.CREATE, settings(null, "{stream}_DLQ"), this.stream + ".>")
			.withMessageContaining("dead-letter.stream is '%s'".formatted(this.dlq))
			.withMessageContaining("captured by stream '%sALL'".formatted(this.stream));
	}

	@Test
	void failsWhereTheListenerWouldConsumeItsOwnDeadLetters() throws Exception {
		DeadLetterSettings inside = new DeadLetterSettings(null, "{stream}.dead", null, false);
		for (String filter : List.of(this.stream + ".>", this.stream + ".*", "")) {
			failure(ProvisioningMode.CREATE, inside, filter)
				.withMessageContaining("'%s.dead' is captured by its own stream".formatted(this.stream))
				.withMessageContaining("own dead letters");
		}
		failure(ProvisioningMode.CREATE, new DeadLetterSettings(true, "other", this.stream, false), this.stream + ".>")
			.withMessageContaining("own stream '%s'".formatted(this.stream));
	}

	@Test
	void allowsItsOwnStreamWhereItsFilterDoesNotTakeTheLetters() throws Exception {
		DeadLetterSettings inside = new DeadLetterSettings(null, "{stream}.dead", null, false);
		DeadLetterPublisher publisher = open(ProvisioningMode.CREATE, inside, this.stream + ".created");
		assertThat(publisher).isNotNull();
		assertThat(publisher.getDestination().stream()).isEqualTo(this.stream);
	}

	@Test
	void failsWhereTheStreamWouldNotKeepTheLetters() throws Exception {
		keepsNot((builder) -> builder.noAck(true), "does not acknowledge");
		keepsNot((builder) -> builder.retentionPolicy(RetentionPolicy.Interest), "interest retention");
	}

	@Test
	void goesByTheSettingsWhereTheServerMayNotBeAsked() throws Exception {
		DeadLetterSource source = source(this.stream + ".>");
		Letters.addStream(this.management, this.dlq, RetentionPolicy.Limits, "dlq." + this.stream + ".>");
		ConnectionHolder limited = Letters.holder(server.url().replace("nats://", "nats://limited:l@"));
		try {
			assertThat(Letters.deadLetters(limited, ProvisioningMode.NONE, null)
				.open(source, DeadLetterSettings.defaults())).isNull();
			DeadLetterPublisher publisher = Letters.deadLetters(limited, ProvisioningMode.NONE, null)
				.open(source, settings(true, null));
			assertThat(publisher).isNotNull();
			assertThat(publisher.getDestination().stream()).isNull();
			this.holder.get().jetStream().publish(this.stream + ".created", null);
			Message message = Letters.fetch(this.holder, this.stream, "c");
			assertThat(publisher.send(Letters.failed(message))).isTrue();
			assertThat(publisher.send(Letters.failed(message))).isTrue();
			assertThat(this.management.getStreamInfo(this.dlq).getStreamState().getMsgCount()).isEqualTo(1);
			assertThatExceptionOfType(NatsListenerException.class)
				.isThrownBy(() -> Letters.deadLetters(limited, ProvisioningMode.VALIDATE, null)
					.open(source, settings(true, null)))
				.withMessageContaining("could not be looked up");
		}
		finally {
			limited.destroy();
		}
	}

	private void keepsNot(UnaryOperator<StreamConfiguration.Builder> settings, String text) throws Exception {
		this.management.addStream(
				settings.apply(StreamConfiguration.builder().name(this.dlq).subjects("dlq." + this.stream + ".*"))
					.build());
		failure(ProvisioningMode.CREATE, settings(true, null), this.stream + ".>").withMessageContaining(this.dlq)
			.withMessageContaining(text);
		this.management.deleteStream(this.dlq);
	}

	private ThrowableAssertAlternative<NatsListenerException> failure(ProvisioningMode mode,
			DeadLetterSettings settings, String filter) throws Exception {
		DeadLetterSource source = source(filter);
		return assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> Letters.deadLetters(this.holder, mode, null).open(source, settings));
	}

	private @Nullable DeadLetterPublisher open(ProvisioningMode mode, DeadLetterSettings settings, String filter)
			throws Exception {
		return Letters.deadLetters(this.holder, mode, null).open(source(filter), settings);
	}

	private DeadLetterSource source(String filter) throws Exception {
		if (!Letters.exists(this.management, this.stream)) {
			Letters.addStream(this.management, this.stream, RetentionPolicy.Limits, this.stream + ".>");
		}
		return filter.isEmpty() ? Letters.addConsumer(this.management, this.stream, "c")
				: Letters.addConsumer(this.management, this.stream, "c", filter);
	}

	private static DeadLetterSettings settings(@Nullable Boolean enabled, @Nullable String stream) {
		return new DeadLetterSettings(enabled, DeadLetterSettings.DEFAULT_SUBJECT, stream, false);
	}

}
