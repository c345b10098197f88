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

import org.jspecify.annotations.Nullable;

/**
 * The container could not be started, or has given up; only a new start helps.
 */
public final class NatsListenerFailedEvent extends NatsListenerEvent {

	private final String reason;

	private final @Nullable Throwable cause;

	NatsListenerFailedEvent(Object container, String listenerId, String reason, @Nullable Throwable cause) {
		super(container, listenerId);
		this.reason = reason;
		this.cause = cause;
	}

	/**
	 * Why it failed.
	 * @return the reason
	 */
	public String getReason() {
		return this.reason;
	}

	/**
	 * What was thrown at the start.
	 * @return the exception, or {@code null} if the container gave up while it ran
	 */
	public @Nullable Throwable getCause() {
		return this.cause;
	}

}
