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

package io.github.natsspring.sample;

import java.util.ArrayDeque;
import java.util.Deque;

import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.listener.ContainerStatus;
import io.nats.client.JetStreamManagement;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Looks once a second how billing is doing, for as many browsers as there are, and not at
 * all for none.
 */
@Component
class Panel {

	private static final Log logger = LogFactory.getLog(Panel.class);

	private static final int SECONDS = 5;

	private final LiveState live;

	private final NatsListenerRegistry listeners;

	private final DeadLetterOperations deadLetters;

	private final JetStreamManagement management;

	private final Deque<Sample> samples = new ArrayDeque<>();

	Panel(LiveState live, NatsListenerRegistry listeners, DeadLetterOperations deadLetters,
			JetStreamManagement management) {
		this.live = live;
		this.listeners = listeners;
		this.deadLetters = deadLetters;
		this.management = management;
	}

	@Scheduled(fixedDelay = 1000)
	void look() {
		if (!this.live.isFollowed()) {
			this.samples.clear();
			this.live.show(null);
			return;
		}
		Long lag = null;
		Long letters = null;
		try {
			lag = this.management.getConsumerInfo("ORDERS", "billing").getNumPending();
			letters = this.deadLetters.count("ORDERS");
		}
		catch (Exception ex) {
			// They are shown as unknown
			logger.debug("The server was asked in vain", ex);
		}
		ContainerStatus billing = this.listeners.getStatus(Billing.LISTENER);
		this.live.show(new Figures(billing.state(), billing.detail(), billing.inFlight(), rate(), lag, letters));
	}

	private double rate() {
		Sample now = new Sample(System.nanoTime(), this.live.settled());
		this.samples.addLast(now);
		if (this.samples.size() > SECONDS + 1) {
			this.samples.removeFirst();
		}
		Sample first = this.samples.getFirst();
		return (first != now)
				? Math.round(1e10 * (now.settled() - first.settled()) / (now.nanos() - first.nanos())) / 10d : 0;
	}

	/**
	 * How billing is doing.
	 *
	 * @param inFlight messages of this instance that are not settled
	 * @param rate orders billed or failed a second, over the last five and all instances
	 * @param lag orders that the server has given to no instance
	 */
	record Figures(ContainerStatus.State state, @Nullable String detail, int inFlight, double rate, @Nullable Long lag,
			@Nullable Long deadLetters) {
	}

	private record Sample(long nanos, long settled) {
	}

}
