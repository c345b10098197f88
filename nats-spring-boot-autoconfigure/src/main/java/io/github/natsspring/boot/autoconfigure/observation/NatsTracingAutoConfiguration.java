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

package io.github.natsspring.boot.autoconfigure.observation;

import io.github.natsspring.boot.autoconfigure.NatsAutoConfiguration;
import io.github.natsspring.boot.observation.NatsBatchTracingObservationHandler;
import io.github.natsspring.connection.ConnectionHolder;
import io.micrometer.tracing.Tracer;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the tracing of what listeners
 * handle, as far as Boot's own does not do it.
 */
@AutoConfiguration(after = NatsAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration")
@ConditionalOnClass(Tracer.class)
@ConditionalOnBean({ ConnectionHolder.class, Tracer.class })
public final class NatsTracingAutoConfiguration {

	// Before the handler for received messages, which Boot gives the order 1000
	private static final int ORDER = 900;

	@Bean
	@ConditionalOnMissingBean
	@Order(ORDER)
	NatsBatchTracingObservationHandler natsBatchTracingObservationHandler(Tracer tracer) {
		return new NatsBatchTracingObservationHandler(tracer);
	}

}
