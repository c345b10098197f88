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

package io.github.natsspring.aot;

import io.github.natsspring.connection.NatsDelegate;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.ObjectStore;
import io.nats.client.ObjectStoreManagement;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * What the library and jnats look up at run time whatever the application is like.
 */
class NatsRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		delegate(hints, Connection.class);
		delegate(hints, JetStream.class);
		delegate(hints, JetStreamManagement.class);
		delegate(hints, KeyValue.class);
		delegate(hints, KeyValueManagement.class);
		delegate(hints, ObjectStore.class);
		delegate(hints, ObjectStoreManagement.class);
		// Expressions for ordering keys read its properties
		hints.reflection()
			.registerType(TypeReference.of("io.github.natsspring.config.OrderingKey$View"),
					MemberCategory.INVOKE_PUBLIC_METHODS);
		// jnats makes its sockets by the name of their class
		for (String port : new String[] { "Plain", "WithWriteTimeout" }) {
			hints.reflection()
				.registerType(TypeReference.of("io.github.natsspring.connection.DataPorts$" + port),
						MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		}
		// From which jnats takes the version that it tells the server
		hints.resources().registerPattern("io/nats/jnats/version.properties");
	}

	// A proxy that invokes the method on the object of the current connection
	private static void delegate(RuntimeHints hints, Class<?> type) {
		hints.proxies().registerJdkProxy(type, NatsDelegate.class);
		hints.reflection().registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS);
	}

}
