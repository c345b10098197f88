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

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} for the {@link NatsEndpoint}, which
 * says over HTTP what is wrong with a request.
 */
@EndpointWebExtension(endpoint = NatsEndpoint.class)
@RegisterReflectionForBinding(NatsEndpointWebExtension.ErrorDescriptor.class)
public class NatsEndpointWebExtension {

	private final NatsEndpoint delegate;

	/**
	 * Create an extension.
	 * @param delegate does the work
	 */
	public NatsEndpointWebExtension(NatsEndpoint delegate) {
		this.delegate = delegate;
	}

	/**
	 * Tell of one listener, or of the dead letters of one stream.
	 * @param kind {@code listeners} or {@code dead-letters}
	 * @param name the id of the listener, or the stream of the originals
	 * @param consumer only the letters of this consumer; {@code null} for all
	 * @param after only the letters behind this one; {@code null} for all
	 * @param max how many letters at most, up to 1000; 100 if it is {@code null}
	 * @param connection the connection of the stream; the first one if it is {@code null}
	 * @return the answer; 404 if there is nothing of that name, 400 if a parameter is
	 * wrong
	 */
	@ReadOperation
	public WebEndpointResponse<OperationResponseBody> detail(@Selector String kind, @Selector String name,
			@Nullable String consumer, @Nullable String after, @Nullable Integer max, @Nullable String connection) {
		return respond(kind, name, () -> this.delegate.detail(kind, name, consumer, after, max, connection));
	}

	/**
	 * Pause or resume a listener, or redrive dead letters.
	 * @param kind {@code listeners} or {@code dead-letters}
	 * @param name the id of the listener, or the stream of the originals
	 * @param action {@code pause} or {@code resume} a listener, {@code redrive} letters
	 * @param letter the one letter to redrive; {@code null} for the first ones
	 * @param consumer only the letters of this consumer; {@code null} for all
	 * @param max how many letters at most, up to 1000; 100 if it is {@code null}
	 * @param connection the connection of the stream; the first one if it is {@code null}
	 * @return what came of it; 404 if there is nothing of that name, 400 if a parameter
	 * is wrong
	 */
	@WriteOperation
	public WebEndpointResponse<OperationResponseBody> act(@Selector String kind, @Selector String name, String action,
			@Nullable String letter, @Nullable String consumer, @Nullable Integer max, @Nullable String connection) {
		return respond(kind, name, () -> this.delegate.act(kind, name, action, letter, consumer, max, connection));
	}

	private static WebEndpointResponse<OperationResponseBody> respond(String kind, String name,
			Supplier<@Nullable OperationResponseBody> operation) {
		try {
			OperationResponseBody body = operation.get();
			return (body != null) ? new WebEndpointResponse<>(body)
					: error("There is no '%s' of '%s'".formatted(name, kind), WebEndpointResponse.STATUS_NOT_FOUND);
		}
		catch (NatsEndpoint.UnknownNameException ex) {
			return error(String.valueOf(ex.getReason()), WebEndpointResponse.STATUS_NOT_FOUND);
		}
		catch (InvalidEndpointRequestException ex) {
			return error(String.valueOf(ex.getReason()), WebEndpointResponse.STATUS_BAD_REQUEST);
		}
	}

	private static WebEndpointResponse<OperationResponseBody> error(String text, int status) {
		return new WebEndpointResponse<>(new ErrorDescriptor(text), status);
	}

	/**
	 * Why there is no other answer.
	 *
	 * @param error what is wrong with the request
	 */
	public record ErrorDescriptor(String error) implements OperationResponseBody {
	}

}
