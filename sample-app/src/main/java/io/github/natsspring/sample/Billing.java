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

package io.github.natsspring.sample;

import java.math.BigDecimal;

import io.github.natsspring.annotation.NatsListener;
import jakarta.validation.Valid;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.stereotype.Service;

/** Bills each order once, however often its event is delivered. */
@Service
class Billing {

	static final String LISTENER = "billing-bill";

	private final Pricing pricing;

	private final OrderStore orders;

	private final Holds holds;

	Billing(Pricing pricing, OrderStore orders, Holds holds) {
		this.pricing = pricing;
		this.orders = orders;
		this.holds = holds;
	}

	/** What is thrown brings the event back later, as when nobody tells a price. */
	@NatsListener(id = LISTENER, stream = "ORDERS", consumer = "billing", subjects = "orders.{region}.created")
	void bill(@Valid Order.Created event, @DestinationVariable String region) throws Exception {
		OrderStore.Entry entry = this.orders.find(event.id());
		if (entry != null && entry.order().status() != Order.Status.NEW) {
			return;
		}
		if (this.holds.contains(event.sku())) {
			throw new ProductOnHoldException(event.sku());
		}
		Pricing.Price price = this.pricing.ask(event.sku());
		BigDecimal total = (price != null) ? price.price().multiply(BigDecimal.valueOf(event.quantity())) : null;
		Order.Status status = (total != null) ? Order.Status.BILLED : Order.Status.FAILED;
		Order order = new Order(event.id(), event.sku(), event.quantity(), region, status, total);
		if (total != null) {
			this.orders.writeInvoice(order);
		}
		// Refused if another instance was faster
		this.orders.write(order, (entry != null) ? entry.revision() : 0);
	}

}
