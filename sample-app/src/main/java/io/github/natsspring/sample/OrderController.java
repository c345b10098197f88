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

import java.net.URI;
import java.util.Set;
import java.util.UUID;

import io.github.natsspring.core.JetStreamTemplate;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.server.ResponseStatusException;

@RestController
class OrderController {

	private final JetStreamTemplate jetStream;

	private final OrderStore orders;

	private final Pricing pricing;

	private final Set<String> regions;

	OrderController(JetStreamTemplate jetStream, OrderStore orders, Pricing pricing,
			@Value("${orders.regions}") Set<String> regions) {
		this.jetStream = jetStream;
		this.orders = orders;
		this.pricing = pricing;
		this.regions = regions;
	}

	@PostMapping("/orders")
	ResponseEntity<Order> create(@Valid @RequestBody NewOrder body) throws Exception {
		if (!this.regions.contains(body.region())) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "region must be one of " + this.regions);
		}
		UUID id = UUID.randomUUID();
		Order order = new Order(id, body.sku(), body.quantity(), body.region(), Order.Status.NEW, null);
		// Before the event, so that billing always comes second
		this.orders.write(order, 0);
		this.jetStream.publish("orders." + body.region() + ".created",
				new Order.Created(id, body.sku(), body.quantity()),
				(options) -> options.messageId(id.toString()).expectedStream("ORDERS"));
		return ResponseEntity.created(URI.create("/orders/" + id)).body(order);
	}

	@GetMapping("/orders/{id}")
	Order order(@PathVariable UUID id) throws Exception {
		return found(this.orders.find(id), "order " + id).order();
	}

	@GetMapping(path = "/orders/{id}/invoice", produces = "text/plain")
	String invoice(@PathVariable UUID id) throws Exception {
		return found(this.orders.findInvoice(id), "invoice of order " + id);
	}

	@GetMapping("/quotes/{sku}")
	Pricing.Price quote(@PathVariable @Pattern(regexp = Order.SKU, message = Order.NO_SKU) String sku) {
		return found(this.pricing.ask(sku), "price of " + sku);
	}

	private static <T> T found(@Nullable T value, String what) {
		if (value == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no " + what);
		}
		return value;
	}

	@ExceptionHandler
	ProblemDetail unknown(MethodArgumentTypeMismatchException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, "There is no order " + ex.getValue());
	}

	record NewOrder(
			@NotNull(message = "sku is missing") @Pattern(regexp = Order.SKU, message = Order.NO_SKU) String sku,
			@Min(value = 1, message = "quantity must be at least 1") int quantity,
			@NotNull(message = "region is missing") String region) {
	}

}
