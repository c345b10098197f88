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

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.Assert;

/**
 * Which events a container publishes, and where.
 *
 * @param publisher where to publish, or {@code null} to publish nothing
 * @param idleInterval how long no message may arrive before the container is reported as
 * idle, and how often; {@code null} for never
 */
public record ListenerEventSettings(@Nullable ApplicationEventPublisher publisher, @Nullable Duration idleInterval) {

	/**
	 * No events at all.
	 */
	public static final ListenerEventSettings NONE = new ListenerEventSettings(null, null);

	public ListenerEventSettings {
		Assert.isTrue(idleInterval == null || idleInterval.toNanos() > 0,
				() -> "The interval of idle events must be more than zero, and is " + idleInterval);
	}

}
