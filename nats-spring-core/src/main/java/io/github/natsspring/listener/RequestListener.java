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
 * A listener that answers requests, and is asked to do so when it does not get one.
 */
public interface RequestListener extends NatsMessageListener {

	/**
	 * Answer a request that failed before this listener saw it, as if it had failed here.
	 * Nothing happens if nobody waits for an answer.
	 * @param request the request
	 * @param failure why it failed
	 */
	void refuse(Message request, Throwable failure);

}
