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
import java.util.Set;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.NatsTemplate;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.stereotype.Service;

/** Knows the prices, and asks for them: any instance may answer. */
@Service
class Pricing {

	private final NatsTemplate nats;

	private final Set<String> discontinued;

	Pricing(NatsTemplate nats, @Value("${orders.discontinued}") Set<String> discontinued) {
		this.nats = nats;
		this.discontinued = discontinued;
	}

	@Nullable Price ask(String sku) {
		return this.nats.request("price." + sku, null, Price.class);
	}

	@NatsListener(subjects = "price.{sku}", queue = "pricing")
	@Nullable Price quote(@DestinationVariable String sku) {
		// No price is an empty reply; there is no price list, all else has some price
		return this.discontinued.contains(sku) ? null
				: new Price(sku, BigDecimal.valueOf(100 + Math.floorMod(sku.hashCode(), 9900), 2));
	}

	record Price(String sku, BigDecimal price) {
	}

}
