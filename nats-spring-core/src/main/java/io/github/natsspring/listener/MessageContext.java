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

import java.util.HashMap;
import java.util.Map;

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Goes with a message through its interceptors, so that they can keep what belongs to
 * this run. Used by one thread after the other.
 */
public final class MessageContext {

	private final String listenerId;

	private final Message originalMessage;

	private @Nullable Map<String, Object> attributes;

	private final boolean batch;

	private boolean discarded;

	MessageContext(String listenerId, Message originalMessage, boolean batch) {
		this.listenerId = listenerId;
		this.batch = batch;
		this.originalMessage = originalMessage;
	}

	/**
	 * The listener that the message is for.
	 * @return the id of the listener
	 */
	public String getListenerId() {
		return this.listenerId;
	}

	/**
	 * The message as it was received, whatever interceptors made of it. It is what is
	 * settled, what the error handler sees, and what becomes a dead letter.
	 * @return the message; must not be settled
	 */
	public Message getOriginalMessage() {
		return this.originalMessage;
	}

	/**
	 * Whether the listener gets several messages at once. All of them are intercepted
	 * before it is called, and again all of them after it.
	 * @return whether that is so
	 */
	public boolean isBatch() {
		return this.batch;
	}

	/**
	 * Whether an interceptor discarded the message, so that no listener saw it.
	 * @return whether that is so
	 */
	public boolean isDiscarded() {
		return this.discarded;
	}

	void discard() {
		this.discarded = true;
	}

	/**
	 * Keep a value until the end of the run.
	 * @param name the name, which all interceptors share
	 * @param value the value, or {@code null} to remove it
	 */
	public void setAttribute(String name, @Nullable Object value) {
		Map<String, Object> attributes = this.attributes;
		if (attributes == null) {
			attributes = new HashMap<>(4);
			this.attributes = attributes;
		}
		if (value != null) {
			attributes.put(name, value);
		}
		else {
			attributes.remove(name);
		}
	}

	/**
	 * A value that was kept.
	 * @param name the name
	 * @return the value, or {@code null} if there is none
	 */
	public @Nullable Object getAttribute(String name) {
		return (this.attributes != null) ? this.attributes.get(name) : null;
	}

}
