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

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.test.TcpProxy.Direction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class TcpProxyTests {

	private static final Duration SHORT = Duration.ofMillis(200);

	private static final Duration LONG = Duration.ofSeconds(30);

	private ServerSocket echo;

	private ExecutorService threads;

	private TcpProxy proxy;

	@BeforeEach
	void start() throws Exception {
		this.echo = new ServerSocket(Ports.free(), 50, InetAddress.getByName("127.0.0.1"));
		this.threads = Executors.newCachedThreadPool();
		this.threads.execute(() -> {
			while (!this.echo.isClosed()) {
				try {
					Socket socket = this.echo.accept();
					this.threads.execute(() -> echo(socket));
				}
				catch (IOException ex) {
					// The end of the test
				}
			}
		});
		this.proxy = TcpProxy.to("nats://127.0.0.1:" + this.echo.getLocalPort());
	}

	@AfterEach
	void stop() throws Exception {
		this.proxy.close();
		this.echo.close();
		this.threads.shutdownNow();
		assertThat(this.threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void passesBytesBothWays() throws Exception {
		try (Socket socket = connect()) {
			assertThat(roundTrip(socket, 7, LONG)).isEqualTo(7);
			assertThat(this.proxy.connections()).isEqualTo(1);
		}
		await().atMost(LONG).until(() -> this.proxy.connections() == 0);
	}

	@Test
	void passesAnOrderlyEndAfterTheLastByte() throws Exception {
		try (Socket socket = connect()) {
			byte[] many = new byte[3_000_000];
			many[many.length - 1] = 9;
			this.threads.execute(() -> {
				try {
					socket.getOutputStream().write(many);
					socket.shutdownOutput();
				}
				catch (IOException ex) {
					// Seen by the reader
				}
			});
			byte[] back = socket.getInputStream().readAllBytes();
			assertThat(back).isEqualTo(many);
		}
	}

	@Test
	void holdsBytesWhileStalledAndDeliversThemAfterwards() throws Exception {
		try (Socket socket = connect()) {
			assertThat(roundTrip(socket, 1, LONG)).isEqualTo(1);
			this.proxy.stall();
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> roundTrip(socket, 2, SHORT));
			try (Socket other = connect()) {
				assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> roundTrip(other, 3, SHORT));
				this.proxy.pass();
				assertThat(read(socket, LONG)).isEqualTo(2);
				assertThat(read(other, LONG)).isEqualTo(3);
			}
		}
	}

	@Test
	void stallsOneDirectionOnly() throws Exception {
		try (ServerSocket silent = new ServerSocket(Ports.free(), 50, InetAddress.getByName("127.0.0.1"));
				TcpProxy toSilent = TcpProxy.to("127.0.0.1", silent.getLocalPort());
				Socket client = new Socket("127.0.0.1", toSilent.port());
				Socket server = silent.accept()) {
			toSilent.stall(Direction.TO_CLIENT);
			client.getOutputStream().write(4);
			assertThat(read(server, LONG)).isEqualTo(4);
			server.getOutputStream().write(5);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> read(client, SHORT));
			toSilent.stall(Direction.TO_SERVER);
			assertThat(read(client, LONG)).isEqualTo(5);
			client.getOutputStream().write(6);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> read(server, SHORT));
		}
	}

	@Test
	void hidesTheEndOfTheServerWhileStalled() throws Exception {
		try (ServerSocket silent = new ServerSocket(Ports.free(), 50, InetAddress.getByName("127.0.0.1"));
				TcpProxy toSilent = TcpProxy.to("127.0.0.1", silent.getLocalPort());
				Socket client = new Socket("127.0.0.1", toSilent.port());
				Socket server = silent.accept()) {
			client.getOutputStream().write(1);
			assertThat(read(server, LONG)).isEqualTo(1);
			toSilent.stall();
			server.setSoLinger(true, 0);
			server.close();
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> read(client, SHORT));
			toSilent.pass();
			assertThat(read(client, LONG)).isEqualTo(-1);
		}
	}

	@Test
	void cutsConnectionsAndRefusesNewOnesUntilItPassesAgain() throws Exception {
		int port = this.proxy.port();
		try (Socket socket = connect()) {
			assertThat(roundTrip(socket, 1, LONG)).isEqualTo(1);
			this.proxy.cut();
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(socket, LONG))
				.isNotInstanceOf(SocketTimeoutException.class);
		}
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> connect().close());
		assertThat(this.proxy.connections()).isZero();
		this.proxy.cut();
		this.proxy.pass();
		assertThat(this.proxy.port()).isEqualTo(port);
		try (Socket socket = connect()) {
			assertThat(roundTrip(socket, 2, LONG)).isEqualTo(2);
		}
	}

	@Test
	void delaysEachDirectionWithoutSlowingTheFlow() throws Exception {
		try (Socket socket = connect()) {
			assertThat(roundTrip(socket, 1, LONG)).isEqualTo(1);
			this.proxy.delay(Duration.ofMillis(300));
			long start = System.nanoTime();
			for (int i = 0; i < 20; i++) {
				socket.getOutputStream().write(i);
				await().pollDelay(Duration.ofMillis(5)).until(() -> true);
			}
			assertThat(socket.getInputStream().readNBytes(20)).hasSize(20);
			Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
			// One by one it would be 12 s
			assertThat(elapsed).isBetween(Duration.ofMillis(600), Duration.ofSeconds(8));
			this.proxy.pass();
			assertThat(roundTrip(socket, 3, LONG)).isEqualTo(3);
		}
	}

	@Test
	void endsAConnectionWhoseServerIsNotThere() throws Exception {
		try (TcpProxy nowhere = TcpProxy.to("127.0.0.1", Ports.free());
				Socket socket = new Socket("127.0.0.1", nowhere.port())) {
			assertThat(read(socket, LONG)).isEqualTo(-1);
			assertThat(nowhere.connections()).isZero();
		}
	}

	@Test
	void leavesNoThreadWhenClosed() throws Exception {
		List<Socket> sockets = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			sockets.add(connect());
		}
		for (Socket socket : sockets) {
			assertThat(roundTrip(socket, 1, LONG)).isEqualTo(1);
		}
		assertThat(threadsOf(this.proxy)).hasSize(41);
		this.proxy.stall();
		for (Socket socket : sockets) {
			socket.getOutputStream().write(2);
		}
		this.proxy.close();
		this.proxy.close();
		assertThat(threadsOf(this.proxy)).isEmpty();
		for (Socket socket : sockets) {
			socket.close();
		}
		assertThatIllegalStateException().isThrownBy(this.proxy::pass).withMessageContaining("closed");
		assertThatIllegalStateException().isThrownBy(this.proxy::cut).withMessageContaining("closed");
	}

	@Test
	void leavesNoThreadWhenItsModeChangesUnderNewConnections() {
		for (int i = 0; i < 50; i++) {
			this.threads.execute(() -> {
				try {
					for (int j = 0; j < 5; j++) {
						try (Socket socket = connect()) {
							socket.getOutputStream().write(1);
						}
					}
				}
				catch (IOException ex) {
					// Cut meanwhile
				}
			});
			this.proxy.stall();
			this.proxy.cut();
			this.proxy.pass();
		}
		this.proxy.close();
		await().atMost(LONG).untilAsserted(() -> assertThat(threadsOf(this.proxy)).isEmpty());
		assertThat(this.proxy.connections()).isZero();
	}

	@Test
	void refusesWhatIsNoAddressWithoutRepeatingIt() {
		for (String url : List.of("127.0.0.1:4222", "nats://me:secret@host", "nats://me:secret@ho st:1")) {
			assertThatIllegalArgumentException().isThrownBy(() -> TcpProxy.to(url))
				.withMessageContaining("nats://127.0.0.1:4222")
				.withMessageNotContaining("secret")
				.withNoCause();
		}
		assertThatIllegalArgumentException().isThrownBy(() -> this.proxy.delay(Duration.ofMillis(-1)))
			.withMessageContaining("PT-0.001S");
	}

	private Socket connect() throws IOException {
		return new Socket("127.0.0.1", this.proxy.port());
	}

	private static int roundTrip(Socket socket, int value, Duration timeout) throws IOException {
		socket.getOutputStream().write(value);
		return read(socket, timeout);
	}

	private static int read(Socket socket, Duration timeout) throws IOException {
		socket.setSoTimeout((int) timeout.toMillis());
		return socket.getInputStream().read();
	}

	private static List<String> threadsOf(TcpProxy proxy) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith(TcpProxy.THREADS + proxy.port() + "-"))
			.toList();
	}

	private static void echo(Socket socket) {
		try (socket) {
			socket.getInputStream().transferTo(socket.getOutputStream());
		}
		catch (IOException ex) {
			// Cut
		}
	}

}
