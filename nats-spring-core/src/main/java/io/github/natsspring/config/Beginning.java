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

import java.time.ZonedDateTime;

import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Where a consumer begins that is made for a listener.
 *
 * @param policy the deliver policy
 * @param sequence the first sequence, or {@code null}
 * @param time the time of the first message, or {@code null}
 */
record Beginning(DeliverPolicy policy, @Nullable Long sequence, @Nullable ZonedDateTime time) {

	/**
	 * What an endpoint says.
	 * @param endpoint the endpoint
	 * @param fallback the policy where it says nothing
	 */
	static Beginning of(NatsListenerEndpoint endpoint, DeliverPolicy fallback) {
		DeliverPolicy policy = endpoint.getDeliverPolicy();
		if (endpoint.getStartSequence() != null) {
			policy = DeliverPolicy.ByStartSequence;
		}
		if (endpoint.getStartTime() != null) {
			policy = DeliverPolicy.ByStartTime;
		}
		return new Beginning((policy != null) ? policy : fallback, endpoint.getStartSequence(),
				endpoint.getStartTime());
	}

	/**
	 * Behind a sequence.
	 */
	static Beginning after(long sequence) {
		return new Beginning(DeliverPolicy.ByStartSequence, sequence + 1, null);
	}

	ConsumerConfiguration.Builder apply(ConsumerConfiguration.Builder builder) {
		if (this.sequence != null) {
			builder.startSequence(this.sequence);
		}
		return builder.startTime(this.time).deliverPolicy(this.policy);
	}

}
