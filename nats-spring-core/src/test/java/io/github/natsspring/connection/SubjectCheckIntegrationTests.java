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

package io.github.natsspring.connection;

import java.time.Duration;
import java.util.List;

import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.KeyValue;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.Options.SubjectValidationType;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link SubjectCheck}.
 */
class SubjectCheckIntegrationTests extends AbstractConnectionHolderTests {

	private static final byte[] BODY = new byte[0];

	@ParameterizedTest
	@ValueSource(strings = { "orders..eu", ".orders", "orders.", "orders.a*", "orders.>.eu", "orders eu" })
	void refusesWhatAnApplicationMayNotUse(String subject) {
		ConnectionHolder holder = started(SubjectValidationType.Strict);
		Connection connection = holder.delegate(Connection.class, (raw) -> raw);
		JetStream jetStream = holder.delegate(JetStream.class, Connection::jetStream);
		Message message = NatsMessage.builder().subject(subject).build();
		assertThatIllegalArgumentException().isThrownBy(() -> connection.publish(subject, BODY));
		assertThatIllegalArgumentException().isThrownBy(() -> connection.publish(message));
		assertThatIllegalArgumentException().isThrownBy(() -> connection.request(subject, BODY));
		assertThatIllegalArgumentException().isThrownBy(() -> connection.subscribe(subject));
		assertThatIllegalArgumentException().isThrownBy(() -> jetStream.publish(subject, BODY));
		assertThatIllegalArgumentException().isThrownBy(() -> jetStream.publishAsync(message));
		assertThatIllegalArgumentException().isThrownBy(() -> jetStream.subscribe(subject));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a..b", "a.", ".a" })
	void refusesAKeyThatMakesNoSubject(String key) throws Exception {
		ConnectionHolder holder = started(SubjectValidationType.Strict);
		holder.get().keyValueManagement().create(KeyValueConfiguration.builder("profiles").build());
		KeyValue profiles = holder.delegate(KeyValue.class, (connection) -> connection.keyValue("profiles"));
		assertThatIllegalArgumentException().isThrownBy(() -> profiles.put(key, "1"));
		assertThatIllegalArgumentException().isThrownBy(() -> profiles.create(key, BODY));
		assertThatIllegalArgumentException().isThrownBy(() -> profiles.delete(key));
	}

	@Test
	void isNoStricterThanIsAskedFor() {
		ConnectionHolder holder = started(SubjectValidationType.Lenient);
		Connection connection = holder.delegate(Connection.class, (raw) -> raw);
		assertThatNoException().isThrownBy(() -> connection.publish("orders..eu", BODY));
		assertThatIllegalArgumentException().isThrownBy(() -> connection.publish("orders eu", BODY));
	}

	@Test
	void leavesOutWhatJnatsWritesByItself() {
		ConnectionHolder holder = started(SubjectValidationType.Strict);
		assertThat(holder.get().getOptions().subjectValidationType()).isEqualTo(SubjectValidationType.Lenient);
	}

	private ConnectionHolder started(SubjectValidationType type) {
		this.server.start();
		ConnectionHolder holder = new ConnectionHolder(new ConnectionSettings("test",
				() -> Options.builder().server(this.server.url()).subjectValidationType(type), StartupMode.FAIL_FAST,
				Duration.ofSeconds(5), Duration.ofSeconds(5), List.of(), List.of()));
		this.holders.add(holder);
		holder.start();
		return holder;
	}

}
