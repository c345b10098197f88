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

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;

/**
 * What was made over one connection. Two threads may make the same context at once, which
 * does no harm; then both use the first.
 */
class ConcurrentContexts {

	private final ConcurrentMap<ContextFactory<?>, Object> contexts = new ConcurrentHashMap<>();

	@SuppressWarnings("unchecked")
	<T> T get(ContextFactory<T> factory, Connection connection) throws IOException, JetStreamApiException {
		Object context = this.contexts.get(factory);
		if (context == null) {
			Object created = factory.create(connection);
			Object earlier = this.contexts.putIfAbsent(factory, created);
			context = (earlier != null) ? earlier : created;
		}
		return (T) context;
	}

}
