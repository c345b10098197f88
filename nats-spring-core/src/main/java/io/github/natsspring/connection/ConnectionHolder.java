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

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.nats.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.ClassUtils;

/**
 * Owns the connection: makes it in an early phase of the lifecycle or at first use and
 * never in a constructor, tells observers of its epochs, replaces it when jnats closed it
 * for good, and drains and closes it after everything else has stopped. It can be stopped
 * and started again.
 */
public final class ConnectionHolder implements SmartLifecycle, DisposableBean, ApplicationContextAware {

	/**
	 * The phase of the connection: before everything that may need it.
	 */
	public static final int PHASE = Integer.MIN_VALUE + 1000;

	/**
	 * The name of the connection that is meant where none is named.
	 */
	public static final String DEFAULT_NAME = "default";

	// Each listener bounds its own stop, commonly far below this
	private static final Duration USERS_TIMEOUT = Duration.ofMinutes(5);

	private static final Log logger = LogFactory.getLog(ConnectionHolder.class);

	private final String name;

	private final CurrentConnection current;

	private final Set<ConnectionUser> users = new CopyOnWriteArraySet<>();

	public ConnectionHolder(ConnectionSettings settings) {
		this.name = settings.name();
		this.current = new CurrentConnection(settings);
	}

	/**
	 * Set the context whose end this takes part in: once it has begun, a connection is
	 * made at need although this was stopped, until this is destroyed.
	 */
	@Override
	public void setApplicationContext(ApplicationContext context) {
		if (context instanceof ConfigurableApplicationContext configurable) {
			this.current.setClosing(configurable::isClosed);
		}
	}

	/**
	 * The raw jnats connection, made now if there is none yet.
	 * @return the connection; it may be reconnecting, then jnats buffers what is sent
	 * @throws NatsConnectException if no connection could be made
	 * @throws NatsNotConnectedException in {@link StartupMode#BACKGROUND}, if there is no
	 * connection yet, and in both modes while a connection that jnats closed is replaced
	 * and between a stop and the next start, unless the application ends
	 */
	public Connection get() {
		return this.current.require().connection();
	}

	/**
	 * The raw jnats connection if there is one; never connects.
	 * @return the connection, or {@code null}
	 */
	public @Nullable Connection current() {
		return this.current.connection();
	}

	/**
	 * Why the connection cannot be used at the moment, such as a refused login; never
	 * connects and never waits.
	 * @return the last failure, without credentials, or {@code null} if there is a
	 * connection or no failure is known
	 */
	public @Nullable String getProblem() {
		return this.current.problem();
	}

	/**
	 * The name of the connection, for log messages and {@code @NatsListener}.
	 * @return the name
	 */
	public String getName() {
		return this.name;
	}

	/**
	 * An object over the current connection, made once in each epoch.
	 * @param <T> the type of the object
	 * @param factory makes the object
	 * @return gives the object of the current epoch; throws what {@link #get()} throws,
	 * and {@link NatsException} when the object cannot be made
	 */
	public <T> Supplier<T> context(ContextFactory<T> factory) {
		return () -> this.current.require().context(factory);
	}

	/**
	 * A bean that passes each call on to an object over the current connection. It also
	 * implements {@link NatsDelegate}.
	 * @param <T> the interface of the bean
	 * @param type the interface of the bean
	 * @param factory makes the object that calls go to, once in each epoch
	 * @return the bean
	 */
	public <T> T delegate(Class<T> type, ContextFactory<? extends T> factory) {
		String description = "%s of connection '%s'".formatted(type.getSimpleName(), this.name);
		Supplier<? extends T> target = context(factory);
		return type.cast(Proxy.newProxyInstance(loader(type), new Class<?>[] { type, NatsDelegate.class },
				new DelegateInvocationHandler(target, description, this.current.subjects())));
	}

	/**
	 * One that knows both: jnats may be in a parent of where this class is, and what a
	 * user passes in a child.
	 */
	private static @Nullable ClassLoader loader(Class<?> type) {
		ClassLoader own = NatsDelegate.class.getClassLoader();
		return ClassUtils.isVisible(type, own) ? own : type.getClassLoader();
	}

	/**
	 * Add something to be done before the connection is handed to anybody.
	 * @param initializer what to do; called in the order of addition
	 */
	public void addInitializer(ConnectionInitializer initializer) {
		this.current.addInitializer(initializer);
	}

	/**
	 * Add an observer. If there is a connection already, the observer is told of it, on
	 * the thread for observers.
	 * @param observer the observer
	 */
	public void addObserver(ConnectionObserver observer) {
		this.current.events().addObserver(observer);
	}

	/**
	 * Remove an observer. A call that is under way may still reach it.
	 * @param observer the observer
	 */
	public void removeObserver(ConnectionObserver observer) {
		this.current.events().removeObserver(observer);
	}

	/**
	 * Add an observer of all errors that a server reports, none of which is left out
	 * however many there are.
	 * @param observer takes the raw jnats connection and the text; called on the thread
	 * of jnats, so that it must not wait
	 * @see ConnectionObserver#serverError(Connection, String)
	 */
	public void addErrorObserver(BiConsumer<Connection, String> observer) {
		this.current.events().addErrorObserver(observer);
	}

	/**
	 * Wait until the observers of errors have been told of all that a server has reported
	 * on a connection up to now.
	 * @param connection the raw jnats connection
	 * @param timeout how long to wait
	 * @throws TimeoutException if it takes longer, or the connection is closed
	 * @throws InterruptedException if the thread is interrupted
	 */
	public void awaitErrors(Connection connection, Duration timeout) throws TimeoutException, InterruptedException {
		this.current.events().awaitErrors(connection, timeout);
	}

	/**
	 * Add something that {@link #stop()} waits for. Spring stops a lower phase while a
	 * higher one still stops, when a bean of the lower phase depends on one of the
	 * higher, so that the order of the phases alone does not keep the connection open.
	 * @param user what needs the connection until it has stopped; adding it again changes
	 * nothing
	 */
	public void addUser(ConnectionUser user) {
		this.users.add(user);
	}

	@Override
	public void start() {
		this.current.start();
	}

	@Override
	public void stop() {
		this.users.forEach(this::await);
		this.current.stop();
	}

	private void await(ConnectionUser user) {
		try {
			if (!user.awaitStopped(USERS_TIMEOUT)) {
				logger.warn("The connection '%s' is closed although not all of its listeners have stopped within %s"
					.formatted(this.name, USERS_TIMEOUT));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.current.isRunning();
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public void destroy() {
		this.current.destroy();
	}

}
