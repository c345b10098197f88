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
 * The container is started, but does not consume: its consumer is gone, or something else
 * has kept it from consuming for {@code nats.listener.stall-timeout}.
 */
public final class NatsListenerStalledEvent extends NatsListenerEvent {

	private final String reason;

	NatsListenerStalledEvent(Object container, String listenerId, String reason) {
		super(container, listenerId);
		this.reason = reason;
	}

	/**
	 * What keeps it from consuming.
	 * @return the reason
	 */
	public String getReason() {
		return this.reason;
	}

}
