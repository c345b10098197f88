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

package io.github.natsspring.listener;

import java.util.ArrayDeque;
import java.util.Deque;

import io.github.natsspring.core.NatsPublishInterceptor;
import io.github.natsspring.core.OutgoingMessage;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.Message;
import io.nats.client.NUID;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;

/**
 * Carries a correlation id from a message to those that are sent while it is handled, in
 * the header {@link NatsHeaders#CORRELATION_ID}. A message that is sent and has none gets
 * that of the message which the thread handles, or else a new one. Replies of listeners
 * carry the id of their request with or without this.
 * <p>
 * Made a bean, it intercepts all listeners and templates; it comes before other
 * interceptors, so that these see the id.
 */
public class CorrelationIdInterceptor implements NatsMessageInterceptor, NatsPublishInterceptor, Ordered {

	// A listener may be called within another one, by an executor that runs it in place
	private static final ThreadLocal<@Nullable Deque<String>> current = new ThreadLocal<>();

	private static final String NONE = "";

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE + 100;
	}

	/**
	 * The id of the message that this thread handles.
	 * @return the id, or {@code null} if it handles none, or the message has no id
	 */
	public static @Nullable String currentId() {
		Deque<String> ids = current.get();
		String id = (ids != null) ? ids.peek() : null;
		return (id != null && !id.isEmpty()) ? id : null;
	}

	@Override
	public Message before(Message message, MessageContext context) {
		Headers headers = message.getHeaders();
		// What a batch sends belongs to several messages
		String id = (headers != null && !context.isBatch()) ? headers.getFirst(NatsHeaders.CORRELATION_ID) : null;
		Deque<String> ids = current.get();
		if (ids == null) {
			ids = new ArrayDeque<>(2);
			current.set(ids);
		}
		ids.push((id != null) ? id : NONE);
		return message;
	}

	@Override
	public void afterReturn(Message message, MessageContext context) {
		Deque<String> ids = current.get();
		if (ids != null) {
			ids.poll();
			if (ids.isEmpty()) {
				current.remove();
			}
		}
	}

	@Override
	public void before(OutgoingMessage message) {
		if (!message.getHeaders().containsKey(NatsHeaders.CORRELATION_ID)) {
			String id = currentId();
			message.getHeaders().put(NatsHeaders.CORRELATION_ID, (id != null) ? id : NUID.nextGlobal());
		}
	}

}
