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

import io.nats.client.Message;

/**
 * A run of a listener that ended with an exception, or a delivery that was not run because
 * there were too many before.
 *
 * @param listenerId the id of the listener
 * @param message the message
 * @param attempts how many runs of the message failed in this instance, this one included
 * @param deliveries how often the server has delivered it, this delivery included; it also
 * counts deliveries that never ran
 * @param exception what the listener threw, not wrapped
 */
public record FailedRun(String listenerId, Message message, int attempts, long deliveries, Throwable exception) {
}
