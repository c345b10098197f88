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

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Runs a listener for the messages of a consumer or of a subscription. It survives being
 * stopped and started again.
 */
public interface MessageListenerContainer extends SmartLifecycle {

	/**
	 * The id of the listener, unique in the application.
	 * @return the id
	 */
	String getListenerId();

	/**
	 * How the container is doing. Never blocks and never asks the server.
	 * @return a snapshot
	 */
	ContainerStatus getStatus();

	/**
	 * What the container has counted. Never blocks and never asks the server.
	 * @return live numbers, the same object each time, or {@code null} if the container
	 * counts nothing
	 */
	default @Nullable ListenerStatistics getStatistics() {
		return null;
	}

	/**
	 * How far the consumer is behind, as the server said last: when it was asked by
	 * {@link #lookUpLag}, or later with a message. Never blocks and never asks the
	 * server.
	 * @return the lag, or {@code null} if it is not known, or if there is no consumer, as
	 * for core NATS
	 */
	default @Nullable ConsumerLag getLag() {
		return null;
	}

	/**
	 * Ask the server how far the consumer is behind: one request. Not to be called on a
	 * thread of jnats.
	 * @param timeout how long to wait for the server; without a connection it is not
	 * asked
	 * @return the lag, or {@code null} if the server did not answer, or if there is no
	 * consumer or the container is stopped
	 */
	default @Nullable ConsumerLag lookUpLag(Duration timeout) {
		return null;
	}

	/**
	 * Start no more handlers until {@link #resume()}; those that run may end. Does not
	 * wait for them. Asked for before a start, or kept through a stop, it holds for the
	 * next start, too, and it outlasts the loss of a connection. Does nothing if it is
	 * asked for already.
	 * @throws UnsupportedOperationException if the container cannot be paused
	 */
	default void pause() {
		throw new UnsupportedOperationException("The listener '%s' cannot be paused".formatted(getListenerId()));
	}

	/**
	 * Go on after {@link #pause()}. Does nothing if that was not asked for.
	 */
	default void resume() {
	}

	/**
	 * Whether {@link #pause()} is in effect.
	 * @return {@code true} from {@code pause} to {@link #resume()}
	 */
	default boolean isPauseRequested() {
		return false;
	}

}
