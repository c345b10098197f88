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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.nats.client.Connection;
import io.nats.client.Options;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for a {@link ConnectionHolder} after its stop, and for a connection that finds no
 * thread to be replaced on.
 */
class StoppedConnectionIntegrationTests extends AbstractConnectionHolderTests {

	@Test
	void connectsToNothingBetweenAStopAndAStartAndInitializesAtEachStart() {
		this.server.start();
		ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(5));
		AtomicInteger initialized = new AtomicInteger();
		holder.addInitializer((connection) -> initialized.incrementAndGet());
		// At first use, before the lifecycle
		holder.get();
		holder.start();
		assertThat(initialized).hasValue(1);
		holder.stop();
		assertThatExceptionOfType(NatsNotConnectedException.class).isThrownBy(holder::get)
			.withMessageContaining("'test' is stopped");
		assertThat(holder.current()).isNull();
		holder.start();
		assertThat(holder.get().getStatus()).isEqualTo(Connection.Status.CONNECTED);
		assertThat(initialized).hasValue(2);
	}

	@Test
	void connectsForWhatBeansDoInTheirDestruction() {
		this.server.start();
		GenericApplicationContext context = new GenericApplicationContext();
		ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(5));
		AtomicReference<Connection.Status> status = new AtomicReference<>();
		context.registerBean(ConnectionHolder.class, () -> holder);
		context.registerBean(DisposableBean.class, () -> () -> status.set(holder.get().getStatus()));
		context.refresh();
		context.stop();
		assertThatExceptionOfType(NatsNotConnectedException.class).isThrownBy(holder::get);
		context.start();
		Connection connection = holder.get();
		context.close();
		assertThat(connection.getStatus()).isEqualTo(Connection.Status.CLOSED);
		assertThat(status).hasValue(Connection.Status.CONNECTED);
		assertThat(holder.current()).isNull();
	}

	@Test
	void replacesAConnectionAlthoughThereIsNoThreadForItAtFirst() throws Exception {
		this.server.start();
		AtomicInteger failures = new AtomicInteger(2);
		CurrentConnection current = new CurrentConnection(
				new ConnectionSettings("test", () -> Options.builder().server(this.server.url()), StartupMode.FAIL_FAST,
						Duration.ofSeconds(5), Duration.ofSeconds(5), List.of(), List.of()),
				(task) -> {
					if (failures.getAndDecrement() > 0) {
						throw new InternalError("no thread, expected by the test");
					}
					return new Thread(task);
				});
		try {
			current.start();
			Connection first = current.require().connection();
			first.close();
			await().until(() -> current.connection() != null && current.connection() != first);
			assertThat(current.problem()).isNull();
			assertThat(failures.get()).isNegative();
		}
		finally {
			current.destroy();
		}
	}

}
