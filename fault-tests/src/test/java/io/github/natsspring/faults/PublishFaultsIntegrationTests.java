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

package io.github.natsspring.faults;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.core.NatsPermissionException;
import io.github.natsspring.core.NatsPublishRejectedException;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Scenarios 23, 30 and 38 to 40: what the server or its limits refuse.
 */
@Timeout(60)
class PublishFaultsIntegrationTests {

	@Test
	void scenario23TellsThatTheStreamIsFullAndKeepsListening() throws Exception {
		try (NatsServer server = NatsServer.builder().start();
				Lab lab = new Lab(server.url(), "$stream.discard-policy=new", "$stream.max-messages=3",
						"$stream.retention-policy=work-queue")) {
			lab.publish(0, 3);
			assertThatExceptionOfType(NatsPublishRejectedException.class).isThrownBy(() -> lab.publish(3, 4))
				.satisfies((ex) -> assertThat(ex.getApiErrorCode()).isEqualTo(10077));
			lab.account().ledger().failed("3");
			lab.listen(lab.account());
			lab.awaitAll();
			lab.publish(4, 7);
			lab.awaitAll();
			lab.account().assertNothingLost("23 stream full, discard new", server.version());
		}
	}

	@Test
	void scenario23TellsThatTheStoreIsFullAndKeepsListening() throws Exception {
		try (NatsServer server = NatsServer.builder().config("jetstream { max_file_store: 2MB }").start();
				Lab lab = new Lab(server.url())) {
			lab.publisher();
			int stored = 0;
			Throwable failure = null;
			while (failure == null) {
				String id = "" + stored;
				lab.account().ledger().sending(id);
				failure = catchThrowable(() -> lab.template().publish(lab.subject(), Payloads.of(id, 100_000)));
				if (failure == null) {
					lab.account().ledger().ok(id);
					stored++;
				}
				else {
					lab.account().ledger().failed(id);
				}
				assertThat(stored).isLessThan(40);
			}
			assertThat(failure).isInstanceOf(NatsPublishRejectedException.class);
			lab.listen(lab.account());
			lab.awaitAll();
			lab.account().assertNothingLost("23 store full", server.version());
		}
	}

	@Test
	void scenario30TellsOfAMissingPermissionAtOnce() throws Exception {
		try (NatsServer server = NatsServer.builder()
			.config("authorization { users: [ { user: app, password: a, "
					+ "permissions: { publish: { deny: [\"secret.>\"] } } } ] }")
			.start(); Lab lab = new Lab(server.url(), "nats.username=app", "nats.password=a")) {
			lab.publisher();
			Duration fastest = Stream.generate(() -> {
				long started = System.nanoTime();
				assertThatExceptionOfType(NatsPermissionException.class)
					.isThrownBy(() -> lab.template().publish("secret.a", "x"))
					.withMessageContaining("secret.a");
				return Duration.ofNanos(System.nanoTime() - started);
			}).limit(5).min(Duration::compareTo).orElseThrow();
			assertThat(fastest).isLessThan(Duration.ofMillis(100));
			lab.publish(0, 1);
		}
	}

	@Test
	void scenario38And39RefuseWhatIsTooLargeAndKeepTheConnection() throws Exception {
		try (NatsServer server = NatsServer.builder().config("max_payload: 131072").start();
				Lab lab = new Lab(server.url())) {
			Headers headers = new Headers().put("Large", "x".repeat(66 * 1024));
			assertThat(catchThrowable(() -> lab.template().publish(lab.subject(), "x", headers)))
				.isInstanceOf(NatsPublishRejectedException.class)
				.hasMessageContaining("header");
			Throwable tooLarge = catchThrowable(
					() -> lab.template().publish(lab.subject(), Payloads.of("large", 140_000)));
			assertThat(tooLarge).isInstanceOfAny(IllegalArgumentException.class, NatsException.class);
			Throwable async = catchThrowable(
					() -> lab.template().publishAsync(lab.subject(), Payloads.of("large", 140_000)).join());
			assertThat((async instanceof CompletionException) ? async.getCause() : async)
				.isInstanceOfAny(IllegalArgumentException.class, NatsException.class);
			assertThat(Lab.connection(lab.publisher()).getStatus()).isEqualTo(Connection.Status.CONNECTED);
			lab.publish(0, 1);
			assertThat(lab.messages(lab.stream())).isOne();
		}
	}

	@Test
	void scenario40SendsNothingToWhatIsNoSubject() throws Exception {
		try (NatsServer server = NatsServer.builder().start(); Lab lab = new Lab(server.url())) {
			lab.publisher();
			for (String subject : List.of("*", ">", "a b", "a..b", "a\r\nPUB x 0", "a\tb", ".a", "a.", "a\u0000b",
					"")) {
				assertThat(catchThrowable(() -> lab.template().publish(lab.stream() + "." + subject, "x")))
					.as("'%s'", subject)
					.isInstanceOf(IllegalArgumentException.class);
			}
			assertThat(lab.messages(lab.stream())).isZero();
		}
	}

}
