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

import java.time.Duration;

/**
 * No message has arrived for the time in {@code nats.listener.idle-event-interval}, and
 * none is being handled. Published again after each further interval.
 */
public final class NatsListenerIdleEvent extends NatsListenerEvent {

	private final Duration idleTime;

	private final boolean paused;

	NatsListenerIdleEvent(Object container, String listenerId, Duration idleTime, boolean paused) {
		super(container, listenerId);
		this.idleTime = idleTime;
		this.paused = paused;
	}

	/**
	 * How long no message has arrived.
	 * @return the time since the last message ended, or since the start
	 */
	public Duration getIdleTime() {
		return this.idleTime;
	}

	/**
	 * Whether the container is paused, so that nothing could arrive.
	 * @return whether it is paused
	 */
	public boolean isPaused() {
		return this.paused;
	}

}
