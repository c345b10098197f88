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

package io.github.natsspring.deadletter;

import java.time.Instant;

/**
 * Where a dead letter comes from.
 *
 * @param stream the stream of the original
 * @param consumer the consumer whose listener failed
 * @param subject the subject of the original
 * @param sequence the sequence of the original in its stream
 * @param deliveries how often the server had delivered it
 * @param timestamp when the stream stored the original
 * @param listenerId the id of the listener that failed
 */
public record DeadLetterOrigin(String stream, String consumer, String subject, long sequence, long deliveries,
		Instant timestamp, String listenerId) {
}
