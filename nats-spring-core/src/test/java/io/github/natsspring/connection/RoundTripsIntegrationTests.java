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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RoundTrips} against a real server.
 */
@Timeout(60)
class RoundTripsIntegrationTests {

	private final NatsServer server = NatsServer.builder().start();

	private final ExecutorService threads = Executors.newFixedThreadPool(30);

	private Connection connection;

	@BeforeEach
	void connect() throws Exception {
		this.connection = Nats.connect(this.server.url());
	}

	@AfterEach
	void close() throws Exception {
		this.threads.shutdownNow();
		this.connection.close();
		this.server.close();
	}

	@Test
	void flushesAndDrainsFromManyThreadsWithoutAReconnect() throws Exception {
		List<Future<?>> all = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			Dispatcher dispatcher = this.connection.createDispatcher((message) -> {
			}).subscribe("any." + i);
			all.add(this.threads.submit(() -> {
				RoundTrips.flush(this.connection, Duration.ofSeconds(10));
				return RoundTrips.drain(this.connection, dispatcher, Duration.ofSeconds(10)).get();
			}));
		}
		for (Future<?> one : all) {
			one.get(20, TimeUnit.SECONDS);
		}
		assertThat(this.connection.getStatistics().getReconnects()).isZero();
		// Those who wait share a flush
		assertThat(this.connection.getStatistics().getPings()).isLessThan(600);
	}

	@Test
	void nobodyWaitsMuchLongerThanTheTimeoutForAServerThatHangs() throws Exception {
		List<Future<Duration>> all = new ArrayList<>();
		this.server.pause();
		try {
			for (int i = 0; i < 30; i++) {
				Dispatcher dispatcher = this.connection.createDispatcher((message) -> {
				}).subscribe("any." + i);
				boolean drain = i % 2 == 0;
				all.add(this.threads.submit(() -> timed(dispatcher, drain)));
			}
			for (Future<Duration> one : all) {
				assertThat(one.get(20, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(6));
			}
		}
		finally {
			this.server.resume();
		}
	}

	@Test
	void theShortPatienceOfOneDoesNotEndTheWaitOfOthers() throws Exception {
		List<Future<?>> patient = new ArrayList<>();
		this.server.pause();
		try {
			Future<?> impatient = this.threads.submit(() -> flush(Duration.ofMillis(500)));
			await().until(() -> flushing() == 1);
			for (int i = 0; i < 3; i++) {
				patient.add(this.threads.submit(() -> flush(Duration.ofSeconds(20))));
			}
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> impatient.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(TimeoutException.class);
			// Long enough for those in line to see it
			await().during(Duration.ofMillis(200)).until(() -> patient.stream().noneMatch(Future::isDone));
		}
		finally {
			this.server.resume();
		}
		for (Future<?> one : patient) {
			one.get(20, TimeUnit.SECONDS);
		}
	}

	@Test
	void aServerThatOwesTooManyAnswersHasNotAnswered() throws Exception {
		Connection connection = Nats.connect(new Options.Builder().server(this.server.url())
			.pingInterval(Duration.ofMillis(300))
			.maxPingsOut(2)
			.build());
		this.server.pause();
		try {
			long pings = connection.getStatistics().getPings();
			await().pollInterval(Duration.ofMillis(10))
				.until(() -> connection.getStatistics().getPings() >= pings + 2
						|| connection.getStatus() != Connection.Status.CONNECTED);
			assertThatExceptionOfType(RoundTrips.ConnectionLostException.class)
				.isThrownBy(() -> RoundTrips.flush(connection, Duration.ofSeconds(3)));
		}
		finally {
			this.server.resume();
			connection.close();
		}
	}

	@Test
	void theAnswerOfALaterConnectionSaysNothingOfAnEarlierOne() throws Exception {
		RoundTrips.Session session = RoundTrips.session(this.connection);
		RoundTrips.flush(this.connection, Duration.ofSeconds(10), session);
		this.connection.forceReconnect();
		await().until(() -> !RoundTrips.session(this.connection).equals(session)
				&& this.connection.getStatus() == Connection.Status.CONNECTED);
		RoundTrips.flush(this.connection, Duration.ofSeconds(10));
		assertThatExceptionOfType(RoundTrips.ConnectionLostException.class)
			.isThrownBy(() -> RoundTrips.flush(this.connection, Duration.ofSeconds(10), session));
	}

	private Void flush(Duration timeout) throws Exception {
		RoundTrips.flush(this.connection, timeout);
		return null;
	}

	private static long flushing() {
		return Thread.getAllStackTraces()
			.values()
			.stream()
			.filter((stack) -> Stream.of(stack)
				.anyMatch((frame) -> frame.getClassName().equals("io.nats.client.impl.NatsConnection")
						&& frame.getMethodName().equals("flush")))
			.count();
	}

	private Duration timed(Dispatcher dispatcher, boolean drain) throws InterruptedException {
		long started = System.nanoTime();
		try {
			if (drain) {
				RoundTrips.drain(this.connection, dispatcher, Duration.ofSeconds(1));
			}
			else {
				RoundTrips.flush(this.connection, Duration.ofSeconds(1));
			}
		}
		catch (TimeoutException ex) {
			// As expected
		}
		return Duration.ofNanos(System.nanoTime() - started);
	}

}
