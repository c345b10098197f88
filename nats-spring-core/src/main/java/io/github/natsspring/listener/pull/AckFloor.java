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

import java.util.List;

import io.nats.client.api.ConsumerInfo;

/**
 * The position of a durable: instances share it, so only the server knows what was
 * acknowledged.
 */
final class AckFloor implements ConsumerPosition {

	private volatile long floor;

	@Override
	public void learn(ConsumerInfo consumer, boolean same) {
		long floor = consumer.getAckFloor().getStreamSequence();
		this.floor = same ? Math.max(this.floor, floor) : floor;
	}

	@Override
	public List<Delivery> due(List<Delivery> deliveries, Settler settler) {
		return deliveries;
	}

	@Override
	public long floor() {
		return this.floor;
	}

}
