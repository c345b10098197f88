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

package io.github.natsspring.boot.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.natsspring.boot.actuate.NatsDescriptor.ConnectionDescriptor;
import io.github.natsspring.boot.actuate.NatsDescriptor.DeadLettersDescriptor;
import io.github.natsspring.boot.actuate.NatsDescriptor.LetterDescriptor;
import io.github.natsspring.boot.actuate.NatsDescriptor.ListenerDescriptor;
import io.github.natsspring.boot.actuate.NatsDescriptor.RedriveDescriptor;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.NatsException;
import io.github.natsspring.deadletter.DeadLetterException;
import io.github.natsspring.deadletter.DeadLetterId;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.deadletter.RedriveResult;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@link Endpoint} that tells of connections, topology, listeners and dead letters, and
 * that pauses and resumes listeners and redrives dead letters. Shows no payload, no
 * header, no text of an exception of a handler, and no credentials.
 */
@Endpoint(id = "nats")
@RegisterReflectionForBinding({ NatsDescriptor.class, DeadLettersDescriptor.class, ListenerDescriptor.class,
		RedriveDescriptor.class })
public class NatsEndpoint {

	static final String LISTENERS = "listeners";

	static final String DEAD_LETTERS = "dead-letters";

	// As many as are read in a request
	private static final int LONGEST_LIST = 1000;

	private final Supplier<List<NatsEndpointConnection>> connections;

	private final NatsListenerEndpointRegistry registry;

	/**
	 * Create an endpoint.
	 * @param connections gives the connections, the first one first
	 * @param registry the listeners of all connections
	 */
	public NatsEndpoint(Supplier<List<NatsEndpointConnection>> connections, NatsListenerEndpointRegistry registry) {
		this.connections = connections;
		this.registry = registry;
	}

	/**
	 * Tell of everything.
	 * @return all connections
	 */
	@ReadOperation
	public NatsDescriptor nats() {
		Map<String, ConnectionDescriptor> described = new LinkedHashMap<>();
		for (NatsEndpointConnection connection : this.connections.get()) {
			described.put(connection.holder().getName(), report(connection).describe());
		}
		return new NatsDescriptor(described);
	}

	/**
	 * Tell of one listener, or of the dead letters of one stream.
	 * @param kind {@code listeners} or {@code dead-letters}
	 * @param name the id of the listener, or the stream of the originals
	 * @param consumer only the letters of this consumer; {@code null} for all
	 * @param after only the letters behind this one; {@code null} for all
	 * @param max how many letters at most, up to 1000; 100 if it is {@code null}
	 * @param connection the connection of the stream; the first one if it is {@code null}
	 * @return the answer, or {@code null} if there is nothing of that name
	 * @throws InvalidEndpointRequestException if a parameter is wrong
	 */
	@ReadOperation
	public @Nullable OperationResponseBody detail(@Selector String kind, @Selector String name,
			@Nullable String consumer, @Nullable String after, @Nullable Integer max, @Nullable String connection) {
		return switch (kind) {
			case LISTENERS -> listener(name);
			case DEAD_LETTERS -> {
				DeadLetterQuery query = query(name, consumer, after, max);
				yield withDeadLetters(connection, (deadLetters) -> new DeadLettersDescriptor(deadLetters.count(name),
						deadLetters.list(query).stream().map(LetterDescriptor::of).toList()));
			}
			default -> null;
		};
	}

	/**
	 * Pause or resume a listener, or redrive dead letters. Redriving runs the listener on
	 * the calling thread, for one letter after the other.
	 * @param kind {@code listeners} or {@code dead-letters}
	 * @param name the id of the listener, or the stream of the originals
	 * @param action {@code pause} or {@code resume} a listener, {@code redrive} letters
	 * @param letter the one letter to redrive; {@code null} for the first ones
	 * @param consumer only the letters of this consumer; {@code null} for all
	 * @param max how many letters at most, up to 1000; 100 if it is {@code null}
	 * @param connection the connection of the stream; the first one if it is {@code null}
	 * @return how the listener is doing now, or what became of the letters
	 * @throws InvalidEndpointRequestException if a parameter is wrong, or there is
	 * nothing of that name
	 */
	@WriteOperation
	public @Nullable OperationResponseBody act(@Selector String kind, @Selector String name, String action,
			@Nullable String letter, @Nullable String consumer, @Nullable Integer max, @Nullable String connection) {
		return switch (kind) {
			case LISTENERS -> control(name, action);
			case DEAD_LETTERS -> {
				if (!"redrive".equals(action)) {
					throw unknown(action, "only 'redrive' for dead letters");
				}
				DeadLetterQuery query = query(name, consumer, null, max);
				DeadLetterId id = id(letter);
				yield withDeadLetters(connection, (deadLetters) -> (id != null) ? redrive(deadLetters, name, id)
						: redriveAll(deadLetters, query));
			}
			default -> throw new UnknownNameException(
					"There is nothing called '%s', only '%s' and '%s'".formatted(kind, LISTENERS, DEAD_LETTERS));
		};
	}

