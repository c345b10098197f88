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

package io.github.natsspring.core;

import java.time.Duration;

import io.github.natsspring.support.Subjects;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Options of a message to core NATS.
 */
public final class PublishOptions extends MessageOptions<PublishOptions> {

	static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(2);

	private @Nullable String replyTo;

	private @Nullable Duration confirm;

	PublishOptions() {
	}

	@Override
	PublishOptions self() {
		return this;
	}

	/**
	 * Set the subject that replies go to.
	 * @param replyTo the subject
	 * @return these options
	 */
	public PublishOptions replyTo(String replyTo) {
		this.replyTo = Subjects.requireLiteral(replyTo);
		return this;
	}

	/**
	 * Wait at most 2 s until the server took the message, and fail if it refused it. This
	 * says nothing about anybody receiving it.
	 * @return these options
	 */
	public PublishOptions confirm() {
		return confirm(CONFIRM_TIMEOUT);
	}

	/**
	 * Wait until the server took the message, and fail if it refused it. This says
	 * nothing about anybody receiving it.
	 * @param timeout how long to wait
	 * @return these options
	 */
	public PublishOptions confirm(Duration timeout) {
		Assert.isTrue(timeout.toNanos() > 0, "'timeout' must be positive");
		this.confirm = timeout;
		return this;
	}

	@Nullable String replyTo() {
		return this.replyTo;
	}

	@Nullable Duration confirmTimeout() {
		return this.confirm;
	}

}
