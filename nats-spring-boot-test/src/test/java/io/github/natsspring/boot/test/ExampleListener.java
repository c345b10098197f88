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

package io.github.natsspring.boot.test;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.annotation.NatsListener;

import org.springframework.stereotype.Component;

/**
 * A listener that a test can hold up.
 */
@Component
class ExampleListener {

	final List<Order> orders = new CopyOnWriteArrayList<>();

	volatile CountDownLatch gate = new CountDownLatch(0);

	@NatsListener(id = "billing", stream = "ORDERS", consumer = "billing", subjects = "orders.{region}.created")
	void on(Order order) throws InterruptedException {
		this.gate.await(10, TimeUnit.SECONDS);
		this.orders.add(order);
	}

	record Order(String sku, int quantity) {
	}

}
