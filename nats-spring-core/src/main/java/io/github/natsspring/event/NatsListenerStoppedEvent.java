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

/**
 * The container was stopped, and nothing of it runs any more unless the reason says so.
 */
public final class NatsListenerStoppedEvent extends NatsListenerEvent {

	private final Reason reason;

	NatsListenerStoppedEvent(Object container, String listenerId, Reason reason) {
		super(container, listenerId);
		this.reason = reason;
	}

	/**
	 * How the container came to its end.
	 * @return the reason
	 */
	public Reason getReason() {
		return this.reason;
	}

	/**
	 * How a container came to its end.
	 */
	public enum Reason {

		/**
		 * Stopped by the application or with it; what ran has ended.
		 */
		NORMAL,

		/**
		 * Stopped by the application or with it, and not everything that ran has ended
		 * within {@code nats.listener.shutdown-timeout}.
		 */
		TIMEOUT,

		/**
		 * Stopped after it had failed.
		 */
		FAILED

	}

}
