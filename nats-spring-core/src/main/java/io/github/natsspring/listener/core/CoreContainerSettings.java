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

package io.github.natsspring.listener.core;

import java.time.Duration;
import java.util.List;

import io.github.natsspring.event.ListenerEventSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Settings of a {@link CoreListenerContainer}.
 *
 * @param subjects subjects or patterns, at least one
 * @param queue the queue group, or {@code null} for none
 * @param maxQueued how many messages may wait for the listener, or be worked on after it
 * returned; further ones are dropped
 * @param shutdownTimeout how long messages that have arrived may take to be handled when
 * the container stops
 * @param autoStartup whether the container starts with the application
 * @param events which events are published, and where
 */
public record CoreContainerSettings(List<String> subjects, @Nullable String queue, int maxQueued,
		Duration shutdownTimeout, boolean autoStartup, ListenerEventSettings events) {

	/**
	 * How many messages may wait for a listener, unless set otherwise.
	 */
	public static final int DEFAULT_MAX_QUEUED = 65_536;

	public CoreContainerSettings {
		Assert.notEmpty(subjects, "A subscription needs a subject");
		Assert.isTrue(maxQueued > 0, "At least one message must be able to wait");
		subjects = List.copyOf(subjects);
	}

	/**
	 * Create settings without events.
	 * @param subjects subjects or patterns, at least one
	 * @param queue the queue group, or {@code null} for none
	 * @param maxQueued how many messages may wait for the listener
	 * @param shutdownTimeout how long messages that have arrived may take to be handled
	 * @param autoStartup whether the container starts with the application
	 */
	public CoreContainerSettings(List<String> subjects, @Nullable String queue, int maxQueued, Duration shutdownTimeout,
			boolean autoStartup) {
		this(subjects, queue, maxQueued, shutdownTimeout, autoStartup, ListenerEventSettings.NONE);
	}

}
