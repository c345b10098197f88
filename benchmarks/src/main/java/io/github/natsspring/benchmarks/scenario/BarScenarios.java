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

package io.github.natsspring.benchmarks.scenario;

import java.util.List;
import java.util.function.Consumer;

import io.github.natsspring.benchmarks.scenario.Scenario.Measurement;
import io.github.natsspring.config.NatsListenerEndpointBuilder;
import io.github.natsspring.listener.AckMode;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.StorageType;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * What is promised, one scenario for each promise.
 */
final class BarScenarios {

	/**
	 * What a second of a listener on this side of the client's limit comes to: makes the
	 * rounds about as long as was asked for, and has no other meaning.
	 */
	static final double CONSUME_RATE = 150_000;

	private static final int ENOUGH = 50_000;

	private static final long MILLISECOND = 1_000_000;

	private static final int LOOP = 500;

	private static final int BATCH = 100;

	private BarScenarios() {
	}

	static List<Scenario> all() {
		Measurement equal = new Measurement("json-equal",
				(lab) -> json(lab, ENOUGH, "json", (endpoint) -> endpoint.maxInFlight(LOOP)));
		return List.of(Scenario.rate("json-defaults",
				"JSON listener against consume() with Jackson and ack(), both as they come", Bar.ratioAtLeast("1.2"),
				(lab) -> json(lab, ENOUGH, "json", (endpoint) -> {
				})),
				new Scenario("json-equal", "the same with equal windows", "msg/s", Bar.ratioAtLeast("0.95"), equal,
						Sample::value),
				Scenario.rate("bytes-best", "bytes listener against raw pipelined pulls, best windows",
						Bar.ratioAtLeast("0.92"), BarScenarios::bytes),
				Scenario.rate("batch-json", "JSON batch listener, each acknowledged, against the loop, equal windows",
						Bar.ratioAtLeast("1.0"), BarScenarios::batch),
				Scenario.rate("batch-ack-all",
						"JSON batch listener on a consumer that acknowledges all before, likewise",
						Bar.ratioAtLeast("2.2"), BarScenarios::cumulative),
				Scenario.rate("auto-confirmed", "AUTO_CONFIRMED against ackSync() in the loop", Bar.ratioAtLeast("5"),
						BarScenarios::confirmed),
				Scenario.rate("io-virtual-256", "1 ms of waiting, 256 virtual threads against concurrency 1",
						Bar.ratioAtLeast("140"),
						(lab) -> waiting(lab, 256, 150_000,
								(endpoint) -> endpoint.concurrency(256).executor(Threads.virtual()))),
				Scenario.rate("io-keyed-16", "1 ms of waiting, 16 lanes by key against concurrency 1",
						Bar.ratioAtLeast("14"),
						(lab) -> waiting(lab, 16, 13_000,
								(endpoint) -> endpoint.concurrency(16)
									.subjects(endpoint.build().getStream() + ".{key}")
									.orderingKey("{key}"))),
				Scenario.rate("publish-async", "publishAsync with 10,000 in flight against raw with a semaphore",
						Bar.ratioAtLeast("0.95"), (lab) -> Publishing.async(lab, 10_000)),
				Scenario.rate("core-listener", "core listener against a raw dispatcher, bytes",
						Bar.ratioAtLeast("0.85"), CoreMessaging::listener),
				Scenario.valued("request-p99", "p99 of request and reply, one in flight", "µs", Bar.ratioAtMost("1.1"),
						CoreMessaging::latency),
				new Scenario("json-allocation", "bytes allocated per JSON message, from json-equal", "B/msg",
						Bar.differenceAtMost("600 B"), equal, Sample::bytes),
				new Scenario("json-cpu", "processor time per JSON message, from json-equal", "µs/msg",
						Bar.differenceAtMost("1 µs"), equal, Sample::cpuMicros),
				Scenario.valued("start-100", "start of a context with 100 listeners, against nats.enabled=false", "ms",
						Bar.differenceAtMost("500 ms"), (lab) -> Starting.context(lab, 100)),
				Scenario.valued("idle-memory", "heap of an idle listener, against an idle consume()", "KB",
						Bar.oursAtMost("20 KB"), Starting::idleMemory),
				Scenario.valued("idle-threads", "threads of an idle listener, against an idle consume()", "threads",
						Bar.oursAtMost("1"), Starting::idleThreads),
				Scenario.rate("observation", "JSON listener with observation on (ours) and off (raw)",
						Bar.ratioAtLeast("0.8"), Observing::compare));
	}

