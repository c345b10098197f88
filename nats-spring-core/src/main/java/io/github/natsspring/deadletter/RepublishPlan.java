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

import java.util.List;

/**
 * Whom a dead letter will reach when it is published to its original subject again.
 *
 * @param id the letter
 * @param subject the original subject
 * @param stream the stream that will store it
 * @param consumers the consumers it will reach, each as {@code stream/consumer}, sorted;
 * those of streams that copy the stream, and plain subscribers of NATS, are not among
 * them
 */
public record RepublishPlan(DeadLetterId id, String subject, String stream, List<String> consumers) {

	public RepublishPlan {
		consumers = List.copyOf(consumers);
	}

}
