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

package io.github.natsspring.listener.adapter;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.support.DefaultNatsHeaderMapper;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.Suggestions;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.ValueConstants;
import org.springframework.util.StringUtils;

/**
 * Plans parameters with {@code @Header}: of the wire, or what is known of a message
 * beside its headers.
 */
final class HeaderArguments {

	private static final String KNOWN = "nats_";

	private static final Map<String, Class<?>> OF_ALL = Map.of(NatsHeaders.SUBJECT, String.class,
			NatsHeaders.RAW_MESSAGE, Message.class);

	private static final Map<String, Class<?>> OF_CORE = Map.of(NatsHeaders.REPLY_TO, String.class);

	private static final Map<String, Class<?>> OF_JET_STREAM = Map.of(NatsHeaders.STREAM, String.class,
			NatsHeaders.CONSUMER, String.class, NatsHeaders.DOMAIN, String.class, NatsHeaders.STREAM_SEQUENCE,
			Long.class, NatsHeaders.CONSUMER_SEQUENCE, Long.class, NatsHeaders.DELIVERY_COUNT, Long.class,
			NatsHeaders.PENDING_COUNT, Long.class, NatsHeaders.TIMESTAMP, ZonedDateTime.class,
			NatsHeaders.ACKNOWLEDGMENT, Acknowledgment.class);

	private HeaderArguments() {
	}

	static Argument plan(MethodListenerAdapterFactory settings, ListenerMethod method, MethodParameter parameter,
			Header annotation, String unresolved, boolean jetStream) {
		String name = settings.resolve(unresolved);
		String defaultValue = ValueConstants.DEFAULT_NONE.equals(annotation.defaultValue()) ? null
				: settings.resolve(annotation.defaultValue());
		boolean required = annotation.required();
		String label = "header '%s'".formatted(name);
		if (name.startsWith(KNOWN)) {
			return new NamedArgument(method, parameter, label, (invocation) -> invocation.known(name),
					knownType(method, parameter, name, required && defaultValue == null, jetStream), required,
					defaultValue, settings.getConversionService());
		}
		Class<?> type = parameter.nestedIfOptional().getNestedParameterType();
		boolean all = type.isArray() || Iterable.class.isAssignableFrom(type);
		return new NamedArgument(method, parameter, label, wireSource(settings, name, all),
				all ? List.class : String.class, required, defaultValue, settings.getConversionService());
	}

	/**
	 * Nobody but the listener fills these headers, so one that it does not know is a
	 * mistake.
	 */
	private static Class<?> knownType(ListenerMethod method, MethodParameter parameter, String name, boolean required,
			boolean jetStream) {
		Class<?> type = OF_ALL.get(name);
		type = (type != null) ? type : (jetStream ? OF_JET_STREAM : OF_CORE).get(name);
		if (type != null) {
			return type;
		}
		Class<?> elsewhere = (jetStream ? OF_CORE : OF_JET_STREAM).get(name);
		if (elsewhere == null) {
			TreeSet<String> names = new TreeSet<>(OF_ALL.keySet());
			names.addAll((jetStream ? OF_JET_STREAM : OF_CORE).keySet());
			throw method.failure(
					"the parameter %s has @Header '%s', and what begins with '%s' is filled by the listener, which knows no such header"
						.formatted(ArgumentPlanner.describe(parameter), name, KNOWN),
					StringUtils.capitalize(
							Suggestions.didYouMean(name, names, "use one of the constants of NatsHeaders: " + names)));
		}
		if (required && !parameter.isOptional()) {
			throw method.failure(
					"the parameter %s has @Header '%s', which messages of %s do not have"
						.formatted(ArgumentPlanner.describe(parameter), name, jetStream ? "JetStream" : "core NATS"),
					jetStream ? "Remove the parameter, or make it Optional"
							: "Name a stream or a consumer in the annotation, or remove the parameter");
		}
		return elsewhere;
	}

	private static Function<Invocation, @Nullable Object> wireSource(MethodListenerAdapterFactory settings, String name,
			boolean all) {
		if (settings.getHeaderMapper() != DefaultNatsHeaderMapper.INSTANCE) {
			return (invocation) -> invocation.headers().get(name);
		}
		return (invocation) -> {
			Headers headers = invocation.message().getHeaders();
			if (headers == null) {
				return null;
			}
			return all ? headers.get(name) : headers.getFirst(name);
		};
	}

}
