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

package io.github.natsspring.boot.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natsspring.connection.ConnectionHolder;

/**
 * A connection in the properties.
 *
 * @param name its name
 * @param prefix the prefix of its properties
 * @param properties its properties
 */
record ConfiguredConnection(String name, String prefix, NatsProperties properties) {

	/**
	 * The prefix of the first connection.
	 */
	static final String PREFIX = "nats";

	private static final String CONNECTIONS = PREFIX + ".connections.";

	// The name is part of those of beans and threads
	private static final Pattern NAMES = Pattern.compile("[\\p{L}\\p{N}_-]+");

	/**
	 * The connection that is there without a name.
	 */
	static ConfiguredConnection first(NatsProperties properties) {
		return new ConfiguredConnection(ConnectionHolder.DEFAULT_NAME, PREFIX, properties);
	}

	/**
	 * The connections that have a name.
	 */
	static List<ConfiguredConnection> further(NatsProperties properties) {
		return properties.getConnections().entrySet().stream().map((entry) -> {
			String name = entry.getKey();
			check(name);
			return new ConfiguredConnection(name, CONNECTIONS + name, entry.getValue());
		}).toList();
	}

	/**
	 * All connections, the first one first.
	 */
	static List<ConfiguredConnection> all(NatsProperties properties) {
		return Stream.concat(Stream.of(first(properties)), further(properties).stream()).toList();
	}

	private static void check(String name) {
		if (name.equals(ConnectionHolder.DEFAULT_NAME)) {
			throw new InvalidNatsPropertyException(CONNECTIONS + name, null,
					"has the name of the connection that nats.servers and its neighbours describe",
					"Rename the entry, or move its properties to nats.*.");
		}
		if (!NAMES.matcher(name).matches()) {
			throw new InvalidNatsPropertyException(CONNECTIONS + name, null,
					"has a name with characters other than letters, digits, '-' and '_'", "Rename the entry.");
		}
	}

	boolean isFirst() {
		return this.prefix.equals(PREFIX);
	}

	/**
	 * The names of the other connections.
	 */
	static Set<String> names(NatsProperties properties) {
		return further(properties).stream().map(ConfiguredConnection::name).collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * The full name of a property.
	 */
	String property(String property) {
		return this.prefix + "." + property;
	}

	/**
	 * Check what jnats does not see.
	 */
	void check() {
		NatsPropertiesChecks.checkConnection(this);
		NatsProperties.JetStream jetStream = this.properties.getJetstream();
		if (!jetStream.isEnabled()) {
			refuse("jetstream.streams", jetStream.getStreams().keySet());
			refuse("key-value", this.properties.getKeyValue().keySet());
			refuse("object-store", this.properties.getObjectStore().keySet());
		}
	}

	private void refuse(String property, Set<String> entries) {
		if (!entries.isEmpty()) {
			throw new InvalidNatsPropertyException(property("jetstream.enabled"), false,
					"%s declares %s, which needs JetStream".formatted(property(property), entries),
					"Remove those entries, or enable JetStream.");
		}
	}

}
