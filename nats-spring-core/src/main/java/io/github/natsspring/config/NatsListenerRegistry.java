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

package io.github.natsspring.config;

import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;

import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.support.Suggestions;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The listeners of an application by their ids: how they are doing, and what governs them
 * while it runs. All methods may be called by any thread. Those that take an id throw an
 * {@link IllegalArgumentException} if no listener has it, unless they say otherwise.
 */
public interface NatsListenerRegistry {

	/**
	 * The container of a listener.
	 * @param id the id of the listener
	 * @return the container, or {@code null} if there is none
	 */
	@Nullable MessageListenerContainer getListenerContainer(String id);

	/**
	 * The containers of all listeners.
	 * @return a copy, in the order of registration
	 */
	Collection<MessageListenerContainer> getListenerContainers();

	/**
	 * The ids of all listeners.
	 * @return a copy, in the order of registration
	 */
	Set<String> getListenerContainerIds();

	/**
	 * The containers of some listeners.
	 * @param ids whether the listener with an id is meant
	 * @return a copy, in the order of registration
	 */
	default Collection<MessageListenerContainer> getListenerContainersMatching(Predicate<String> ids) {
		return getListenerContainers().stream().filter((container) -> ids.test(container.getListenerId())).toList();
	}

	/**
	 * How a listener is doing. Never blocks.
	 * @param id the id of the listener
	 * @return a snapshot
	 */
	default ContainerStatus getStatus(String id) {
		return required(id).getStatus();
	}

	/**
	 * Start a listener. Does nothing if it is started. One that has failed is stopped
	 * first.
	 * @param id the id of the listener
	 * @throws io.github.natsspring.connection.NatsException if it cannot be started
	 */
	default void start(String id) {
		MessageListenerContainer container = required(id);
		if (container.getStatus().state() == ContainerStatus.State.FAILED) {
			container.stop();
		}
		container.start();
	}

	/**
	 * Stop a listener, and wait for it as long as its shutdown timeout says. It stays
	 * stopped until {@link #start}, or until all listeners are stopped and started again.
	 * @param id the id of the listener
	 */
	default void stop(String id) {
		required(id).stop();
	}

	/**
	 * Have a listener start no more handlers until {@link #resume}. Does not wait for
	 * those that run.
	 * @param id the id of the listener
	 * @throws UnsupportedOperationException if its container cannot be paused
	 */
	default void pause(String id) {
		required(id).pause();
	}

	/**
	 * Have a listener go on after {@link #pause}.
	 * @param id the id of the listener
	 */
	default void resume(String id) {
		required(id).resume();
	}

	/**
	 * Add a listener whose container the default factory makes. In an application that
	 * has started it starts at once, unless it is not meant to start by itself.
	 * @param endpoint the listener
	 * @return the container
	 * @throws io.github.natsspring.connection.NatsException if the listener cannot work,
	 * if its id or its durable consumer is taken, or if it cannot be started; then it is
	 * not registered
	 */
	MessageListenerContainer registerListener(NatsListenerEndpoint endpoint);

	/**
	 * Add a listener. In an application that has started it starts at once, unless it is
	 * not meant to start by itself.
	 * @param endpoint the listener
	 * @param factory makes the container
	 * @return the container
	 * @throws io.github.natsspring.connection.NatsException if the listener cannot work,
	 * if its id or its durable consumer is taken, or if it cannot be started; then it is
	 * not registered
	 */
	MessageListenerContainer registerListener(NatsListenerEndpoint endpoint, NatsListenerContainerFactory factory);

	/**
	 * Stop a listener as {@link #stop} does, and remove it. Its id and its durable
	 * consumer, which stays on the server, can be used by another listener then.
	 * @param id the id of the listener
	 * @return the container, stopped, or {@code null} if no listener has the id
	 */
	@Nullable MessageListenerContainer unregisterListener(String id);

	private MessageListenerContainer required(String id) {
		MessageListenerContainer container = getListenerContainer(id);
		if (container == null) {
			Set<String> ids = getListenerContainerIds();
			throw new IllegalArgumentException("There is no listener with the id '%s', only %s. %s.".formatted(id, ids,
					StringUtils.capitalize(Suggestions.didYouMean(id, ids, "use one of these ids"))));
		}
		return container;
	}

}
