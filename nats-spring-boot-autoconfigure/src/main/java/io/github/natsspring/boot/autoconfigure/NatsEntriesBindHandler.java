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

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Bindable.BindRestriction;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;

/**
 * Makes one entry of each connection, stream, consumer, bucket and listener, however its
 * key is spelled. Boot binds a map entry for each spelling: {@code ORDER_EVENTS} of a
 * file, and beside it {@code orderevents} of an environment variable that overrides one
 * value of it. Each has the values of all sources already, so all but one can be dropped.
 */
class NatsEntriesBindHandler extends AbstractBindHandler {

	private static final ConfigurationPropertyName NATS = ConfigurationPropertyName.of(ConfiguredConnection.PREFIX);

	private static final ConfigurationPropertyName CONNECTIONS = NATS.append("connections");

	private static final int ROOT = NATS.getNumberOfElements();

	private static final int NAMED_ROOT = CONNECTIONS.getNumberOfElements() + 1;

	private static final Set<String> ENTRIES = Set.of("jetstream.streams", "keyvalue", "objectstore", "listeners");

	private static final Set<String> SHARED = Set.of("connections", "enabled", "listener", "listeners", "metrics");

	NatsEntriesBindHandler(BindHandler parent) {
		super(parent);
	}

	@Override
	public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Object result) {
		Object bound = super.onSuccess(name, target, context, result);
		if (bound instanceof Map<?, ?> entries && isEntries(name)) {
			return new EntrySpellings(name, context.getSources()).merge(entries);
		}
		return bound;
	}

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		if (CONNECTIONS.isParentOf(name)) {
			refuseShared(name, context);
		}
		Bindable<T> started = super.onStart(name, target, context);
		if (started != null && isEntries(name.getParent()) && hasDescendants(name, context)) {
			// The empty text of "invoices: {}" in a file must not hide the values of
			// others
			return started.withBindRestrictions(BindRestriction.NO_DIRECT_PROPERTY);
		}
		return started;
	}

	private static boolean isEntries(ConfigurationPropertyName name) {
		if (CONNECTIONS.equals(name)) {
			return true;
		}
		if (!NATS.isAncestorOf(name)) {
			return false;
		}
		String key = key(name);
		return ENTRIES.contains(key) || key.startsWith("jetstream.streams.") && isConsumers(name);
	}

	private static boolean isConsumers(ConfigurationPropertyName name) {
		return name.getNumberOfElements() == root(name) + 4 && "consumers".equals(name.getLastElement(Form.UNIFORM));
	}

	/**
	 * The name of a property behind the prefix of its connection, in the uniform form.
	 */
	private static String key(ConfigurationPropertyName name) {
		return IntStream.range(root(name), name.getNumberOfElements())
			.mapToObj((index) -> name.getElement(index, Form.UNIFORM))
			.collect(Collectors.joining("."));
	}

	private static int root(ConfigurationPropertyName name) {
		return (CONNECTIONS.isAncestorOf(name)) ? NAMED_ROOT : ROOT;
	}

	/**
	 * A connection has the properties of the first, but for those of the application.
	 */
	private static void refuseShared(ConfigurationPropertyName connection, BindContext context) {
		for (String shared : SHARED) {
			ConfigurationPropertyName name = connection.append(shared);
			if (isPresent(name, context)) {
				throw new InvalidNatsPropertyException(name.toString(), null,
						"is not a property of a single connection",
						"Remove it, or set nats.%s for the application.".formatted(shared));
			}
		}
	}

	private static boolean isPresent(ConfigurationPropertyName name, BindContext context) {
		for (ConfigurationPropertySource source : context.getSources()) {
			if (source.getConfigurationProperty(name) != null) {
				return true;
			}
		}
		return hasDescendants(name, context);
	}

	private static boolean hasDescendants(ConfigurationPropertyName name, BindContext context) {
		for (ConfigurationPropertySource source : context.getSources()) {
			if (source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT) {
				return true;
			}
		}
		return false;
	}

}
