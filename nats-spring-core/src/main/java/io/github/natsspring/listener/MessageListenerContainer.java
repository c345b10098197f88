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
