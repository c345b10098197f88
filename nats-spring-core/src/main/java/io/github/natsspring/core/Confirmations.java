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

package io.github.natsspring.core;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natsspring.connection.ConnectionHolder;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The core publishes that wait for the server. Each learns of its own refusal: jnats
 * keeps the last error only, whosesoever it is.
 */
final class Confirmations {

	private final Set<Confirmation> awaited = ConcurrentHashMap.newKeySet();

	Confirmations(ConnectionHolder holder) {
		holder.addErrorObserver(this::serverError);
	}

	/**
	 * To be called before the message is sent.
	 */
	Confirmation begin(Connection connection, String subject, @Nullable String replyTo) {
		Confirmation confirmation = new Confirmation(connection, subject, replyTo);
		this.awaited.add(confirmation);
		return confirmation;
	}

	void end(Confirmation confirmation) {
		this.awaited.remove(confirmation);
	}

	private void serverError(Connection connection, String error) {
		Refusal refusal = this.awaited.isEmpty() ? null : Refusal.read(error);
		if (refusal != null) {
			this.awaited.forEach((confirmation) -> confirmation.refused(connection, refusal, error));
		}
	}

}
