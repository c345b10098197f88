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

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.util.Assert;

/**
 * One message on its way to the method, with what several arguments share. Everything
 * that costs is made when it is asked for.
 */
final class Invocation {

	private static final byte[] NOTHING = new byte[0];

	private final Message message;

	private final @Nullable Acknowledgment acknowledgment;

	private final List<SubjectTemplate> subjects;

	private final NatsHeaderMapper headerMapper;

	private @Nullable Map<String, String> variables;

	private @Nullable MessageHeaders headers;

	/**
	 * One of several messages, which are settled together.
	 */
	Invocation(Message message, NatsHeaderMapper headerMapper) {
		this(message, null, List.of(), headerMapper);
	}

	Invocation(Message message, @Nullable Acknowledgment acknowledgment, List<SubjectTemplate> subjects,
			NatsHeaderMapper headerMapper) {
		this.headerMapper = headerMapper;
		this.message = message;
		this.acknowledgment = acknowledgment;
		this.subjects = subjects;
	}

	Message message() {
		return this.message;
	}

	Acknowledgment acknowledgment() {
		Acknowledgment acknowledgment = this.acknowledgment;
		Assert.state(acknowledgment != null, "The messages of a batch are settled together");
		return acknowledgment;
	}

	/**
	 * The variables of the first pattern that the subject matches.
	 */
	Map<String, String> variables() {
		Map<String, String> variables = this.variables;
		if (variables == null) {
			variables = extract();
			this.variables = variables;
		}
		return variables;
	}

	private Map<String, String> extract() {
		for (SubjectTemplate template : this.subjects) {
			Map<String, String> values = template.extract(this.message.getSubject());
			if (values != null) {
				return values;
			}
		}
		return Map.of();
	}

	/**
	 * The headers of the message and what is known of it beside them.
	 */
	MessageHeaders headers() {
		MessageHeaders headers = this.headers;
		if (headers == null) {
			headers = new NatsMessageHeaders(toMap());
			this.headers = headers;
		}
		return headers;
	}

	private Map<String, Object> toMap() {
		Map<String, Object> map = new HashMap<>();
		Headers wire = this.message.getHeaders();
		if (wire != null) {
			this.headerMapper.toHeaders(wire, map);
		}
		map.put(NatsHeaders.RAW_MESSAGE, this.message);
		map.put(NatsHeaders.SUBJECT, this.message.getSubject());
		if (this.message.isJetStream()) {
			put(map, NatsHeaders.STREAM);
			put(map, NatsHeaders.CONSUMER);
			put(map, NatsHeaders.DOMAIN);
			put(map, NatsHeaders.STREAM_SEQUENCE);
			put(map, NatsHeaders.CONSUMER_SEQUENCE);
			put(map, NatsHeaders.DELIVERY_COUNT);
			put(map, NatsHeaders.PENDING_COUNT);
			put(map, NatsHeaders.TIMESTAMP);
			put(map, NatsHeaders.ACKNOWLEDGMENT);
		}
		else {
			put(map, NatsHeaders.REPLY_TO);
		}
		return map;
	}

	private void put(Map<String, Object> map, String name) {
		Object value = known(name);
		if (value != null) {
			map.put(name, value);
		}
	}

	/**
	 * What is known of the message beside its headers.
	 * @return the value, or {@code null} if there is none
	 */
	@Nullable Object known(String name) {
		Message message = this.message;
		return switch (name) {
			case NatsHeaders.SUBJECT -> message.getSubject();
			case NatsHeaders.RAW_MESSAGE -> message;
			case NatsHeaders.REPLY_TO -> message.isJetStream() ? null : message.getReplyTo();
			case NatsHeaders.ACKNOWLEDGMENT -> message.isJetStream() ? this.acknowledgment : null;
			default -> message.isJetStream() ? known(message.metaData(), name) : null;
		};
	}

	private static @Nullable Object known(NatsJetStreamMetaData metaData, String name) {
		return switch (name) {
			case NatsHeaders.STREAM -> metaData.getStream();
			case NatsHeaders.CONSUMER -> metaData.getConsumer();
			case NatsHeaders.DOMAIN -> metaData.getDomain();
			case NatsHeaders.STREAM_SEQUENCE -> metaData.streamSequence();
			case NatsHeaders.CONSUMER_SEQUENCE -> metaData.consumerSequence();
			case NatsHeaders.DELIVERY_COUNT -> metaData.deliveredCount();
			case NatsHeaders.PENDING_COUNT -> metaData.pendingCount();
			case NatsHeaders.TIMESTAMP -> metaData.timestamp();
			default -> null;
		};
	}

	/**
	 * A Spring message with the bytes.
	 */
	org.springframework.messaging.Message<byte[]> springMessage() {
		return new GenericMessage<>(this.message.getData(), headers());
	}

	/**
	 * A Spring message for an exception, which prints it: without payload and headers.
	 */
	org.springframework.messaging.Message<byte[]> bareMessage() {
		return new GenericMessage<>(NOTHING,
				new NatsMessageHeaders(Map.of(NatsHeaders.SUBJECT, this.message.getSubject())));
	}

	MethodArgumentResolutionException failure(MethodParameter parameter, String problem) {
		return new MethodArgumentResolutionException(bareMessage(), parameter, problem);
	}

	MethodArgumentResolutionException failure(MethodParameter parameter, String problem, Throwable cause) {
		return new MethodArgumentResolutionException(bareMessage(), parameter, problem, cause);
	}

	/**
	 * Without the random id and the time, which NATS messages do not have.
	 */
	private static final class NatsMessageHeaders extends MessageHeaders {

		private static final long serialVersionUID = 1L;

		NatsMessageHeaders(Map<String, Object> headers) {
			super(headers, ID_VALUE_NONE, -1L);
		}

	}

}
