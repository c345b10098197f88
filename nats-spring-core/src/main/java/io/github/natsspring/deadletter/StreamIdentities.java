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

package io.github.natsspring.deadletter;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.topology.ConsumerProvisioner;

/**
 * Asks for the identity of a stream once in each epoch of the connection.
 */
final class StreamIdentities {

	private final ConsumerProvisioner server;

	private final Supplier<ConcurrentMap<String, StreamIdentity>> known;

	StreamIdentities(ConnectionHolder holder, ConsumerProvisioner server) {
		this.server = server;
		this.known = holder.context((connection) -> new ConcurrentHashMap<>());
	}

	StreamIdentity get(String stream) {
		StreamIdentity identity = this.known.get().get(stream);
		return (identity != null) ? identity : refresh(stream);
	}

	/**
	 * Ask the server again.
	 */
	StreamIdentity refresh(String stream) {
		StreamIdentity identity = StreamIdentity.of(this.server.findStream(stream));
		if (identity.created() != null) {
			this.known.get().put(stream, identity);
		}
		else {
			this.known.get().remove(stream);
		}
		return identity;
	}

}
