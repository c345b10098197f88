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

package io.github.natsspring.benchmarks.micro;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.listener.adapter.MethodListenerAdapterFactory;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.Message;
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
import org.openjdk.jmh.infra.Blackhole;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.util.ReflectionUtils;

/**
 * From a message of a stream to the call of a method, by what the method asks for.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ArgumentBenchmark {

	private final Receiver receiver = new Receiver();

	private Bench bench;

	private Message message;

	private NatsMessageListener raw;

	private NatsMessageListener bytes;

	private NatsMessageListener json;

	private NatsMessageListener variable;

	private NatsMessageListener header;

	private NatsMessageListener springMessage;

	/**
	 * Start a server and receive a message.
	 * @param blackhole takes what methods are called with
	 * @throws Exception if that fails
	 */
	@Setup
	public void start(Blackhole blackhole) throws Exception {
		this.bench = new Bench();
		this.message = this.bench.message();
		this.receiver.blackhole = blackhole;
		MethodListenerAdapterFactory factory = new MethodListenerAdapterFactory(
				this.bench.context().getBean(ConnectionHolder.class),
				this.bench.context().getBean(NatsMessageConverter.class));
		this.raw = listener(factory, "raw");
		this.bytes = listener(factory, "bytes");
		this.json = listener(factory, "json");
		this.variable = listener(factory, "variable");
		this.header = listener(factory, "header");
		this.springMessage = listener(factory, "springMessage");
	}

	private NatsMessageListener listener(MethodListenerAdapterFactory factory, String name) {
		for (Method method : ReflectionUtils.getDeclaredMethods(Receiver.class)) {
			if (method.getName().equals(name)) {
				return factory.create(this.receiver, method, "Receiver#" + name,
						List.of(SubjectTemplate.parse(Bench.STREAM + ".{region}.created")), true, null);
			}
		}
		throw new IllegalArgumentException(name);
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
	public void callOnly() throws Exception {
		this.raw.handle(this.message, NoAcknowledgment.INSTANCE);
	}

	@Benchmark
	public void bytes() throws Exception {
		this.bytes.handle(this.message, NoAcknowledgment.INSTANCE);
	}

	@Benchmark
	public void json() throws Exception {
		this.json.handle(this.message, NoAcknowledgment.INSTANCE);
	}

	@Benchmark
	public void destinationVariable() throws Exception {
		this.variable.handle(this.message, NoAcknowledgment.INSTANCE);
	}

	@Benchmark
	public void header() throws Exception {
		this.header.handle(this.message, NoAcknowledgment.INSTANCE);
	}

	@Benchmark
	public void springMessage() throws Exception {
		this.springMessage.handle(this.message, NoAcknowledgment.INSTANCE);
	}

	/**
	 * The methods that are called.
	 */
	public static class Receiver {

		private Blackhole blackhole;

		public void raw(Message message) {
			this.blackhole.consume(message);
		}

		public void bytes(byte[] body) {
			this.blackhole.consume(body);
		}

		public void json(Bench.Order order) {
			this.blackhole.consume(order);
		}

		public void variable(byte[] body, @DestinationVariable String region) {
			this.blackhole.consume(region);
		}

		public void header(byte[] body, @Header("Tenant") String tenant) {
			this.blackhole.consume(tenant);
		}

		public void springMessage(org.springframework.messaging.Message<byte[]> message) {
			this.blackhole.consume(message);
		}

	}

	/**
	 * Nothing is acknowledged here.
	 */
	enum NoAcknowledgment implements Acknowledgment {

		INSTANCE;

		@Override
		public boolean isSettled() {
			return false;
		}

		@Override
		public void ack() {
		}

		@Override
		public void ackSync() {
		}

		@Override
		public void nak(Duration delay) {
		}

		@Override
		public void term(String reason) {
		}

		@Override
		public void inProgress() {
		}

	}

}
