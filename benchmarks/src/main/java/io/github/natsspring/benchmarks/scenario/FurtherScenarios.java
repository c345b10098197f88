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

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.github.natsspring.benchmarks.scenario.Scenario.NotHereException;
import io.github.natsspring.listener.AckMode;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

/**
 * What nothing is promised of, to know where it stands.
 */
final class FurtherScenarios {

	private static final int WINDOW = 500;

	private static final int ENOUGH = 50_000;

	private FurtherScenarios() {
	}

	static List<Scenario> all() {
		List<Scenario> all = new ArrayList<>();
		for (StorageType storage : StorageType.values()) {
			for (Payload payload : Payload.values()) {
				all.add(payload(storage, payload));
			}
		}
		for (AckMode ackMode : AckMode.values()) {
			all.add(ackMode(ackMode));
		}
		for (int window : new int[] { WINDOW, 10 * WINDOW }) {
			all.add(hundreds(window));
		}
		all.add(Scenario.rate("peer-micronaut",
				"bytes listener against a push listener of micronaut-nats, both as they come", Bar.NONE,
				(lab) -> peer(lab, "micronaut")));
		for (int millis : new int[] { 1, 10 }) {
			for (int lanes : new int[] { 16, 256 }) {
				all.add(waiting(millis, lanes, "platform", Threads::platform));
				all.add(waiting(millis, lanes, "virtual", Threads::virtual));
			}
		}
		all.add(Scenario.rate("requests-64", "requests and replies, 64 in flight, against raw", Bar.NONE,
				(lab) -> CoreMessaging.requests(lab, 64)));
		all.add(Scenario.rate("publish-sync", "publish() against raw, message ids on both", Bar.NONE,
				(lab) -> Publishing.sync(lab, 1)));
		all.add(Scenario.rate("publish-sync-8", "the same from 8 threads", Bar.NONE, (lab) -> Publishing.sync(lab, 8)));
		all.add(Scenario.rate("publish-async-1000", "publishAsync with 1,000 in flight against raw with a semaphore",
				Bar.NONE, (lab) -> Publishing.async(lab, 1000)));
		all.addAll(Storing.all());
		for (int listeners : new int[] { 1, 20 }) {
			all.add(Scenario.valued("start-" + listeners,
					"start of a context with %d listeners, against nats.enabled=false".formatted(listeners), "ms",
					new Bar(Bar.Kind.DIFFERENCE, "–"), (lab) -> Starting.context(lab, listeners)));
		}
		return all;
	}

	private static Scenario payload(StorageType storage, Payload payload) {
		String name = "%s-%s".formatted((payload == Payload.KILOBYTE) ? "bytes1k" : lower(payload), lower(storage));
		boolean json = payload == Payload.JSON;
		return Scenario.rate("consume-" + name, "listener against consume(), equal windows", Bar.NONE, (lab) -> {
			Consuming consuming = consuming(lab, payload, storage, AckPolicy.Explicit);
			return lab.rounds(consuming.ours(json ? "json" : "bytes", 0, (endpoint) -> endpoint.maxInFlight(WINDOW)),
					consuming.loop(WINDOW, json));
		});
	}

	private static Scenario ackMode(AckMode ackMode) {
		AckPolicy policy = (ackMode == AckMode.NONE) ? AckPolicy.None : AckPolicy.Explicit;
		String name = "ack-" + lower(ackMode).replace('_', '-');
		return Scenario.rate(name, "bytes listener with this ack mode against consume() with ack() or without",
				Bar.NONE, (lab) -> {
					Consuming consuming = consuming(lab, Payload.BYTES, StorageType.Memory, policy);
					return lab.rounds(
							consuming.ours((ackMode == AckMode.MANUAL) ? "manual" : "bytes", 0,
									(endpoint) -> endpoint.maxInFlight(WINDOW).ackMode(ackMode)),
							consuming.loop(WINDOW, false));
				});
	}

	/**
	 * How far plain jnats comes where one acknowledgement is for all before.
	 */
	private static Scenario hundreds(int window) {
		return Scenario.rate("raw-ack-all-" + window,
				"both plain: consume(%d) and one ack() for a hundred on a single-active consumer, against the loop"
					.formatted(window),
				Bar.NONE, (lab) -> {
					Consuming one = consuming(lab, Payload.JSON, StorageType.Memory, AckPolicy.All);
					Consuming each = consuming(lab, Payload.JSON, StorageType.Memory, AckPolicy.Explicit);
					return lab.rounds(one.loopOfHundreds(window), each.loop(WINDOW, true));
				});
	}

	private static @Nullable Peer find(String name) {
		try {
			return ServiceLoader.load(Peer.class)
				.stream()
				.map(ServiceLoader.Provider::get)
				.filter((candidate) -> candidate.name().equals(name))
				.findFirst()
				.orElse(null);
		}
		catch (ServiceConfigurationError ex) {
			// The entry is left of an earlier build with the profile
			return null;
		}
	}

	private static Comparison peer(Lab lab, String name) throws Exception {
		Peer peer = find(name);
		if (peer == null) {
			throw new NotHereException("this build has no other frameworks, -Pbenchmarks adds them");
		}
		long messages = lab.count(BarScenarios.CONSUME_RATE);
		Consuming consuming = new Consuming(lab, lab.stream(Payload.BYTES, StorageType.Memory, messages), messages,
				AckPolicy.Explicit, 0);
		return lab.rounds(consuming.ours("bytes", 0, (endpoint) -> {
		}), consuming.peer(peer));
	}

	private static Scenario waiting(int millis, int lanes, String kind, Supplier<Executor> executor) {
		String name = "io-%dms-%s-%d".formatted(millis, kind, lanes);
		String title = "%d ms of waiting, %d %s threads against concurrency 1".formatted(millis, lanes, kind);
		return Scenario.rate(name, title, Bar.NONE,
				(lab) -> BarScenarios.waiting(lab, millis * 1_000_000L, lanes, Math.min(60_000, 850.0 * lanes / millis),
						(endpoint) -> endpoint.concurrency(lanes).executor(executor.get())));
	}

	private static Consuming consuming(Lab lab, Payload payload, StorageType storage, AckPolicy policy)
			throws Exception {
		long messages = lab.count(BarScenarios.CONSUME_RATE);
		// The server takes no bound on what need not be acknowledged
		return new Consuming(lab, lab.stream(payload, storage, messages), messages, policy,
				(policy == AckPolicy.None) ? 0 : ENOUGH);
	}

	private static String lower(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

}
