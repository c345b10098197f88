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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link Settler} without a connection.
 */
class SettlerTests {

	private final List<Delivery> settled = new CopyOnWriteArrayList<>();

	private final Settler settler = new Settler(this.settled::add, Duration.ofSeconds(1), 1);

	@Test
	void returnsThePermitHoweverLongTheDelay() {
		Delivery delivery = started();
		delivery.nak(Duration.ofSeconds(Long.MAX_VALUE));
		assertThat(this.settled).containsExactly(delivery);
	}

	@Test
	void doesNotEndADeliveryByASettlementThatCannotBeMade() {
		Delivery delivery = started();
		assertThatNullPointerException().isThrownBy(() -> delivery.nak(null));
		assertThat(delivery.isSettled()).isFalse();
		delivery.ack();
		assertThat(this.settled).containsExactly(delivery);
	}

	private Delivery started() {
		Delivery delivery = new Delivery(NatsMessage.builder().subject("orders").build(), this.settler,
				System.nanoTime(), TimeUnit.HOURS.toNanos(1));
		delivery.start(System.nanoTime());
		return delivery;
	}

}
