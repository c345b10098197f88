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

package io.github.natsspring.topology;

import java.util.Map;
import java.util.Set;

import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamInfo;

/**
 * What the server has of a declared topology.
 *
 * @param streams the streams that were found, those behind buckets included, by name
 * @param consumers the consumers that were found
 * @param missingStreams streams of declared consumers that are not on the server
 * @param serverVersion the version of the server; empty if it is not known
 * @param otherStreams names of streams on the server, to suggest one of them; asked for
 * only if there are missing streams
 */
public record TopologyState(Map<String, StreamInfo> streams, Map<ConsumerId, ConsumerInfo> consumers,
		Set<String> missingStreams, String serverVersion, Set<String> otherStreams) {

	public TopologyState {
		streams = Map.copyOf(streams);
		consumers = Map.copyOf(consumers);
		missingStreams = Set.copyOf(missingStreams);
		otherStreams = Set.copyOf(otherStreams);
	}

	/**
	 * The state of a server whose version is not known.
	 * @param streams the streams that were found
	 * @param consumers the consumers that were found
	 * @param missingStreams streams of declared consumers that are not on the server
	 */
	public TopologyState(Map<String, StreamInfo> streams, Map<ConsumerId, ConsumerInfo> consumers,
			Set<String> missingStreams) {
		this(streams, consumers, missingStreams, "");
	}

	/**
	 * The state of a server of which nothing is suggested.
	 * @param streams the streams that were found
	 * @param consumers the consumers that were found
	 * @param missingStreams streams of declared consumers that are not on the server
	 * @param serverVersion the version of the server; empty if it is not known
	 */
	public TopologyState(Map<String, StreamInfo> streams, Map<ConsumerId, ConsumerInfo> consumers,
			Set<String> missingStreams, String serverVersion) {
		this(streams, consumers, missingStreams, serverVersion, Set.of());
	}

}
