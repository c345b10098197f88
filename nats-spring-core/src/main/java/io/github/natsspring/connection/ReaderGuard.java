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

package io.github.natsspring.connection;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.Options;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Notices that jnats' reader ended with an exception, of which jnats says nothing: the
 * connection would look connected, and receive nothing, until pings remain unanswered.
 * Another connection is made instead.
 */
final class ReaderGuard extends AbstractExecutorService {

	private static final Log logger = LogFactory.getLog(ReaderGuard.class);

	private final ExecutorService delegate;

	private final String name;

	private final Consumer<Throwable> failures;

	private final AtomicBoolean failed = new AtomicBoolean();

	private volatile @Nullable Connection connection;

	private ReaderGuard(ExecutorService delegate, String name, Consumer<Throwable> failures) {
		this.delegate = delegate;
		this.name = name;
		this.failures = failures;
	}

	/**
	 * Have the reader of a connection guarded, on the executor that would run it anyway.
	 * @param builder where the executor is set
	 * @param options what was built of it
	 * @param name the name of the connection
	 * @param failures told why a reader ended, on its thread
	 * @return the guard, to be told the connection
	 */
	static ReaderGuard use(Options.Builder builder, Options options, String name, Consumer<Throwable> failures) {
		ExecutorService executor = options.getReaderExecutor();
		// A builder may be used more than once
		ReaderGuard guard = new ReaderGuard((executor instanceof ReaderGuard earlier) ? earlier.delegate : executor,
				name, failures);
		builder.readerExecutor(guard);
		return guard;
	}

	/**
	 * The connection whose reader this is, as soon as there is one.
	 */
	void connected(Connection connection) {
		this.connection = connection;
		reconnectIfFailed();
	}

	@Override
	protected <T> RunnableFuture<T> newTaskFor(Runnable reader, @Nullable T value) {
		return super.newTaskFor(() -> run(reader), value);
	}

	private void run(Runnable reader) {
		try {
			reader.run();
		}
		catch (RuntimeException | Error ex) {
			logger.error("jnats' reader of the connection '%s' failed, a new connection is made".formatted(this.name),
					ex);
			this.failures.accept(ex);
			this.failed.set(true);
			reconnectIfFailed();
			throw ex;
		}
	}

	private void reconnectIfFailed() {
		Connection connection = this.connection;
		if (connection != null && this.failed.compareAndSet(true, false)) {
			// It waits for the reader, and until there is a server
			Thread thread = new Thread(() -> reconnect(connection), "nats-reconnect-" + this.name);
			thread.setDaemon(true);
			thread.start();
		}
	}

	private void reconnect(Connection connection) {
		try {
			connection.forceReconnect();
		}
		catch (IOException | RuntimeException ex) {
			logger.error("The connection '%s' could not be made again after its reader failed".formatted(this.name),
					ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void execute(Runnable task) {
		this.delegate.execute(task);
	}

	@Override
	public void shutdown() {
		this.delegate.shutdown();
	}

	@Override
	public List<Runnable> shutdownNow() {
		return this.delegate.shutdownNow();
	}

	@Override
	public boolean isShutdown() {
		return this.delegate.isShutdown();
	}

	@Override
	public boolean isTerminated() {
		return this.delegate.isTerminated();
	}

	@Override
	public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
		return this.delegate.awaitTermination(timeout, unit);
	}

}
