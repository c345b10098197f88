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

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.watch.BucketWatch;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.StringUtils;

/**
 * Refuses methods that cannot watch a bucket, in the words of buckets.
 */
final class WatchMethodChecks {

	private WatchMethodChecks() {
	}

	static void check(ListenerMethod method, BucketWatch watch, List<HandlerMethodArgumentResolver> resolvers) {
		if (method.returnType() != void.class && method.returnType() != Void.class) {
			throw method.failure("it returns %s, and an update of a bucket has nobody to reply to"
				.formatted(method.returnType().getName()), "Return void when the work is done");
		}
		if (method.getMethodAnnotation(SendTo.class) != null) {
			throw method.failure("it has @SendTo, and what watches a bucket returns nothing",
					"Publish with a JetStreamTemplate or a NatsTemplate in the method");
		}
		for (MethodParameter parameter : method.getMethodParameters()) {
			parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
			check(method, parameter, watch, resolvers);
		}
	}

	private static void check(ListenerMethod method, MethodParameter parameter, BucketWatch watch,
			List<HandlerMethodArgumentResolver> resolvers) {
		Class<?> type = parameter.getParameterType();
		String described = ArgumentPlanner.describe(parameter);
		if (type == Acknowledgment.class) {
			throw method.failure(
					"the parameter %s is an Acknowledgment, and there is nothing to settle in a bucket"
						.formatted(described),
					"Remove the parameter: every instance sees everything, and a failure is logged");
		}
		DestinationVariable variable = parameter.getParameterAnnotation(DestinationVariable.class);
		if (variable != null) {
			checkVariable(method, parameter, variable, watch);
		}
		else if (isPayload(parameter, watch, resolvers)) {
			checkPayload(method, parameter, watch);
		}
	}

	private static void checkVariable(ListenerMethod method, MethodParameter parameter, DestinationVariable annotation,
			BucketWatch watch) {
		String name = StringUtils.hasText(annotation.value()) ? annotation.value() : parameter.getParameterName();
		if (watch.kind() == BucketWatch.Kind.OBJECT_STORE) {
			throw method.failure("the @DestinationVariable '%s' is for keys, and objects have names".formatted(name),
					"Take an ObjectInfo, which has the name");
		}
		long with = watch.subjects().stream().filter((keys) -> keys.variables().contains(name)).count();
		if (with == 0 || (with < watch.subjects().size() && !parameter.isOptional())) {
			throw method.failure(
					"the @DestinationVariable '%s' is not in %s 'keys' %s".formatted(name,
							(with == 0) ? "its attribute" : "each of its attribute", keys(watch)),
					(with == 0) ? "Write {%s} for a token of the keys, or correct the name".formatted(name)
							: "Write {%s} for a token of each, or make the parameter Optional".formatted(name));
		}
	}

	private static String keys(BucketWatch watch) {
		return watch.subjects()
			.stream()
			.map(SubjectTemplate::toString)
			.map((subject) -> subject.substring(subject.indexOf('*') + 2))
			.collect(Collectors.joining(", ", "[", "]"));
	}

	private static boolean isPayload(MethodParameter parameter, BucketWatch watch,
			List<HandlerMethodArgumentResolver> resolvers) {
		Class<?> type = parameter.getParameterType();
		if (WatchArgumentResolver.supports(watch.kind(), type)
				|| resolvers.stream().anyMatch((resolver) -> resolver.supportsParameter(parameter))) {
			return false;
		}
		return parameter.hasParameterAnnotation(Payload.class) || !(parameter.hasParameterAnnotation(Header.class)
				|| parameter.hasParameterAnnotation(org.springframework.messaging.handler.annotation.Headers.class)
				|| type == Message.class || type == Headers.class || type == MessageHeaders.class
				|| type == NatsJetStreamMetaData.class);
	}

	private static void checkPayload(ListenerMethod method, MethodParameter parameter, BucketWatch watch) {
		String described = ArgumentPlanner.describe(parameter);
		if (watch.kind() == BucketWatch.Kind.OBJECT_STORE) {
			throw method.failure("the parameter %s is none that an object can be given to".formatted(described),
					"Take an io.nats.client.api.ObjectInfo, a java.io.InputStream for the content, or both");
		}
		Payload payload = parameter.getParameterAnnotation(Payload.class);
		boolean nullable = parameter.isOptional() || (payload != null && !payload.required());
		boolean takesNothing = !parameter.getParameterType().isPrimitive() && nullable
				|| parameter.getParameterType() == Optional.class;
		if (watch.includeDeletes() && !takesNothing) {
			throw method.failure(
					"its attribute 'includeDeletes' is 'true', and the parameter %s cannot be without a value, as a delete is"
						.formatted(described),
					"Annotate it with @Nullable, make it Optional, or take an io.nats.client.api.KeyValueEntry in its place");
		}
	}

}
