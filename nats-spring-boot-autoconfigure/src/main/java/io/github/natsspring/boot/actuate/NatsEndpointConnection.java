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

package io.github.natsspring.boot.actuate;

import java.util.function.BooleanSupplier;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.topology.JetStreamProbe;
import io.github.natsspring.topology.TopologyApplier;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint needs of a connection.
 *
 * @param holder the connection
 * @param topology what was declared for it, or {@code null} without JetStream
 * @param probe asks JetStream, or {@code null} without it
 * @param deadLetters its dead letters, or {@code null} without JetStream
 * @param polled whether somebody asks for the lags of its listeners at an interval, so
 * that what is known of them is asked for no more
 */
public record NatsEndpointConnection(ConnectionHolder holder, @Nullable TopologyApplier topology,
		@Nullable JetStreamProbe probe, @Nullable DeadLetterOperations deadLetters, BooleanSupplier polled) {
}
