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

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.support.Subjects;
import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;

import org.springframework.util.CollectionUtils;

/**
 * Knows which listeners have consumers of work queues, where no two consumers may get the
 * same message: the server would refuse the second without saying which the first is.
 */
final class WorkQueueListeners {

	private final ReentrantLock lock = new ReentrantLock();

	// Those of containers that are gone no longer count
	private final Set<EndpointConsumerSource> sources = Collections.newSetFromMap(new WeakHashMap<>());

	/**
	 * Add a listener that will be started.
	 */
	void add(EndpointConsumerSource source) {
		this.lock.lock();
		try {
			this.sources.add(source);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Check a listener whose consumer is to be made.
	 * @param source finds the consumer of the listener
	 * @param stream the stream, of any retention
	 * @param topology what the application declares
	 * @throws NatsListenerException if a work queue would not take the consumer
	 */
	void check(EndpointConsumerSource source, StreamConfiguration stream, TopologyDefinition topology) {
		add(source);
		if (stream.getRetentionPolicy() != RetentionPolicy.WorkQueue) {
			return;
		}
		DeliverPolicy policy = source.endpoint().getDeliverPolicy();
		if (policy != null && policy != DeliverPolicy.All) {
			throw new NatsListenerException(source.endpoint().getDescription(),
					"its 'deliverPolicy' is '%s', and its stream '%s' is a work queue, whose consumers begin with the first message"
						.formatted(policy.toString().replace('_', '-'), source.stream()),
					"Remove 'deliverPolicy', or use a stream with another retention");
		}
		List<String> filters = source.filters();
		for (EndpointConsumerSource other : others(source)) {
			check(source, filters, other.filters(),
					"consumer '%s' of listener %s".formatted(other.consumer(), other.endpoint().getDescription()));
		}
		for (ConsumerDefinition other : topology.consumers()) {
			if (other.stream().equals(source.stream()) && !other.name().equals(source.consumer())) {
				List<String> declared = other.create().getFilterSubjects();
				check(source, filters, CollectionUtils.isEmpty(declared) ? List.of(">") : declared,
						"consumer '%s' (%s)".formatted(other.name(), other.source()));
			}
		}
	}

	private List<EndpointConsumerSource> others(EndpointConsumerSource source) {
		this.lock.lock();
		try {
			return this.sources.stream()
				.filter((other) -> other.stream().equals(source.stream())
						&& !other.consumer().equals(source.consumer()))
				.toList();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static void check(EndpointConsumerSource source, List<String> filters, List<String> others,
			String description) {
		for (String filter : filters) {
			for (String other : others) {
				if (Subjects.overlap(filter, other)) {
					throw new NatsListenerException(source.endpoint().getDescription(),
							"its consumer '%s' of the work queue '%s' would get '%s', which overlaps '%s' of %s, and a message of a work queue is for one consumer only"
								.formatted(source.consumer(), source.stream(), filter, other, description),
							"Separate the subjects, let one listener take both, or use a stream with another retention");
				}
			}
		}
	}

}
