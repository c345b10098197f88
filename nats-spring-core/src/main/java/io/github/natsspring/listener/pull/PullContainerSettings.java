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

import java.time.Duration;

import io.nats.client.JetStreamOptions;

/**
 * Settings of a {@link JetStreamListenerContainer}.
 *
 * @param maxInFlight exact bound on the messages that are fetched and not settled; the
 * window adapts below it
 * @param shutdownTimeout how long running handlers may take to end when the container
 * stops
 * @param stallTimeout how long the container may be unable to consume before it is
 * reported as stalled
 * @param autoStartup whether the container starts with the context
 * @param jetStream domain or API prefix, and the timeout of requests
 */
public record PullContainerSettings(int maxInFlight, Duration shutdownTimeout, Duration stallTimeout,
		boolean autoStartup, JetStreamOptions jetStream) {
}
