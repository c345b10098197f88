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

import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.natsspring.listener.ListenerObservations;
import io.github.natsspring.listener.watch.BucketWatch;
import io.github.natsspring.observation.NatsListenerContext;
import io.github.natsspring.observation.NatsListenerObservationConvention;
import io.github.natsspring.observation.NatsPublishObservationConvention;
import io.github.natsspring.support.SubjectTemplate;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which listeners of a factory are observed, and how.
 */
final class ListenerObserving implements Function<NatsListenerEndpoint, @Nullable ListenerObservations> {

	boolean enabled;

	ObservationRegistry registry = ObservationRegistry.NOOP;

	@Nullable NatsListenerObservationConvention convention;

	@Nullable NatsPublishObservationConvention replyConvention;

	private final String connectionName;

	private final Function<String, @Nullable NatsListenerOverrides> overrides;

	ListenerObserving(String connectionName, Function<String, @Nullable NatsListenerOverrides> overrides) {
		this.connectionName = connectionName;
		this.overrides = overrides;
	}

	@Override
	public @Nullable ListenerObservations apply(NatsListenerEndpoint endpoint) {
		NatsListenerOverrides own = this.overrides.apply(endpoint.getId());
		boolean observed = (own != null && own.observation != null) ? own.observation : this.enabled;
		if (!observed || this.registry == ObservationRegistry.NOOP) {
			return null;
		}
		return new ListenerObservations(this.registry, this.convention, this.replyConvention, listener(endpoint));
	}

	private NatsListenerContext.Listener listener(NatsListenerEndpoint endpoint) {
		BucketWatch watch = endpoint.getWatch();
		if (watch != null) {
			return new NatsListenerContext.Listener(endpoint.getId(), this.connectionName,
					String.join(",", watch.describeSubjects()), watch.stream(), null);
		}
		String subjects = endpoint.getSubjects()
			.stream()
			.map(SubjectTemplate::toString)
			.collect(Collectors.joining(","));
		String group = endpoint.isJetStream() ? endpoint.getConsumer() : endpoint.getQueue();
		return new NatsListenerContext.Listener(endpoint.getId(), this.connectionName, subjects, endpoint.getStream(),
				group);
	}

}
