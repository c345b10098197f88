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

package io.github.natsspring.event;

import org.springframework.context.ApplicationEvent;
import org.springframework.util.Assert;

/**
 * Something happened to the container of a listener. Events of one container are
 * published in their order, on a thread that no message waits for; what an event listener
 * throws is logged and changes nothing.
 */
public abstract class NatsListenerEvent extends ApplicationEvent {

	private final String listenerId;

	NatsListenerEvent(Object container, String listenerId) {
		super(container);
		this.listenerId = listenerId;
	}

	/**
	 * The id of the listener.
	 * @return the id
	 */
	public String getListenerId() {
		return this.listenerId;
	}

	/**
	 * The container, such as a {@code MessageListenerContainer}. It may have moved on
	 * since.
	 * @param <T> the type of the container
	 * @param type the type of the container
	 * @return the container
	 * @throws IllegalArgumentException if it is of another type
	 */
	public <T> T getContainer(Class<T> type) {
		Assert.isInstanceOf(type, getSource(), "The container is of another type. ");
		return type.cast(getSource());
	}

	@Override
	public String toString() {
		return "%s of listener '%s'".formatted(getClass().getSimpleName(), this.listenerId);
	}

}
