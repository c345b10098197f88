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
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.config.ListenerRegistrations.Registration;
import io.github.natsspring.connection.ConnectionUser;
import io.github.natsspring.deadletter.DeadLetterOrigin;
import io.github.natsspring.deadletter.RedriveTarget;
import io.github.natsspring.deadletter.RedriveTargets;
import io.github.natsspring.listener.MessageListenerContainer;
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

	private final ListenerRegistrations registrations = new ListenerRegistrations();

	private final ContainerStops stops = new ContainerStops();

	// Started again although they do not start by themselves
	private final Set<MessageListenerContainer> resuming = ConcurrentHashMap.newKeySet();

	private @Nullable BeanFactory beanFactory;

	private volatile boolean running;

	private final ConnectionUser connectionUser = this.stops::await;

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
		// Holding no lock, since it may ask for beans that another thread makes
		NatsListenerEndpoint complete = factory.complete(endpoint);
		this.registrations.checkDistinct(complete, factory);
		MessageListenerContainer container = factory.createContainer(complete);
		factory.addConnectionUser(this.connectionUser);
		this.registrations.add(new Registration(complete, container, factory));
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
		this.registrations.addObserver(observer);
	}

	/**
	 * Remove an observer.
	 * @param observer the observer
	 */
	public void removeObserver(NatsListenerRegistrationObserver observer) {
		this.registrations.removeObserver(observer);
	}

	private void remove(MessageListenerContainer container) {
		this.registrations.remove(container);
		this.resuming.remove(container);
	}

	@Override
	public @Nullable MessageListenerContainer getListenerContainer(String id) {
		Registration registration = this.registrations.get(id);
		return (registration != null) ? registration.container() : null;
	}

	/**
	 * All listeners.
	 * @return a copy, in the order of registration
	 */
	public Collection<NatsListenerEndpoint> getEndpoints() {
		return this.registrations.all().stream().map(Registration::endpoint).toList();
	}

	@Override
	public Set<String> getListenerContainerIds() {
		return this.registrations.ids();
	}

	@Override
	public Collection<MessageListenerContainer> getListenerContainers() {
		return this.registrations.all().stream().map(Registration::container).toList();
	}

	/**
	 * The containers over one connection.
	 * @param connection the name of the connection
	 * @return a copy, in the order of registration, with those whose connection is not
	 * known
	 */
	public Collection<MessageListenerContainer> getListenerContainers(String connection) {
		return this.registrations.all()
			.stream()
			.filter((registration) -> registration.isOver(connection))
			.map(Registration::container)
			.toList();
	}

	/**
	 * What a listener was declared as.
	 * @param id the id of the listener
	 * @return the endpoint, complete with what the default is or application.yml says, or
	 * {@code null} if there is none
	 */
	public @Nullable NatsListenerEndpoint getEndpoint(String id) {
		Registration registration = this.registrations.get(id);
		return (registration != null) ? registration.endpoint() : null;
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
		Registration found = this.registrations.all()
			.stream()
			.filter((registration) -> registration.isOriginOf(origin) && registration.isOver(connection))
			.findFirst()
			.orElse(null);
		return (found != null) ? found.factory().createRedriveTarget(found.endpoint()) : null;
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
		List<MessageListenerContainer> containers = getListenerContainers().stream()
			.filter(ContainerStops::isNeeded)
			.toList();
		if (wasRunning) {
			containers.stream().filter((container) -> !container.isAutoStartup()).forEach(this.resuming::add);
		}
		this.stops.stop(containers, callback);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
