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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.MessageListenerContainer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Stops containers, each on a thread of its own, since each waits for its handlers.
 */
final class ContainerStops {

	private static final Log logger = LogFactory.getLog(ContainerStops.class);

	// Open while containers stop
	private volatile CountDownLatch stopped = new CountDownLatch(0);

	/**
	 * Whether there is something to stop, or to wait for.
	 */
	static boolean isNeeded(MessageListenerContainer container) {
		return container.isRunning() || container.getStatus().state() == ContainerStatus.State.STOPPING;
	}

	/**
	 * Stop containers and return at once.
	 * @param callback called once, when all have stopped
	 */
	void stop(Collection<MessageListenerContainer> containers, Runnable callback) {
		if (containers.isEmpty()) {
			callback.run();
			return;
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

	private static void stop(MessageListenerContainer container, Runnable callback) {
		try {
			container.stop(callback);
		}
		catch (RuntimeException | Error ex) {
			logger.error("The listener '%s' could not be stopped in order".formatted(container.getListenerId()), ex);
			callback.run();
		}
	}

	/**
	 * Wait until all that were last stopped have stopped.
	 * @return whether they have
	 */
	boolean await(Duration timeout) throws InterruptedException {
		return this.stopped.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
	}

}
