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

package io.github.natsspring.listener.pull;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.benchmarks.micro.Bench;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.AckType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One delivery from its arrival to its acknowledgement on a real connection, beside what
 * jnats alone costs for that. Here since the types are of this package.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class SettlementBenchmark {

	private static final long ACK_WAIT = TimeUnit.MINUTES.toNanos(1);

	private final Settler settler = new Settler((delivery) -> {
	}, Duration.ofSeconds(5), 1);

	private Bench bench;

	private Connection connection;

	private Message message;

	/**
	 * Start a server and receive a message.
	 * @throws Exception if that fails
	 */
	@Setup
	public void start() throws Exception {
		this.bench = new Bench();
		this.connection = this.bench.connection();
		this.message = this.bench.message();
		this.settler.attach(this.connection);
	}

	/**
	 * Stop the server.
	 * @throws Exception if that fails
	 */
	@TearDown
	public void stop() throws Exception {
		this.bench.close();
	}

	@Benchmark
	public void jnatsAlone() {
		this.connection.publish(this.message.getReplyTo(), AckType.AckAck.bytes);
	}

	@Benchmark
	public boolean acknowledges() {
		long now = System.nanoTime();
		Delivery delivery = new Delivery(this.message, this.settler, now, ACK_WAIT, 0, 0);
		delivery.start(now);
		return this.settler.ack(delivery);
	}

	@Benchmark
	public boolean forgets() {
		long now = System.nanoTime();
		Delivery delivery = new Delivery(this.message, this.settler, now, ACK_WAIT, 0, 0);
		delivery.start(now);
		this.settler.forget(delivery);
		return delivery.isSettled();
	}

}
