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

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.support.DefaultNatsHeaderMapper;
import io.github.natsspring.support.NatsHeaderMapper;
import io.nats.client.impl.Headers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.messaging.MessageHeaders;

/**
 * Headers of NATS to those of Spring and back.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class HeaderBenchmark {

	private final NatsHeaderMapper mapper = DefaultNatsHeaderMapper.INSTANCE;

	private final Headers headers = new Headers().put("Content-Type", "application/json")
		.put("Tenant", "acme")
		.put("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

	private final MessageHeaders springHeaders = new MessageHeaders(Map.of("contentType", "application/json", "Tenant",
			"acme", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

	@Benchmark
	public Map<String, Object> toSpring() {
		Map<String, Object> target = new HashMap<>();
		this.mapper.toHeaders(this.headers, target);
		return target;
	}

	@Benchmark
	public Headers fromSpring() {
		Headers target = new Headers();
		this.mapper.fromHeaders(this.springHeaders, target);
		return target;
	}

}