	private @Nullable ListenerDescriptor listener(String id) {
		return this.connections.get()
			.stream()
			.map((connection) -> report(connection).listener(id))
			.filter((listener) -> listener != null)
			.findFirst()
			.orElse(null);
	}

	private @Nullable ListenerDescriptor control(String id, String action) {
		if (this.registry.getListenerContainer(id) == null) {
			throw new UnknownNameException("There is no listener '%s'".formatted(id));
		}
		try {
			switch (action) {
				case "pause" -> this.registry.pause(id);
				case "resume" -> this.registry.resume(id);
				default -> throw unknown(action, "only 'pause' and 'resume' for listeners");
			}
		}
		catch (UnsupportedOperationException | IllegalArgumentException ex) {
			// It cannot be paused, or has gone meanwhile
			throw invalid(String.valueOf(ex.getMessage()));
		}
		return listener(id);
	}

	private static RedriveDescriptor redrive(DeadLetterOperations deadLetters, String stream, DeadLetterId id) {
		try {
			String origin = deadLetters.inspect(id).origin().stream();
			if (!origin.equals(stream)) {
				return new RedriveDescriptor(0,
						Map.of(id.toString(), "it is a letter of stream '%s'".formatted(origin)));
			}
			deadLetters.redrive(id);
			return new RedriveDescriptor(1, Map.of());
		}
		catch (DeadLetterException ex) {
			return new RedriveDescriptor(0, Map.of(id.toString(), reason(ex)));
		}
	}

	private static RedriveDescriptor redriveAll(DeadLetterOperations deadLetters, DeadLetterQuery query) {
		RedriveResult result = deadLetters.redriveAll(query);
		Map<String, String> failed = new LinkedHashMap<>();
		result.failed().forEach((id, ex) -> failed.put(id.toString(), reason(ex)));
		return new RedriveDescriptor(result.redriven(), failed);
	}

	/**
	 * What a handler throws may have the payload in its text.
	 */
	private static String reason(DeadLetterException ex) {
		Throwable cause = ex.getCause();
		return (cause == null || cause.getClass() == NatsException.class) ? String.valueOf(ex.getMessage())
				: "its listener failed again, with " + cause.getClass().getName();
	}

	private <T> @Nullable T withDeadLetters(@Nullable String connection, Function<DeadLetterOperations, T> function) {
		String name = (connection != null) ? connection : ConnectionHolder.DEFAULT_NAME;
		for (NatsEndpointConnection candidate : this.connections.get()) {
			if (candidate.holder().getName().equals(name)) {
				DeadLetterOperations deadLetters = candidate.deadLetters();
				return (deadLetters != null) ? function.apply(deadLetters) : null;
			}
		}
		throw invalid("There is no connection '%s'".formatted(name));
	}

	private ConnectionReport report(NatsEndpointConnection connection) {
		return new ConnectionReport(connection, this.registry);
	}

	private static DeadLetterQuery query(String stream, @Nullable String consumer, @Nullable String after,
			@Nullable Integer max) {
		int count = (max != null) ? max : DeadLetterQuery.DEFAULT_MAX;
		if (count < 1 || count > LONGEST_LIST) {
			throw invalid("'max' must be between 1 and %d, and is %d".formatted(LONGEST_LIST, count));
		}
		return new DeadLetterQuery(stream, consumer, id(after), count);
	}

	private static @Nullable DeadLetterId id(@Nullable String text) {
		try {
			return (text != null) ? DeadLetterId.parse(text) : null;
		}
		catch (IllegalArgumentException ex) {
			throw invalid(String.valueOf(ex.getMessage()));
		}
	}

	private static InvalidEndpointRequestException unknown(String action, String known) {
		return invalid("There is no action '%s', %s".formatted(action, known));
	}

	private static InvalidEndpointRequestException invalid(String message) {
		return new InvalidEndpointRequestException(message, message);
	}

	/**
	 * There is nothing of the name that is asked for.
	 */
	static final class UnknownNameException extends InvalidEndpointRequestException {

		UnknownNameException(String message) {
			super(message, message);
		}

	}

}
