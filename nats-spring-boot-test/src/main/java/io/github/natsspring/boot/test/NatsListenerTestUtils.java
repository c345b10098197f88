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

package io.github.natsspring.boot.test;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.MessageListenerContainer;

/**
 * Waits of tests for listeners. All methods look again every 10 ms, and fail with an
 * {@link AssertionError} that says how each container was doing when the time was over.
 */
public final class NatsListenerTestUtils {

	private static final long INTERVAL_MILLIS = 10;

	private NatsListenerTestUtils() {
	}

	/**
	 * Wait until all listeners that start with the application consume.
	 * @param registry the registry of the application
	 * @param timeout the longest wait
	 */
	public static void awaitConsuming(NatsListenerEndpointRegistry registry, Duration timeout) {
		await("all listeners consume",
				() -> registry.getListenerContainers()
					.stream()
					.filter(MessageListenerContainer::isAutoStartup)
					.toList(),
				(status) -> status.state() == State.RUNNING, timeout);
	}

	/**
	 * Wait until a listener consumes.
	 * @param registry the registry of the application
	 * @param id the id of the listener
	 * @param timeout the longest wait
	 */
	public static void awaitConsuming(NatsListenerEndpointRegistry registry, String id, Duration timeout) {
		await("the listener '%s' consumes".formatted(id), () -> List.of(container(registry, id)),
				(status) -> status.state() == State.RUNNING, timeout);
	}

	/**
	 * Wait until a listener consumes and holds no message: none waits for its method, and
	 * all that the method had are settled.
	 * @param registry the registry of the application
	 * @param id the id of the listener
	 * @param timeout the longest wait
	 */
	public static void awaitIdle(NatsListenerEndpointRegistry registry, String id, Duration timeout) {
		await("the listener '%s' holds no message".formatted(id), () -> List.of(container(registry, id)),
				(status) -> status.state() == State.RUNNING && status.inFlight() == 0, timeout);
	}

	private static MessageListenerContainer container(NatsListenerEndpointRegistry registry, String id) {
		MessageListenerContainer container = registry.getListenerContainer(id);
		if (container == null) {
			throw new AssertionError("There is no listener '%s', but %s".formatted(id,
					registry.getListenerContainers().stream().map(MessageListenerContainer::getListenerId).toList()));
		}
		return container;
	}

	private static void await(String what, Containers containers, Predicate<ContainerStatus> condition,
			Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (true) {
			Collection<MessageListenerContainer> current = containers.get();
			if (current.stream().allMatch((container) -> condition.test(container.getStatus()))) {
				return;
			}
			if (System.nanoTime() - deadline >= 0) {
				throw new AssertionError("Not within %s: %s. %s".formatted(timeout, what,
						current.stream().map(NatsListenerTestUtils::describe).collect(Collectors.joining("; "))));
			}
			try {
				TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new AssertionError("Interrupted while waiting until " + what, ex);
			}
		}
	}

	private static String describe(MessageListenerContainer container) {
		ContainerStatus status = container.getStatus();
		String detail = status.detail();
		return "'%s' is %s%s with %s in flight".formatted(container.getListenerId(), status.state(),
				(detail != null) ? " (" + detail + ")" : "", status.inFlight());
	}

	@FunctionalInterface
	private interface Containers {

		Collection<MessageListenerContainer> get();

	}

}
