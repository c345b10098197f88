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

import io.github.natsspring.connection.ConnectionUser;
import io.github.natsspring.deadletter.RedriveTarget;
import io.github.natsspring.listener.MessageListenerContainer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the container of a listener.
 */
public interface NatsListenerContainerFactory {

	/**
	 * The name of the connection that its containers use.
	 * @return the name, or {@code null} (the default) if that is not known
	 */
	default @Nullable String getConnectionName() {
		return null;
	}

	/**
	 * Keep the connection open until its listeners have stopped. Called once for each
	 * listener, with the same object each time.
	 * @param user tells when the listeners have stopped; without effect by default
	 */
	default void addConnectionUser(ConnectionUser user) {
	}

	/**
	 * Complete what an endpoint leaves out and the declarations of the application tell,
	 * such as the stream of its consumer. Called once, before
	 * {@link #createContainer(NatsListenerEndpoint)}; never asks the server.
	 * @param endpoint the endpoint as it was declared
	 * @return the endpoint to make a container of
	 * @throws io.github.natsspring.listener.NatsListenerException if the endpoint cannot
	 * work
	 */
	default NatsListenerEndpoint complete(NatsListenerEndpoint endpoint) {
		return endpoint;
	}

	/**
	 * Make a container, without starting it; never asks the server.
	 * @param endpoint the endpoint
	 * @return the container
	 * @throws io.github.natsspring.listener.NatsListenerException if the endpoint cannot
	 * work
	 */
	MessageListenerContainer createContainer(NatsListenerEndpoint endpoint);

	/**
	 * Make what runs the listener of an endpoint again for a dead letter, beside its
	 * container.
	 * @param endpoint the endpoint, completed
	 * @return the target, or {@code null} (the default) if this factory does not support
	 * that
	 */
	default @Nullable RedriveTarget createRedriveTarget(NatsListenerEndpoint endpoint) {
		return null;
	}

}