	private static Comparison json(Lab lab, int maxAckPending, String method,
			Consumer<NatsListenerEndpointBuilder> settings) throws Exception {
		Consuming consuming = consuming(lab, Payload.JSON, AckPolicy.Explicit, maxAckPending);
		return lab.rounds(consuming.ours(method, 0, settings), consuming.loop(LOOP, true));
	}

	private static Comparison bytes(Lab lab) throws Exception {
		Consuming consuming = consuming(lab, Payload.BYTES, AckPolicy.Explicit, ENOUGH);
		return lab.rounds(consuming.ours("bytes", 0, (endpoint) -> endpoint.maxInFlight(4000)),
				consuming.pipelined(2000));
	}

	private static Comparison batch(Lab lab) throws Exception {
		Consuming consuming = consuming(lab, Payload.JSON, AckPolicy.Explicit, ENOUGH);
		return lab.rounds(consuming.ours("batch", 0, (endpoint) -> endpoint.batchSize(BATCH).maxInFlight(LOOP)),
				consuming.loop(LOOP, true));
	}

	private static Comparison cumulative(Lab lab) throws Exception {
		Consuming ours = consuming(lab, Payload.JSON, AckPolicy.All, ENOUGH);
		Consuming raw = consuming(lab, Payload.JSON, AckPolicy.Explicit, ENOUGH);
		try (ConfigurableApplicationContext context = Application.start(lab.url(),
				"nats.listener.retry.mode=in-place")) {
			return lab.rounds(
					ours.ours(context, "batch", 0,
							(endpoint) -> endpoint.batchSize(BATCH).maxInFlight(LOOP).singleActive(true)),
					raw.loop(LOOP, true));
		}
	}

	private static Comparison confirmed(Lab lab) throws Exception {
		Consuming ours = consuming(lab, Payload.BYTES, AckPolicy.Explicit, ENOUGH);
		long fewer = lab.count(CONSUME_RATE / 10);
		Consuming raw = new Consuming(lab, lab.stream(Payload.BYTES, StorageType.Memory, fewer), fewer,
				AckPolicy.Explicit, ENOUGH);
		return lab.rounds(ours.ours("bytes", 0, (endpoint) -> endpoint.ackMode(AckMode.AUTO_CONFIRMED)),
				raw.confirmedLoop(LOOP));
	}

	private static Comparison waiting(Lab lab, int lanes, double rate, Consumer<NatsListenerEndpointBuilder> settings)
			throws Exception {
		return waiting(lab, MILLISECOND, lanes, rate, settings);
	}

	/**
	 * Handlers that wait, against those of a listener that runs one at a time.
	 * @param nanos how long they wait
	 * @param rate what to expect in a second
	 */
	static Comparison waiting(Lab lab, long nanos, int lanes, double rate,
			Consumer<NatsListenerEndpointBuilder> settings) throws Exception {
		long many = Math.max(lanes * 20L, lab.count(rate));
		long few = lab.count(0.9e9 / nanos);
		Consuming ours = new Consuming(lab, lab.stream(Payload.BYTES, StorageType.Memory, many), many,
				AckPolicy.Explicit, ENOUGH);
		Consuming one = new Consuming(lab, lab.stream(Payload.BYTES, StorageType.Memory, few), few, AckPolicy.Explicit,
				ENOUGH);
		return lab.rounds(ours.ours("slow", nanos, settings), one.ours("slow", nanos, (endpoint) -> {
		}));
	}

	private static Consuming consuming(Lab lab, Payload payload, AckPolicy ackPolicy, int maxAckPending)
			throws Exception {
		long messages = lab.count(CONSUME_RATE);
		return new Consuming(lab, lab.stream(payload, StorageType.Memory, messages), messages, ackPolicy,
				maxAckPending);
	}

}
