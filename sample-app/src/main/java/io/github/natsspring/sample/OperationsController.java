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

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.deadletter.DeadLetter;
import io.github.natsspring.deadletter.DeadLetterException;
import io.github.natsspring.deadletter.DeadLetterId;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.deadletter.RedriveResult;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * What an operator may do, and nobody else: {@link LocalOnly} answers only this machine.
 * An application on a network would have a login here, or Boot's endpoint {@code nats}
 * behind one.
 */
@RestController
@RequestMapping("/operations")
class OperationsController {

	private static final int SHOWN = 20;

	private final NatsListenerRegistry listeners;

	private final DeadLetterOperations deadLetters;

	private final Holds holds;

	private final JsonMapper json;

	OperationsController(NatsListenerRegistry listeners, DeadLetterOperations deadLetters, Holds holds,
			JsonMapper json) {
		this.listeners = listeners;
		this.deadLetters = deadLetters;
		this.holds = holds;
		this.json = json;
	}

	/** In this instance; others go on. */
	@PostMapping("/billing/pause")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void pause() {
		this.listeners.pause(Billing.LISTENER);
	}

	@PostMapping("/billing/resume")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void resume() {
		this.listeners.resume(Billing.LISTENER);
	}

	@GetMapping("/dead-letters")
	List<Letter> deadLetters() {
		return this.deadLetters.list(DeadLetterQuery.ofStream("ORDERS").max(SHOWN)).stream().map(this::letter).toList();
	}

	@PostMapping("/dead-letters/redrive")
	Redriven redrive() {
		RedriveResult result = this.deadLetters.redriveAll(DeadLetterQuery.ofStream("ORDERS"));
		return new Redriven(result.redriven(), result.failed().size());
	}

	@PostMapping("/dead-letters/{id}/redrive")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void redrive(@PathVariable String id) {
		this.deadLetters.redrive(parse(id));
	}

	@PutMapping("/holds/{sku}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void hold(@PathVariable @Pattern(regexp = Order.SKU, message = Order.NO_SKU) String sku) {
		this.holds.add(sku);
	}

	@DeleteMapping("/holds/{sku}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void release(@PathVariable @Pattern(regexp = Order.SKU, message = Order.NO_SKU) String sku) {
		this.holds.remove(sku);
	}

	private static DeadLetterId parse(String id) {
		try {
			return DeadLetterId.parse(id);
		}
		catch (IllegalArgumentException ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, ex.getMessage());
		}
	}

	private Letter letter(DeadLetter letter) {
		Order.Created event = event(letter.id());
		return new Letter(letter.id().toString(), (event != null) ? event.id() : null,
				(event != null) ? event.sku() : null, letter.origin().subject(), letter.exceptionMessage(),
				letter.storedAt());
	}

	private Order.@Nullable Created event(DeadLetterId id) {
		try {
			return this.json.readValue(this.deadLetters.payload(id), Order.Created.class);
		}
		catch (JacksonException | DeadLetterException ex) {
			// That may be why it is a dead letter, or it was redriven meanwhile
			return null;
		}
	}

	record Letter(String id, @Nullable UUID order, @Nullable String sku, String subject, String reason,
			Instant storedAt) {
	}

	record Redriven(int redriven, int failed) {
	}

}
