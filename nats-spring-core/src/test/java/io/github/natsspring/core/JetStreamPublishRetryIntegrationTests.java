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

package io.github.natsspring.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.test.TcpProxy;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for publishing with {@link JetStreamTemplate} when the server does not confirm at
 * once.
 */
class JetStreamPublishRetryIntegrationTests extends AbstractJetStreamPublishTests {

	@Test
	void storesAMessageWhoseStreamComesInTime() throws Exception {
		this.management.deleteStream(this.stream);
		JetStreamTemplate patient = template(new JetStreamTemplateSettings(LONG, 10, Duration.ofSeconds(2),
				Duration.ofMillis(50), Integer.MAX_VALUE, null));
		CompletableFuture<PublishAck> publish = inBackground(() -> patient.publish(this.subject, "x"));
		await().pollDelay(Duration.ofMillis(200)).until(() -> !publish.isDone());
		addStream();
		assertThat(publish.get(30, TimeUnit.SECONDS).getSeqno()).isEqualTo(1);
	}

	@Test
	void storesAMessageOnceWhenTheServerIsPausedMeanwhile() throws Exception {
		JetStreamTemplate impatient = template(
				new JetStreamTemplateSettings(LONG, 10, Duration.ofMillis(300), Duration.ofMillis(50), 2, null));
		server.pause();
		CompletableFuture<PublishAck> publish = inBackground(() -> impatient.publish(this.subject, "x"));
		// So that there are several tries
		await().pollDelay(Duration.ofSeconds(1)).until(() -> !publish.isDone());
		server.resume();
		assertThat(publish.get(30, TimeUnit.SECONDS).getSeqno()).isEqualTo(1);
		// What was sent again has arrived before this
		assertThat(this.template.publish(this.subject, "y").getSeqno()).isEqualTo(2);
		assertThat(stored()).isEqualTo(2);
	}

	@Test
	void saysThatTheOutcomeIsUnknownAndStoresOnceWhenItIsPublishedAgain() throws Exception {
		JetStreamTemplate impatient = template(new JetStreamTemplateSettings(Duration.ofSeconds(1), 10,
				Duration.ofMillis(300), Duration.ofMillis(50), 2, null));
		server.pause();
		assertThatExceptionOfType(NatsPublishOutcomeUnknownException.class)
			.isThrownBy(() -> impatient.publish(this.subject, "x", (options) -> options.messageId("order-1")))
			.withMessageContaining("not known whether")
			.withMessageContaining(this.subject);
		server.resume();
		PublishAck ack = this.template.publish(this.subject, "x", (options) -> options.messageId("order-1"));
		assertThat(ack.isDuplicate()).isTrue();
		assertThat(stored()).isEqualTo(1);
	}

	@Test
	void storesAMessageOnceWhenTheServerIsKilledMeanwhile() throws Exception {
		JetStreamTemplate impatient = template(new JetStreamTemplateSettings(LONG, 10, Duration.ofMillis(500),
				Duration.ofMillis(50), Integer.MAX_VALUE, null));
		server.pause();
		CompletableFuture<PublishAck> publish = inBackground(() -> impatient.publish(this.subject, "x"));
		await().pollDelay(Duration.ofMillis(200)).until(() -> !publish.isDone());
		server.kill();
		server.start();
		assertThat(publish.get(60, TimeUnit.SECONDS).getSeqno()).isEqualTo(1);
		assertThat(this.template.publish(this.subject, "y").getSeqno()).isEqualTo(2);
	}

	@Test
	void storesAMessageOnceWhenItsConnectionIsReplacedMeanwhile() throws Exception {
		JetStreamTemplate impatient = template(new JetStreamTemplateSettings(LONG, 10, Duration.ofMillis(500),
				Duration.ofMillis(50), Integer.MAX_VALUE, null));
		this.holder.start();
		server.pause();
		CompletableFuture<PublishAck> publish = inBackground(() -> impatient.publish(this.subject, "x"));
		await().pollDelay(Duration.ofMillis(200)).until(() -> !publish.isDone());
		// As jnats does by itself after two refusals of the same kind
		this.holder.get().close();
		server.resume();
		assertThat(publish.get(60, TimeUnit.SECONDS).getSeqno()).isEqualTo(1);
		assertThat(this.template.publish(this.subject, "y").getSeqno()).isEqualTo(2);
	}

	@Test
	void saysThatTheOutcomeIsUnknownWhenALaterTryIsRejected() throws Exception {
		this.management
			.updateStream(StreamConfiguration.builder(this.management.getStreamInfo(this.stream).getConfiguration())
				.duplicateWindow(Duration.ofMillis(100))
				.build());
		try (TcpProxy proxy = TcpProxy.to(server.url())) {
			ConnectionHolder holder = TestConnections.holder(proxy.url(),
					(options) -> options.ignoreDiscoveredServers().reconnectWait(Duration.ofMillis(50)));
			try {
				JetStreamTemplate impatient = new JetStreamTemplate(holder, TestConnections.CONVERTER,
						JetStreamOptions.defaultOptions(), new JetStreamTemplateSettings(LONG, 10,
								Duration.ofMillis(500), Duration.ofMillis(50), Integer.MAX_VALUE, null));
				impatient.publish(this.subject, "x");
				proxy.stall(TcpProxy.Direction.TO_CLIENT);
				CompletableFuture<PublishAck> publish = inBackground(
						() -> impatient.publish(this.subject, "y", (options) -> options.expectedLastSequence(1)));
				await().atMost(LONG).until(() -> stored() == 2);
				// The answer is lost
				proxy.cut();
				await().during(Duration.ofMillis(300)).until(() -> !publish.isDone());
				proxy.pass();
				assertThat(publish).failsWithin(LONG)
					.withThrowableOfType(ExecutionException.class)
					.havingCause()
					.isInstanceOf(NatsPublishOutcomeUnknownException.class)
					.withMessageContaining("a later try was rejected")
					.withCauseInstanceOf(NatsPublishRejectedException.class);
			}
			finally {
				holder.destroy();
			}
		}
		assertThat(stored()).isEqualTo(2);
	}

	@Test
	void givesAnInterruptedCallerBackSoon() throws Exception {
		server.pause();
		JetStreamTemplate patient = template(
				new JetStreamTemplateSettings(LONG, 10, LONG, Duration.ofMillis(50), 2, null));
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		Thread caller = new Thread(() -> {
			try {
				patient.publish(this.subject, "x");
			}
			catch (NatsPublishOutcomeUnknownException ex) {
				assertThat(Thread.currentThread().isInterrupted()).isTrue();
				failure.complete(ex);
			}
		});
		caller.start();
		await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
		caller.interrupt();
		assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
	}

}
