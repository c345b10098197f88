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

package io.github.natsspring.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.connection.ConnectionUser;
import io.github.natsspring.deadletter.DeadLetterOrigin;
import io.github.natsspring.deadletter.RedriveTarget;
import io.github.natsspring.deadletter.RedriveTargets;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsListenerException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

/**
 * Holds the containers of all listeners, by id, and starts and stops them with the
 * application. Containers are no beans. All methods may be called by any thread.
 */
public class NatsListenerEndpointRegistry
		implements NatsListenerRegistry, SmartLifecycle, RedriveTargets, BeanFactoryAware {

	/**
	 * The phase of listeners: they start last and stop first.
	 */
	public static final int PHASE = Integer.MAX_VALUE - 100;

	private static final Duration STOP_PATIENCE = Duration.ofMinutes(5);

	private static final Log logger = LogFactory.getLog(NatsListenerEndpointRegistry.class);

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<String, Registration> registrations = new LinkedHashMap<>();

	// Started again although they do not start by themselves
	private final Set<MessageListenerContainer> resuming = ConcurrentHashMap.newKeySet();

	private final RegistrationObservers observers = new RegistrationObservers();

	private @Nullable BeanFactory beanFactory;

	private volatile boolean running;

	// Open while listeners stop
	private volatile CountDownLatch stopped = new CountDownLatch(0);

	private final ConnectionUser connectionUser = this::awaitStopped;

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public MessageListenerContainer registerListener(NatsListenerEndpoint endpoint) {
		BeanFactory beanFactory = this.beanFactory;
		Assert.state(beanFactory != null, "Without a bean factory there is no default container factory");
		return registerListener(endpoint,
				beanFactory.getBean(NatsListenerBeanNames.CONTAINER_FACTORY, NatsListenerContainerFactory.class));
	}

	@Override
	public MessageListenerContainer registerListener(NatsListenerEndpoint endpoint,
			NatsListenerContainerFactory factory) {
		// Without the lock, since it may ask for beans that another thread makes
		NatsListenerEndpoint complete = factory.complete(endpoint);
		checkDistinct(complete, factory);
		MessageListenerContainer container = factory.createContainer(complete);
		factory.addConnectionUser(this.connectionUser);
		this.lock.lock();
		try {
			checkDistinct(complete, factory);
			this.registrations.put(complete.getId(), new Registration(complete, container, factory));
			this.observers.added(complete, container, factory.getConnectionName());
		}
		finally {
			this.lock.unlock();
		}
		if (this.running && container.isAutoStartup()) {
			startLate(container);
		}
		return container;
	}

	private void startLate(MessageListenerContainer container) {
		try {
			container.start();
		}
		catch (RuntimeException | Error ex) {
			// Else its id would be taken when it is tried again
			remove(container);
			throw ex;
		}
		if (!this.running) {
			// Stopped meanwhile, and maybe before this one was started
			container.stop();
		}
	}

	@Override
	public @Nullable MessageListenerContainer unregisterListener(String id) {
		MessageListenerContainer container = getListenerContainer(id);
		if (container != null) {
			// Before anybody else may take its consumer
			container.stop();
			remove(container);
		}
		return container;
	}

	/**
	 * Add an observer. It is told at once of the listeners that are there.
	 * @param observer the observer
	 */
	public void addObserver(NatsListenerRegistrationObserver observer) {
		this.lock.lock();
		try {
			this.observers.add(observer);
			this.registrations.values()
				.forEach((registration) -> RegistrationObservers.added(observer, registration.endpoint(),
						registration.container(), registration.factory().getConnectionName()));
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Remove an observer.
	 * @param observer the observer
	 */
	public void removeObserver(NatsListenerRegistrationObserver observer) {
		this.observers.remove(observer);
	}

	private void remove(MessageListenerContainer container) {
		this.lock.lock();
		try {
			if (this.registrations.values().removeIf((registration) -> registration.container() == container)) {
				this.observers.removed(container);
			}
		}
		finally {
			this.lock.unlock();
		}
		this.resuming.remove(container);
	}

	private static boolean isSameConnection(NatsListenerContainerFactory factory, @Nullable String connection) {
		String own = factory.getConnectionName();
		return own == null || connection == null || own.equals(connection);
	}

	private void checkDistinct(NatsListenerEndpoint endpoint, NatsListenerContainerFactory factory) {
		this.lock.lock();
		try {
			this.registrations.values()
				.forEach((other) -> checkDistinct(endpoint, other.endpoint(),
						isSameConnection(factory, other.factory().getConnectionName())));
		}
		finally {
			this.lock.unlock();
		}
	}

	private void checkDistinct(NatsListenerEndpoint endpoint, NatsListenerEndpoint other, boolean sameConnection) {
		if (endpoint.getId().equals(other.getId())) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its id '%s' is also that of %s".formatted(endpoint.getId(), other.getDescription()),
					"Give each listener an 'id' of its own");
		}
		if (ConfiguredListeners.isSame(endpoint.getId(), other.getId())) {
			throw new NatsListenerException(endpoint.getDescription(),
					("its id '%s' and '%s', that of %s, differ only in case, '-' and '_', and nats.listeners.<id>"
							+ " cannot tell them apart")
						.formatted(endpoint.getId(), other.getId(), other.getDescription()),
					"Give one of them another 'id'");
		}
		String consumer = endpoint.getConsumer();
		String stream = endpoint.getStream();
		if (sameConnection && consumer != null && stream != null && consumer.equals(other.getConsumer())
				&& stream.equals(other.getStream())) {
			throw new NatsListenerException(endpoint.getDescription(),
					"the consumer '%s' of stream '%s' already has the listener %s".formatted(consumer, stream,
							other.getDescription()),
					"Give each listener a consumer of its own, since each message of a consumer goes to one listener only");
		}
	}

	@Override
	public @Nullable MessageListenerContainer getListenerContainer(String id) {
		this.lock.lock();
		try {
			Registration registration = this.registrations.get(id);
			return (registration != null) ? registration.container() : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * All listeners.
	 * @return a copy, in the order of registration
	 */
	public Collection<NatsListenerEndpoint> getEndpoints() {
		this.lock.lock();
		try {
			return this.registrations.values().stream().map(Registration::endpoint).toList();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public Set<String> getListenerContainerIds() {
		this.lock.lock();
		try {
			return new LinkedHashSet<>(this.registrations.keySet());
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public Collection<MessageListenerContainer> getListenerContainers() {
		this.lock.lock();
		try {
			return this.registrations.values().stream().map(Registration::container).toList();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The containers over one connection.
	 * @param connection the name of the connection
	 * @return a copy, in the order of registration, with those whose connection is not
	 * known
	 */
	public Collection<MessageListenerContainer> getListenerContainers(String connection) {
		this.lock.lock();
		try {
			return this.registrations.values()
				.stream()
				.filter((registration) -> isSameConnection(registration.factory(), connection))
				.map(Registration::container)
				.toList();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What a listener was declared as.
	 * @param id the id of the listener
	 * @return the endpoint, complete with what the default is or application.yml says, or
	 * {@code null} if there is none
	 */
	public @Nullable NatsListenerEndpoint getEndpoint(String id) {
		this.lock.lock();
		try {
			Registration registration = this.registrations.get(id);
			return (registration != null) ? registration.endpoint() : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Finds the listeners of one connection, for its dead letters.
	 * @param connection the name of the connection
	 * @return finds the listener of a consumer
	 */
	public RedriveTargets redriveTargets(String connection) {
		return (origin) -> find(origin, connection);
	}

	/**
	 * Find the listener of a consumer, for a dead letter.
	 */
	@Override
	public @Nullable RedriveTarget find(DeadLetterOrigin origin) {
		return find(origin, null);
	}

	private @Nullable RedriveTarget find(DeadLetterOrigin origin, @Nullable String connection) {
		Registration found;
		this.lock.lock();
		try {
			found = this.registrations.values()
				.stream()
				.filter((registration) -> origin.stream().equals(registration.endpoint().getStream())
						&& origin.consumer().equals(consumerOf(registration.endpoint()))
						&& isSameConnection(registration.factory(), connection))
				.findFirst()
				.orElse(null);
		}
		finally {
			this.lock.unlock();
		}
		return (found != null) ? found.factory().createRedriveTarget(found.endpoint()) : null;
	}

	private static String consumerOf(NatsListenerEndpoint endpoint) {
		String consumer = endpoint.getConsumer();
		return (consumer != null) ? consumer : EphemeralConsumerSource.nameOf(endpoint);
	}

	@Override
	public void start() {
		if (this.running) {
			return;
		}
		this.running = true;
		try {
			ContainerStarts.start(getListenerContainers().stream()
				.filter((container) -> container.isAutoStartup() || this.resuming.contains(container))
				.toList());
			this.resuming.clear();
		}
		catch (RuntimeException | Error ex) {
			stopAndWait();
			throw ex;
		}
	}

	private void stopAndWait() {
		CountDownLatch stopped = new CountDownLatch(1);
		stop(stopped::countDown);
		try {
			// Each container bounds its own stop, commonly far below this
			if (!stopped.await(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
				logger.warn("Not all listeners stopped within " + STOP_PATIENCE);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void stop() {
		stopAndWait();
	}

	/**
	 * Stop all containers, each on a thread of its own, and return at once.
	 * @param callback called once, when all have stopped
	 */
	@Override
	public void stop(Runnable callback) {
		boolean wasRunning = this.running;
		this.running = false;
		List<MessageListenerContainer> containers = new ArrayList<>(getListenerContainers());
		containers.removeIf((container) -> !container.isRunning() && !isStopping(container));
		if (containers.isEmpty()) {
			callback.run();
			return;
		}
		if (wasRunning) {
			containers.stream().filter((container) -> !container.isAutoStartup()).forEach(this.resuming::add);
		}
		CountDownLatch stopped = new CountDownLatch(1);
		this.stopped = stopped;
		AtomicInteger pending = new AtomicInteger(containers.size());
		for (MessageListenerContainer container : containers) {
			AtomicBoolean done = new AtomicBoolean();
			Runnable once = () -> {
				if (done.compareAndSet(false, true) && pending.decrementAndGet() == 0) {
					stopped.countDown();
					callback.run();
				}
			};
			Thread thread = new Thread(() -> stop(container, once), "nats-stop-" + container.getListenerId());
			thread.setDaemon(true);
			thread.start();
		}
	}

	private boolean awaitStopped(Duration timeout) throws InterruptedException {
		return this.stopped.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
	}

	private static boolean isStopping(MessageListenerContainer container) {
		return container.getStatus().state() == ContainerStatus.State.STOPPING;
	}

	private void stop(MessageListenerContainer container, Runnable callback) {
		try {
			container.stop(callback);
		}
		catch (RuntimeException | Error ex) {
			logger.error("The listener '%s' could not be stopped in order".formatted(container.getListenerId()), ex);
			callback.run();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	private record Registration(NatsListenerEndpoint endpoint, MessageListenerContainer container,
			NatsListenerContainerFactory factory) {
	}

}
