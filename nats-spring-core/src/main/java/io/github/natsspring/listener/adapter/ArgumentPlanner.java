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
import java.util.Map;

import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.StringUtils;

/**
 * Chooses how each parameter of a method gets its value; refuses what cannot work.
 */
final class ArgumentPlanner {

	private static final String ALLOWED = "A listener method takes one payload (alone or in a Spring Message), and any "
			+ "number of @Header, @Headers, @DestinationVariable, io.nats.client.Message and, for JetStream, "
			+ "NatsJetStreamMetaData and Acknowledgment parameters";

	private final MethodListenerAdapterFactory settings;

	private final ListenerMethod method;

	private final List<SubjectTemplate> subjects;

	private final boolean jetStream;

	private final NatsMessageConverter converter;

	private @Nullable MethodParameter payload;

	ArgumentPlanner(MethodListenerAdapterFactory settings, ListenerMethod method, List<SubjectTemplate> subjects,
			boolean jetStream, NatsMessageConverter converter) {
		this.settings = settings;
		this.method = method;
		this.subjects = subjects;
		this.jetStream = jetStream;
		this.converter = converter;
	}

	static String describe(MethodParameter parameter) {
		String name = parameter.getParameterName();
		return "%s (%s)".formatted((name != null) ? "'" + name + "'" : "number " + (parameter.getParameterIndex() + 1),
				parameter.getParameterType().getName());
	}

	Argument[] plan() {
		MethodParameter[] parameters = this.method.getMethodParameters();
		Argument[] arguments = new Argument[parameters.length];
		for (int i = 0; i < parameters.length; i++) {
			parameters[i].initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
			arguments[i] = plan(parameters[i]);
		}
		return arguments;
	}

	private Argument plan(MethodParameter parameter) {
		for (HandlerMethodArgumentResolver resolver : this.settings.getArgumentResolvers()) {
			if (resolver.supportsParameter(parameter)) {
				return (invocation) -> resolver.resolveArgument(parameter, invocation.springMessage());
			}
		}
		if (parameter.hasParameterAnnotation(Payload.class)) {
			return payload(parameter);
		}
		DestinationVariable variable = parameter.getParameterAnnotation(DestinationVariable.class);
		if (variable != null) {
			return variable(parameter, variable);
		}
		Header header = parameter.getParameterAnnotation(Header.class);
		if (header != null) {
			return HeaderArguments.plan(this.settings, this.method, parameter, header,
					name(parameter, header.name(), "@Header"), this.jetStream);
		}
		if (parameter.hasParameterAnnotation(org.springframework.messaging.handler.annotation.Headers.class)) {
			return headers(parameter);
		}
		return planByType(parameter);
	}

	private Argument planByType(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		if (type == Message.class) {
			return Invocation::message;
		}
		if (type == Headers.class || type == MessageHeaders.class) {
			return headers(parameter);
		}
		if (type == NatsJetStreamMetaData.class) {
			requireJetStream(parameter);
			return (invocation) -> invocation.message().metaData();
		}
		if (type == Acknowledgment.class) {
			requireJetStream(parameter);
			return Invocation::acknowledgment;
		}
		if (org.springframework.messaging.Message.class == type) {
			claimPayload(parameter);
			return PayloadArgument.springMessage(this.method, parameter, this.converter, this.settings.getValidator());
		}
		return payload(parameter);
	}

	private void requireJetStream(MethodParameter parameter) {
		if (!this.jetStream) {
			throw this.method.failure(
					"the parameter %s needs JetStream, and this is a core NATS listener".formatted(describe(parameter)),
					"Name a stream or a consumer in the annotation, or remove the parameter");
		}
	}

	private Argument payload(MethodParameter parameter) {
		Payload annotation = parameter.getParameterAnnotation(Payload.class);
		if (annotation != null && StringUtils.hasText(annotation.expression())) {
			throw this.method.failure(
					"the parameter %s has @Payload with the expression '%s', which is not supported"
						.formatted(describe(parameter), annotation.expression()),
					"Take the whole payload, and use the part of it in the method");
		}
		claimPayload(parameter);
		return PayloadArgument.payload(this.method, parameter, this.converter, this.settings.getValidator());
	}

	private void claimPayload(MethodParameter parameter) {
		MethodParameter other = this.payload;
		if (other != null) {
			throw this.method.failure("the parameters %s and %s would both be the payload".formatted(describe(other),
					describe(parameter)), "Annotate one of them, or remove it. " + ALLOWED);
		}
		this.payload = parameter;
	}

	private Argument variable(MethodParameter parameter, DestinationVariable annotation) {
		String name = name(parameter, annotation.value(), "@DestinationVariable");
		long with = this.subjects.stream().filter((subject) -> subject.variables().contains(name)).count();
		if (with == 0 || (with < this.subjects.size() && !parameter.isOptional())) {
			throw this.method.failure(
					"the @DestinationVariable '%s' is not in %s %s".formatted(name,
							(with == 0) ? "the subjects" : "each of the subjects", this.subjects),
					(with == 0) ? "Write {%s} for a token of the subject, or correct the name".formatted(name)
							: "Write {%s} for a token of each subject, or make the parameter Optional".formatted(name));
		}
		return new NamedArgument(this.method, parameter, "subject variable '%s'".formatted(name),
				(invocation) -> invocation.variables().get(name), String.class, true, null,
				this.settings.getConversionService());
	}

	private String name(MethodParameter parameter, String value, String annotation) {
		String name = StringUtils.hasText(value) ? value : parameter.getParameterName();
		if (name == null) {
			throw this.method
				.failure("the parameter %s has %s without a name, and its own name is not in the class file"
					.formatted(describe(parameter), annotation), "Set the name, or compile with -parameters");
		}
		return name;
	}

	private Argument headers(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		if (type == Headers.class) {
			return (invocation) -> {
				Headers headers = invocation.message().getHeaders();
				return (headers != null) ? headers : new Headers();
			};
		}
		if (type == MessageHeaders.class || type == Map.class) {
			return Invocation::headers;
		}
		throw this.method.failure(
				"the parameter %s has @Headers and another type than Map, MessageHeaders or io.nats.client.impl.Headers"
					.formatted(describe(parameter)),
				"Use one of these types, or @Header for a single header");
	}

}
