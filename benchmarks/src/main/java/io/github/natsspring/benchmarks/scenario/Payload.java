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

package io.github.natsspring.benchmarks.scenario;

import java.math.BigDecimal;
import java.util.List;

import tools.jackson.databind.json.JsonMapper;

/**
 * What messages hold.
 */
enum Payload {

	BYTES(new byte[128]), JSON(json()), KILOBYTE(new byte[1024]);

	private final byte[] body;

	Payload(byte[] body) {
		this.body = body;
	}

	byte[] body() {
		return this.body;
	}

	// About 200 bytes
	private static byte[] json() {
		return JsonMapper.builder()
			.build()
			.writeValueAsBytes(
					new Order("7b1c5a52-9f4e-4d53-8c77-0c2f5f7f0a11", "customer-4711", "EUR", new BigDecimal("1249.90"),
							1_790_000_000_000L, List.of(new Line("SKU-1001", 2), new Line("SKU-2002", 1))));
	}

	/**
	 * An order.
	 */
	record Order(String id, String customer, String currency, BigDecimal total, long created, List<Line> lines) {
	}

	/**
	 * A line of an order.
	 */
	record Line(String sku, int quantity) {
	}

}
