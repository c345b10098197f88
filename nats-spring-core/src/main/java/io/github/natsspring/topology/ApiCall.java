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

package io.github.natsspring.topology;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.natsspring.connection.NatsException;
import io.nats.client.Connection;
import io.nats.client.JetStreamStatusException;
import io.nats.client.Message;
import io.nats.client.api.ApiResponse;

/**
 * A request to the JetStream API that is under way.
 *
 * @param <T> the type of the answer
 */
final class ApiCall<T extends ApiResponse<T>> {

	private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(20);

	private final Connection connection;

	private final Future<Message> answer;

	private final Function<Message, T> reader;

	private final Duration timeout;

	private final long deadline;

	private final Refusal refusal;

	ApiCall(Connection connection, Future<Message> answer, Function<Message, T> reader, Duration timeout,
			Refusal refusal) {
		this.connection = connection;
		this.answer = answer;
		this.reader = reader;
		this.timeout = timeout;
		this.refusal = refusal;
		this.deadline = System.nanoTime() + timeout.toNanos();
	}

	/**
	 * Wait for the answer, at most until the timeout since the request was sent.
	 * @param success what to do with the answer
	 * @param failure what to do if there is none, or an error
	 */
	void await(Consumer<T> success, Consumer<ApiFailure> failure) {
		try {
			Message message = answer();
			T response = this.reader.apply(message);
			if (response.hasError()) {
				String description = response.getDescription();
				failure.accept(new ApiFailure(ApiFailure.Type.REFUSED, Math.max(0, response.getApiErrorCode()),
						(description != null) ? description : "error " + response.getErrorCode()));
			}
			else {
				success.accept(response);
			}
		}
		catch (TimeoutException ex) {
			this.answer.cancel(true);
			String refused = this.refusal.text();
			failure.accept(new ApiFailure(ApiFailure.Type.TIMEOUT, 0,
					(refused != null) ? refused : "no answer within " + print(this.timeout)));
		}
		catch (CancellationException ex) {
			// jnats cancels what is open when it loses the connection, and what nobody
			// listens to
			failure.accept((this.connection.getStatus() == Connection.Status.CONNECTED) ? noResponders()
					: disconnected(this.connection));
		}
		catch (ExecutionException ex) {
			failure.accept((ex.getCause() instanceof JetStreamStatusException) ? noResponders()
					: new ApiFailure(ApiFailure.Type.DISCONNECTED, 0, String.valueOf(ex.getCause())));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new NatsException("Interrupted while waiting for the JetStream API", ex);
		}
	}

	private Message answer() throws TimeoutException, ExecutionException, InterruptedException {
		while (true) {
			long left = Math.max(0, this.deadline - System.nanoTime());
			try {
				return this.answer.get(Math.min(left, SLICE), TimeUnit.NANOSECONDS);
			}
			catch (TimeoutException ex) {
				if (left <= SLICE || this.refusal.text() != null) {
					throw ex;
				}
			}
		}
	}

	static ApiFailure disconnected(Connection connection) {
		return new ApiFailure(ApiFailure.Type.DISCONNECTED, 0,
				"the connection is " + connection.getStatus().name().toLowerCase(Locale.ROOT));
	}

	private static ApiFailure noResponders() {
		return new ApiFailure(ApiFailure.Type.NO_RESPONDERS, 0, "nobody answers");
	}

	private static String print(Duration duration) {
		return duration.toMillis() + "ms";
	}

}
