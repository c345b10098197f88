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

package io.github.natsspring.benchmarks.peer;

import java.util.List;
import java.util.Map;

import io.github.natsspring.benchmarks.scenario.Peer;
import io.micronaut.context.ApplicationContext;

/**
 * Micronaut with the push listener of its module for NATS.
 */
public final class MicronautPeer implements Peer {

	@Override
	public String name() {
		return "micronaut";
	}

	@Override
	public AutoCloseable consume(String url, String stream, String durable, Runnable handler) {
		return ApplicationContext.builder()
			.properties(Map.of("nats.default.addresses", List.of(url), "nats.default.jetstream.publish-no-ack", false,
					"bench.stream", stream, "bench.durable", durable))
			.singletons(new MicronautListener.Handler(handler))
			.banner(false)
			.start();
	}

}
