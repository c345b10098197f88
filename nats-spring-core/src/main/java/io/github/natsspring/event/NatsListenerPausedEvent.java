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
 * The container does not consume, on purpose.
 */
public final class NatsListenerPausedEvent extends NatsListenerEvent {

	private final boolean onServer;

	private final String reason;

	NatsListenerPausedEvent(Object container, String listenerId, boolean onServer, String reason) {
		super(container, listenerId);
		this.onServer = onServer;
		this.reason = reason;
	}

	/**
	 * Whether its consumer is paused on the server, rather than the container by the
	 * application.
	 * @return whether that is so
	 */
	public boolean isOnServer() {
		return this.onServer;
	}

	/**
	 * Who paused it, and until when the server says.
	 * @return the reason
	 */
	public String getReason() {
		return this.reason;
	}

}
