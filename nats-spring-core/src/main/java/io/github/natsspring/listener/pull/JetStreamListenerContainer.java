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

package io.github.natsspring.listener.pull;

import java.util.concurrent.Executor;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsMessageListener;

/**
 * Pulls from a JetStream consumer.
 */
public final class JetStreamListenerContainer implements MessageListenerContainer {

	private final String id;

	private final PullContainerSettings settings;

	public JetStreamListenerContainer(String id, ConnectionHolder connection, ConsumerSource source,
			NatsMessageListener listener, FailureHandler failureHandler, Executor executor,
			PullContainerSettings settings) {
		this.id = id;
		this.settings = settings;
	}

	@Override
	public String getListenerId() {
		return this.id;
	}

	@Override
	public boolean isAutoStartup() {
		return this.settings.autoStartup();
	}

	@Override
	public ContainerStatus getStatus() {
		return new ContainerStatus(ContainerStatus.State.STOPPED, null, 0, null);
	}

	@Override
	public void start() {
	}

	@Override
	public void stop() {
	}

	@Override
	public boolean isRunning() {
		return false;
	}

}
