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

package io.github.natsspring.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@SuppressWarnings("try")
class NatsServerIntegrationTests {

	private final String stream = "S" + UUID.randomUUID().toString().replace("-", "");

	@Test
	void keepsPortAndStreamOverKillAndRestart() throws Exception {
		try (NatsServer server = NatsServer.builder().start()) {
			String url = server.url();
			publish(server);
			long pid = server.pid();
			server.kill();
			assertThat(server.isRunning()).isFalse();
			assertThat(isAlive(pid)).isFalse();
			server.restart();
			assertThat(server.url()).isEqualTo(url);
			assertThat(server.pid()).isNotEqualTo(pid);
			assertThat(messages(server)).isEqualTo(1);
			server.restart();
			assertThat(messages(server)).isEqualTo(1);
		}
	}

	@Test
	void losesStreamOnRestartWithoutStore() throws Exception {
		try (NatsServer server = NatsServer.builder().start()) {
			publish(server);
			int port = server.port();
			server.restartWithoutStore();
			assertThat(server.port()).isEqualTo(port);
			assertThatExceptionOfType(JetStreamApiException.class).isThrownBy(() -> messages(server))
				.withMessageContaining("stream not found");
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void answersNothingWhilePaused() throws Exception {
		try (NatsServer server = NatsServer.builder().start(); Connection connection = connect(server)) {
			connection.flush(Duration.ofSeconds(5));
			server.pause();
			assertThat(server.isRunning()).isTrue();
			assertThatExceptionOfType(TimeoutException.class)
				.isThrownBy(() -> connection.flush(Duration.ofMillis(500)));
			server.resume();
			await().atMost(Duration.ofSeconds(20)).ignoreExceptions().untilAsserted(() -> {
				connection.flush(Duration.ofSeconds(1));
				assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
			});
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void standsStillWhenPauseReturns() throws Exception {
		try (NatsServer server = NatsServer.builder().start(); Connection connection = connect(server)) {
			for (int i = 0; i < 20; i++) {
				server.pause();
				CompletableFuture<Duration> answer = CompletableFuture.supplyAsync(() -> rtt(connection));
				await().during(Duration.ofMillis(50)).until(() -> !answer.isDone());
				server.resume();
				assertThat(answer.get(20, TimeUnit.SECONDS)).isPositive();
			}
		}
	}

	private static Duration rtt(Connection connection) {
		try {
			return connection.RTT();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void stopsInOrderEvenWhenPaused() throws Exception {
		try (NatsServer server = NatsServer.builder().start()) {
			publish(server);
			long pid = server.pid();
			server.pause();
			server.stop();
			assertThat(isAlive(pid)).isFalse();
			server.start();
			assertThat(messages(server)).isEqualTo(1);
		}
	}

	@Test
	void leavesNoProcessAndNoFilesWhenClosed() {
		NatsServer server = NatsServer.builder().start();
		Path work = server.workDirectory();
		assertThat(work).isDirectory();
		long pid = server.pid();
		List<ProcessHandle> descendants = ProcessHandle.current().descendants().toList();
		assertThat(isAlive(pid)).isTrue();
		assertThat(descendants).extracting(ProcessHandle::pid).contains(pid);
		server.close();
		server.close();
		assertThat(isAlive(pid)).isFalse();
		assertThat(work).doesNotExist();
		assertThatIllegalStateException().isThrownBy(server::start).withMessageContaining("closed");
		assertThatIllegalStateException().isThrownBy(server::pid).withMessageContaining("does not run");
	}

	@Test
	void stopsInAnInterruptedThread() {
		try (NatsServer server = NatsServer.builder().start()) {
			long pid = server.pid();
			Thread.currentThread().interrupt();
			server.stop();
			assertThat(Thread.interrupted()).isTrue();
			assertThat(isAlive(pid)).isFalse();
		}
	}

	@Test
	void noticesThatTheProcessDied() {
		try (NatsServer server = NatsServer.builder().start()) {
			ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
			await().atMost(Duration.ofSeconds(20)).until(() -> !server.isRunning());
			server.start();
			assertThat(server.isRunning()).isTrue();
		}
	}

	@Test
	void runsTwoServersAtOnce() throws Exception {
		try (NatsServer first = NatsServer.builder().start(); NatsServer second = NatsServer.builder().start()) {
			publish(first);
			assertThat(second.port()).isNotEqualTo(first.port());
			assertThatExceptionOfType(JetStreamApiException.class).isThrownBy(() -> messages(second));
			first.kill();
			assertThat(second.isRunning()).isTrue();
		}
	}

	@Test
	void knowsItsVersion() throws Exception {
		try (NatsServer server = NatsServer.builder().build()) {
			assertThatIllegalStateException().isThrownBy(server::version).withMessageContaining("start()");
			assertThatIllegalStateException().isThrownBy(server::url).withMessageContaining("start()");
			server.start();
			try (Connection connection = connect(server)) {
				assertThat(server.version()).isEqualTo(connection.getServerInfo().getVersion());
			}
		}
	}

	@Test
	void takesFurtherConfiguration() throws Exception {
		try (NatsServer server = NatsServer.builder()
			.config("max_payload: 2048", "authorization { user: me, password: secret }")
			.config("jetstream { max_file_store: 8MB }")
			.start()) {
			Options options = Options.builder().server(server.url()).userInfo("me", "secret").build();
			try (Connection connection = Nats.connect(options)) {
				assertThat(connection.getServerInfo().getMaxPayload()).isEqualTo(2048);
				assertThatExceptionOfType(JetStreamApiException.class)
					.isThrownBy(() -> connection.jetStreamManagement()
						.addStream(StreamConfiguration.builder()
							.name(this.stream)
							.storageType(StorageType.File)
							.maxBytes(16_000_000)
							.build()))
					.withMessageContaining("insufficient storage");
			}
		}
	}

	@Test
	void failsWithTheEndOfTheLogOnWrongConfiguration() {
		NatsServer server = NatsServer.builder().config("no_such_option: 1").build();
		assertThatIllegalStateException().isThrownBy(server::start)
			.withMessageContaining("ended with exit code 1")
			.withMessageContaining("no_such_option");
		assertThat(server.isRunning()).isFalse();
		Path work = server.workDirectory();
		assertThat(work).isDirectory();
		server.close();
		assertThat(work).doesNotExist();
	}

	@Test
	void runsWithoutJetStream() throws Exception {
		try (NatsServer server = NatsServer.builder().jetStream(false).start();
				Connection connection = connect(server)) {
			assertThat(connection.getServerInfo().isJetStreamAvailable()).isFalse();
		}
	}

	@Test
	void keepsAGivenStoreDirectory(@TempDir Path store) throws Exception {
		Path mine = Files.writeString(store.resolve("mine"), "");
		try (NatsServer server = NatsServer.builder().storeDirectory(store).start()) {
			publish(server);
		}
		try (NatsServer server = NatsServer.builder().storeDirectory(store).start()) {
			assertThat(messages(server)).isEqualTo(1);
			server.restartWithoutStore();
			assertThatExceptionOfType(JetStreamApiException.class).isThrownBy(() -> messages(server));
		}
		assertThat(mine).exists();
	}

	@Test
	void takesTheGivenPortOrFails() throws Exception {
		int port = Ports.free();
		try (NatsServer server = NatsServer.builder().port(port).start()) {
			assertThat(server.port()).isEqualTo(port);
			assertThatIllegalStateException().isThrownBy(() -> NatsServer.builder().port(port).start())
				.withMessageContaining("on port " + port + " found its port in use");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> NatsServer.builder().port(70000))
			.withMessageContaining("70000");
	}

	@Test
	void waitsForItsPortOnRestart() throws Exception {
		try (NatsServer server = NatsServer.builder().start()) {
			server.stop();
			ServerSocket other = new ServerSocket(server.port(), 1, InetAddress.getByName("127.0.0.1"));
			Thread thread = new Thread(() -> hold(other, Duration.ofMillis(700)));
			thread.start();
			server.start();
			thread.join(5000);
			assertThat(server.isRunning()).isTrue();
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void doesNotOutliveAKilledJvm() throws Exception {
		Process jvm = JavaProcess.start(HoldServerMain.class, List.of(), "wait");
		try (BufferedReader reader = jvm.inputReader(StandardCharsets.UTF_8)) {
			Held held = Held.parse(reader.readLine());
			assertThat(isAlive(held.pid())).isTrue();
			assertThat(held.directory()).isDirectory();
			jvm.destroyForcibly();
			assertGone(held);
		}
		finally {
			jvm.destroyForcibly();
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void doesNotOutliveAKilledJvmWhenPaused() throws Exception {
		Process jvm = JavaProcess.start(HoldServerMain.class, List.of(), "wait");
		try (BufferedReader reader = jvm.inputReader(StandardCharsets.UTF_8)) {
			Held held = Held.parse(reader.readLine());
			new Command("/bin/sh", "-c", "kill -STOP " + held.pid()).run();
			jvm.destroyForcibly();
			assertGone(held);
		}
		finally {
			jvm.destroyForcibly();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "return", "exit", "exit-alone" })
	void endsAfterTheShutdownHooksOfTheJvm(String mode) throws Exception {
		Process jvm = JavaProcess.start(HoldServerMain.class, List.of(), mode);
		try (BufferedReader reader = jvm.inputReader(StandardCharsets.UTF_8)) {
			Held held = Held.parse(reader.readLine());
			assertThat(reader.lines().toList())
				.isEqualTo(mode.equals("return") ? List.of() : List.of("answers while closing: true"));
			assertThat(jvm.waitFor(20, TimeUnit.SECONDS)).isTrue();
			assertGone(held);
		}
		finally {
			jvm.destroyForcibly();
		}
	}

	private static void hold(ServerSocket socket, Duration time) {
		long end = System.nanoTime() + time.toNanos();
		try (socket) {
			socket.setSoTimeout(50);
			while (System.nanoTime() < end) {
				try {
					socket.accept().close();
				}
				catch (SocketTimeoutException ex) {
					// Nobody came by
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void assertGone(Held held) {
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
			assertThat(isAlive(held.pid())).isFalse();
			assertThat(held.directory()).doesNotExist();
		});
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> new Socket("127.0.0.1", held.port()).close());
	}

	private void publish(NatsServer server) throws Exception {
		try (Connection connection = connect(server)) {
			connection.jetStreamManagement()
				.addStream(StreamConfiguration.builder()
					.name(this.stream)
					.subjects(this.stream)
					.storageType(StorageType.File)
					.build());
			connection.jetStream().publish(this.stream, new byte[1]);
		}
	}

	private long messages(NatsServer server) throws Exception {
		try (Connection connection = connect(server)) {
			return connection.jetStreamManagement().getStreamInfo(this.stream).getStreamState().getMsgCount();
		}
	}

	private static Connection connect(NatsServer server) throws Exception {
		return Nats.connect(server.url());
	}

	private static boolean isAlive(long pid) {
		return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
	}

	private record Held(long pid, int port, Path directory) {

		static Held parse(String line) {
			String[] parts = line.split(" ", 3);
			return new Held(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Path.of(parts[2]));
		}

	}

}
