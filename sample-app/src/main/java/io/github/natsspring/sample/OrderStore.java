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

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import io.nats.client.KeyValue;
import io.nats.client.ObjectStore;
import io.nats.client.api.KeyValueEntry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Repository;

@Repository
class OrderStore {

	private final KeyValue orders;

	private final ObjectStore invoices;

	private final JsonMapper json;

	OrderStore(@Qualifier("order-status") KeyValue orders, @Qualifier("invoices") ObjectStore invoices,
			JsonMapper json) {
		this.orders = orders;
		this.invoices = invoices;
		this.json = json;
	}

	@Nullable Entry find(UUID id) throws Exception {
		KeyValueEntry entry = this.orders.get(id.toString());
		return (entry != null) ? new Entry(this.json.readValue(entry.getValue(), Order.class), entry.getRevision())
				: null;
	}

	/** Refused unless the bucket is at this revision of the order, 0 for none. */
	void write(Order order, long revision) throws Exception {
		this.orders.update(order.id().toString(), this.json.writeValueAsBytes(order), revision);
	}

	void writeInvoice(Order order) throws Exception {
		String text = """
				Invoice for order %s
				%d x %s
				Total: %s
				""".formatted(order.id(), order.quantity(), order.sku(), order.total());
		this.invoices.put(order.id().toString(), text.getBytes(StandardCharsets.UTF_8));
	}

	@Nullable String findInvoice(UUID id) throws Exception {
		if (this.invoices.getInfo(id.toString()) == null) {
			return null;
		}
		ByteArrayOutputStream text = new ByteArrayOutputStream();
		this.invoices.get(id.toString(), text);
		return text.toString(StandardCharsets.UTF_8);
	}

	record Entry(Order order, long revision) {
	}

}
