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

package io.github.natsspring.listener.adapter;

import java.util.concurrent.CompletionStage;

import io.nats.client.Message;
import io.nats.client.impl.Headers;

/**
 * Publishes what a method returned.
 */
@FunctionalInterface
interface Outlet {

	/**
	 * Publish a message.
	 * @param source the message that the method was called for
	 * @param number counts what is sent for it, from 0
	 * @param subject where to
	 * @param headers the headers
	 * @param body the body
	 * @return completes when it is safe
	 */
	CompletionStage<?> send(Message source, long number, String subject, Headers headers, byte[] body);

}
