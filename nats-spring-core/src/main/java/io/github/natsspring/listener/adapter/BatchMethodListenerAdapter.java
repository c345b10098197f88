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

import java.util.ArrayList;
import java.util.List;

import io.github.natsspring.listener.BatchListenerFailedException;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.PartialBatchException;
import io.github.natsspring.support.NatsHeaderMapper;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Calls a method with a list, by a plan that was made at the start. Safe for use by
 * several threads.
 */
final class BatchMethodListenerAdapter implements NatsBatchListener {

	private final MethodCall method;

	private final Argument element;

	private final NatsHeaderMapper headerMapper;

	/**
	 * Create an adapter.
	 * @param method the method, with a list as its only parameter
	 * @param element gives the element of the list for a message
	 * @param headerMapper maps headers
	 */
	BatchMethodListenerAdapter(ListenerMethod method, Argument element, NatsHeaderMapper headerMapper) {
		this.headerMapper = headerMapper;
		this.method = new MethodCall(method);
		this.element = element;
	}

	@Override
	public void onMessages(List<Message> messages) throws Exception {
		List<@Nullable Object> values = new ArrayList<>(messages.size());
		for (Message message : messages) {
			try {
				values.add(this.element.resolve(new Invocation(message, this.headerMapper)));
			}
			catch (Exception ex) {
				// Those before an index count as handled, so they have to be first
				handleBefore(values);
				throw new BatchListenerFailedException(values.size(), ex);
			}
		}
		this.method.invoke(values);
	}

	private void handleBefore(List<@Nullable Object> values) throws PartialBatchException {
		if (values.isEmpty()) {
			return;
		}
		try {
			this.method.invoke(values);
		}
		catch (Throwable ex) {
			throw new PartialBatchException(values.size(), ex);
		}
	}

	@Override
	public String toString() {
		return this.method.toString();
	}

}
