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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.github.natsspring.listener.ScopedRun;
import io.nats.client.Message;

/**
 * The messages that a batch listener is called with.
 */
final class BatchMessages extends ArrayList<Message> implements ScopedRun {

	private static final long serialVersionUID = 1L;

	private final transient List<Delivery> deliveries;

	BatchMessages(List<Delivery> deliveries) {
		super(deliveries.size());
		this.deliveries = deliveries;
		deliveries.forEach((delivery) -> add(delivery.message()));
	}

	@Override
	public void setScope(Executor scope) {
		this.deliveries.forEach((delivery) -> delivery.setScope(scope));
	}

}
