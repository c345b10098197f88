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

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How a container is doing at one moment.
 *
 * @param state what it does
 * @param detail why, for a state that needs a reason; holds no payload and no credentials
 * @param inFlight how many messages it holds that are not settled
 * @param lastActivity when it last heard from the server for its subscription, or
 * {@code null} before that
 * @param window how many messages it may hold at present: adapted to the listener for
 * JetStream, how many may wait for core NATS; zero when it is stopped or has no such
 * bound
 */
public record ContainerStatus(State state, @Nullable String detail, int inFlight, @Nullable Instant lastActivity,
		int window) {

	/**
	 * Create a status without a window.
	 * @param state what it does
	 * @param detail why, for a state that needs a reason
	 * @param inFlight how many messages it holds that are not settled
	 * @param lastActivity when it last heard from the server
	 */
	public ContainerStatus(State state, @Nullable String detail, int inFlight, @Nullable Instant lastActivity) {
		this(state, detail, inFlight, lastActivity, 0);
	}

	/**
	 * What a container does.
	 */
	public enum State {

		/**
		 * Not started, or stopped.
		 */
		STOPPED,

		/**
		 * Started, but not consuming yet.
		 */
		STARTING,

		/**
		 * Consuming.
		 */
		RUNNING,

		/**
		 * Started and meant to consume, but it does not, for example because its consumer
		 * is gone or the connection is lost.
		 */
		STALLED,

		/**
		 * Started, and does not consume on purpose: paused by the application, or its
		 * consumer is paused on the server, which the detail says.
		 */
		PAUSED,

		/**
		 * Stopping: what runs may end.
		 */
		STOPPING,

		/**
		 * Gave up; only a new start helps.
		 */
		FAILED

	}

}
