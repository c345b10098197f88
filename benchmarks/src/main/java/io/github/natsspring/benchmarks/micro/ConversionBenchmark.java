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

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.support.CompositeNatsMessageConverter;
import io.github.natsspring.support.JacksonNatsMessageConverter;
import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Payloads read and written by the default converters, beside Jackson alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ConversionBenchmark {

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final NatsMessageConverter converter = CompositeNatsMessageConverter.withDefaults(List.of(),
			new JacksonNatsMessageConverter(this.mapper));

	private final ObjectReader reader = this.mapper.readerFor(Bench.Order.class);

	private final ObjectWriter writer = this.mapper.writer();

	private final Message plain = NatsMessage.builder().subject("orders").data(Bench.json()).build();

	private final Message typed = NatsMessage.builder()
		.subject("orders")
		.data(Bench.json())
		.headers(new Headers().put("Content-Type", "application/json"))
		.build();

	private final Bench.Order order = this.reader.readValue(Bench.json());

	@Benchmark
	public Object jacksonReads() {
		return this.reader.readValue(this.plain.getData());
	}

	@Benchmark
	public Object readsJson() {
		return this.converter.read(this.plain, Bench.Order.class);
	}

	@Benchmark
	public Object readsJsonByContentType() {
		return this.converter.read(this.typed, Bench.Order.class);
	}

	@Benchmark
	public Object readsBytes() {
		return this.converter.read(this.plain, byte[].class);
	}

	@Benchmark
	public Object readsText() {
		return this.converter.read(this.plain, String.class);
	}

	@Benchmark
	public Object jacksonWrites() {
		return this.writer.writeValueAsBytes(this.order);
	}

	@Benchmark
	public Object writesJson() {
		return this.converter.write(this.order, new Headers());
	}

}
