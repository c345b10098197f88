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

package io.github.natsspring.core;

import java.util.List;

import io.github.natsspring.observation.PublishObservations;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.SpringMessages;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the messages of a template, and gives them to its interceptors.
 */
final class OutgoingMessages {

	private final String connectionName;

	private final NatsMessageConverter converter;

	private final NatsHeaderMapper headerMapper;

	private final @Nullable PublishInterceptors interceptors;

	private volatile @Nullable PublishObservations observations;

	OutgoingMessages(String connectionName, NatsMessageConverter converter, NatsHeaderMapper headerMapper,
			List<? extends NatsPublishInterceptor> interceptors) {
		this.connectionName = connectionName;
		this.converter = converter;
		this.headerMapper = headerMapper;
		this.interceptors = PublishInterceptors.of(interceptors);
	}

	void setObservations(@Nullable PublishObservations observations) {
		this.observations = observations;
	}

	/**
	 * What observes the messages, or {@code null} if nobody does.
	 */
	@Nullable PublishObservations observations() {
		PublishObservations observations = this.observations;
		return (observations != null && observations.isActive()) ? observations : null;
	}

	/**
	 * What intercepts the messages, or {@code null} if nobody does.
	 */
	@Nullable PublishInterceptors interceptors() {
		return this.interceptors;
	}

	/**
	 * Prepare a message that nobody intercepts.
	 * @see Outgoing#prepare
	 */
	Outgoing prepare(String subject, @Nullable Object payload, Headers headers) {
		return Outgoing.prepare(subject, SpringMessages.unwrap(payload, headers, this.headerMapper), headers,
				this.converter);
	}

	/**
	 * Prepare a message for interceptors.
	 * @see Outgoing#prepare
	 */
	OutgoingMessage prepare(OutgoingMessage.Kind kind, String subject, @Nullable Object payload, Headers headers) {
		Object content = SpringMessages.unwrap(payload, headers, this.headerMapper);
		boolean ownContentType = headers.containsKey(NatsHeaders.CONTENT_TYPE);
		Outgoing message = Outgoing.prepare(subject, content, headers, this.converter);
		return new OutgoingMessage(this.connectionName, kind, message, content, ownContentType, this.converter);
	}

}
