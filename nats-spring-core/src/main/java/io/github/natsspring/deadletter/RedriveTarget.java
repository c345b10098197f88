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

import io.nats.client.Message;

/**
 * Runs one listener for a message that no consumer delivers.
 */
@FunctionalInterface
public interface RedriveTarget {

	/**
	 * Run the listener, on the calling thread. Returning normally means that the message
	 * is handled and settled as done; the dead letter is then deleted.
	 * @param message the message, with the original subject, bytes and metadata; it
	 * cannot be settled
	 * @throws Exception if the listener failed, or did not settle the message as done
	 */
	void handle(Message message) throws Exception;

}
