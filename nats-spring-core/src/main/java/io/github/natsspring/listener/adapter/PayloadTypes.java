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

import java.lang.reflect.Type;
import java.util.List;

import io.github.natsspring.listener.Acknowledgment;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageHeaderAccessor;

/**
 * Refuses types that no payload has, and that were meant as something else.
 */
final class PayloadTypes {

	private static final String JNATS = "io.nats.client.";

	private static final List<Class<?>> OTHERS = List.of(org.springframework.messaging.Message.class,
			MessageHeaders.class, MessageHeaderAccessor.class, Acknowledgment.class);

	private PayloadTypes() {
	}

	static void check(ListenerMethod method, MethodParameter parameter, Type type) {
		Class<?> raw = ResolvableType.forType(type).toClass();
		if (raw.getName().startsWith(JNATS) || OTHERS.stream().anyMatch((other) -> other.isAssignableFrom(raw))) {
			throw method.failure(
					"the parameter %s would be the payload, and no payload is a %s"
						.formatted(ArgumentPlanner.describe(parameter), raw.getName()),
					("What concerns the message comes as exactly one of the types %s, %s, %s, %s, %s and %s; "
							+ "inject everything else into the bean")
						.formatted(Message.class.getName(), Headers.class.getName(),
								NatsJetStreamMetaData.class.getName(), Acknowledgment.class.getName(),
								org.springframework.messaging.Message.class.getName(), MessageHeaders.class.getName()));
		}
	}

}
