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

package io.github.natsspring.config;

import io.github.natsspring.deadletter.DeadLetterSource;
import io.github.natsspring.listener.pull.ConsumerSource;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.RetentionPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The consumer of a listener, and what else is known of it.
 */
interface ListenerConsumer extends ConsumerSource {

	/**
	 * How long the stream keeps a message, or {@code null} if it is gone.
	 */
	@Nullable RetentionPolicy retention();

	/**
	 * What the dead letters of the listener come from.
	 */
	DeadLetterSource deadLetterSource(ConsumerInfo info);

}
