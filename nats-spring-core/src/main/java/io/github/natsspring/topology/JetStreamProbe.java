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
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.NatsException;
import io.github.natsspring.connection.Redaction;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ApiResponse;
import io.nats.client.api.ConsumerInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;

/**
 * Asks the JetStream API about what an application uses, for health and for the actuator
 * endpoint: on a thread of its own, all at once, and only about what the application may
 * ask for anyway. Who wants to know waits for a bounded time, and not for what was
 * answered a moment ago.
 */
public final class JetStreamProbe implements DisposableBean {

	/**
	 * How long an answer is good for.
	 */
	public static final Duration MAX_AGE = Duration.ofSeconds(2);

	// What is wrong should not look so for longer than it is
	private static final Duration MAX_AGE_OF_PROBLEMS = Duration.ofMillis(500);

	/**
	 * How long an answer may take at the longest.
	 */
	public static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(2);

	private static final String JETSTREAM = "JetStream";

	// For the thread to begin, and to end
	private static final Duration MARGIN = Duration.ofMillis(500);

	private final ConnectionHolder holder;

	private final JetStreamOptions options;

	private final Supplier<Set<String>> streams;

	private final Duration timeout;

	private final ThreadPoolExecutor executor;

	private final ReentrantLock lock = new ReentrantLock();

	private @Nullable CompletableFuture<Result> running;

	private @Nullable Result last;

	/**
	 * Create a probe. The server is not asked yet.
	 * @param holder the connection
	 * @param options domain or API prefix, and the timeout of requests, of which at most
	 * {@link #LONGEST_TIMEOUT} are used
	 * @param streams the names of the streams in use, each time they are needed
	 */
	public JetStreamProbe(ConnectionHolder holder, JetStreamOptions options, Supplier<Set<String>> streams) {
		this.holder = holder;
		Duration requested = options.getRequestTimeout();
		this.timeout = (requested != null && requested.compareTo(LONGEST_TIMEOUT) < 0) ? requested : LONGEST_TIMEOUT;
		this.options = JetStreamOptions.builder(options).requestTimeout(this.timeout).build();
		this.streams = streams;
		this.executor = new ThreadPoolExecutor(2, 2, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), (task) -> {
			Thread thread = new Thread(task, "nats-probe-" + holder.getName());
			thread.setDaemon(true);
			return thread;
		});
		this.executor.allowCoreThreadTimeOut(true);
	}

	/**
	 * Whether JetStream answers for the streams in use. Does not ask while the connection
	 * is lost, nor where nothing is in use. Waits at the longest for the timeout of a
	 * request and half a second; several callers share the answer.
	 * @return what it said; the last two seconds count as now, and the last half second
	 * if something was wrong
	 */
	public Result check() {
		CompletableFuture<Result> current;
		boolean begun = false;
		this.lock.lock();
		try {
			Result known = this.last;
			if (known != null && known.isFresh()) {
				return known;
			}
			current = this.running;
			if (current == null) {
				current = submit(this::ask).exceptionally(JetStreamProbe::failed);
				this.running = current;
				begun = true;
			}
		}
		finally {
			this.lock.unlock();
		}
		if (begun) {
			// Not under the lock: what has ended by now runs it at once
			CompletableFuture<Result> started = current;
			started.whenComplete((result, ex) -> ended(started, result));
		}
		return await(current, new Result(Instant.now(), Map.of(JETSTREAM, "no answer within " + text())));
	}

	private static Result failed(Throwable ex) {
		Throwable cause = (ex instanceof CompletionException && ex.getCause() != null) ? ex.getCause() : ex;
		return new Result(Instant.now(), Map.of(JETSTREAM, "could not be asked: "
				+ Redaction.redact(cause.getClass().getSimpleName() + ": " + cause.getMessage())));
	}

	/**
	 * Look consumers up, all at once. Waits at the longest for the timeout of a request
	 * and half a second.
	 * @param consumers the consumers
	 * @return those of which the server told in time; empty while the connection is lost
	 */
	public Map<ConsumerId, ConsumerInfo> consumers(Collection<ConsumerId> consumers) {
		return await(submit(() -> lookUp(consumers)), Map.of());
	}

	private void ended(CompletableFuture<Result> started, @Nullable Result result) {
		this.lock.lock();
		try {
			this.last = result;
			if (this.running == started) {
				this.running = null;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private <T> CompletableFuture<T> submit(Supplier<T> task) {
		try {
			return CompletableFuture.supplyAsync(task, this.executor);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private <T> T await(CompletableFuture<T> future, T otherwise) {
		try {
			return future.get(this.timeout.plus(MARGIN).toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return otherwise;
		}
		catch (ExecutionException | TimeoutException ex) {
			return otherwise;
		}
	}

	private Result ask() {
		Map<String, String> problems = new TreeMap<>();
		Set<String> names = new TreeSet<>(this.streams.get());
		JetStreamApi api = api();
		if (api == null || names.isEmpty()) {
			return new Result(Instant.now(), null);
		}
		await(names, api::stream, (name, info) -> {
		}, (name, failure) -> problems.put(name, Redaction.redact(failure.description())));
		return new Result(Instant.now(), problems);
	}

	private Map<ConsumerId, ConsumerInfo> lookUp(Collection<ConsumerId> consumers) {
		Map<ConsumerId, ConsumerInfo> found = new LinkedHashMap<>();
		JetStreamApi api = api();
		if (api != null) {
			await(consumers, api::consumer, found::put, (id, failure) -> {
			});
		}
		return found;
	}

	private static <K, T extends ApiResponse<T>> void await(Collection<K> keys, Function<K, ApiCall<T>> request,
			BiConsumer<K, T> success, BiConsumer<K, ApiFailure> failure) {
		Map<K, ApiCall<T>> calls = new LinkedHashMap<>();
		keys.forEach((key) -> calls.computeIfAbsent(key, request));
		calls.forEach((key, call) -> {
			try {
				call.await((answer) -> success.accept(key, answer), (problem) -> failure.accept(key, problem));
			}
			catch (NatsException ex) {
				failure.accept(key, new ApiFailure(ApiFailure.Type.TIMEOUT, 0, String.valueOf(ex.getMessage())));
			}
		});
	}

	private @Nullable JetStreamApi api() {
		Connection connection = this.holder.current();
		return (connection != null && connection.getStatus() == Connection.Status.CONNECTED)
				? new JetStreamApi(connection, this.options) : null;
	}

	private String text() {
		return this.timeout.toMillis() + "ms";
	}

	@Override
	public void destroy() {
		this.executor.shutdownNow();
	}

	/**
	 * What JetStream said.
	 *
	 * @param time when
	 * @param problems what is wrong by the name of the stream, empty if nothing is;
	 * {@code null} if nothing was asked
	 */
	public record Result(Instant time, @Nullable Map<String, String> problems) {

		public Result {
			problems = (problems != null) ? Collections.unmodifiableMap(new TreeMap<>(problems)) : null;
		}

		private boolean isFresh() {
			Duration age = hasProblems() ? MAX_AGE_OF_PROBLEMS : MAX_AGE;
			return this.problems != null && this.time.plus(age).isAfter(Instant.now());
		}

		/**
		 * Whether something is wrong.
		 * @return {@code false} also if nothing was asked
		 */
		public boolean hasProblems() {
			Map<String, String> current = this.problems;
			return current != null && !current.isEmpty();
		}

	}

}
