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

import org.jspecify.annotations.Nullable;

/**
 * What can be seen of a session from outside. Never blocks for long and never asks the
 * server.
 */
final class SessionView {

	private final PullEngine engine;

	private final LaneGroup lanes;

	private final PullAttachment attachment;

	private final Failures failures;

	SessionView(PullEngine engine, LaneGroup lanes, PullAttachment attachment, Failures failures) {
		this.engine = engine;
		this.lanes = lanes;
		this.attachment = attachment;
		this.failures = failures;
	}

	/**
	 * What is fetched and not settled.
	 */
	PullWindow.Level level() {
		return this.engine.level();
	}

	/**
	 * How many messages wait for a run.
	 */
	int buffered() {
		return this.lanes.waiting();
	}

	/**
	 * What is consumed, or {@code null} before that is known.
	 */
	@Nullable PullLimits limits() {
		return this.attachment.limits();
	}

	@Nullable Long lastHeard() {
		return (this.attachment.limits() != null) ? this.engine.lastHeard() : null;
	}

	/**
	 * What is worth to be known while everything works.
	 */
	@Nullable String note() {
		return this.failures.isCrowded()
				? "at least half of max-ack-pending waits for retries, whose delays are cut short" : null;
	}

}
