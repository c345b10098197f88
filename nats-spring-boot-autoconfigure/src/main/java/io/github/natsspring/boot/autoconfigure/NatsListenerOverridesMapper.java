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

package io.github.natsspring.boot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.natsspring.config.ConfiguredListeners;
import io.github.natsspring.config.NatsListenerOverrides;

import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.util.unit.DataSize;

/**
 * Maps what is said for single listeners.
 */
final class NatsListenerOverridesMapper {

	static final String PREFIX = "nats.listeners.";

	private NatsListenerOverridesMapper() {
	}

	static ConfiguredListeners map(Map<String, NatsListenerProperties> listeners) {
		Map<String, NatsListenerOverrides> overrides = new LinkedHashMap<>();
		listeners.forEach((id, properties) -> overrides.put(id, map(id, properties)));
		return new ConfiguredListeners(overrides);
	}

	private static NatsListenerOverrides map(String id, NatsListenerProperties listener) {
		NatsListenerOverrides overrides = new NatsListenerOverrides(PREFIX + id);
		PropertyMapper map = PropertyMapper.get();
		map.from(listener::getAutoStartup).to(overrides::setAutoStartup);
		map.from(listener::getConcurrency).to(overrides::setConcurrency);
		map.from(listener::getAckMode).to(overrides::setAckMode);
		map.from(listener::getMaxInFlight).to(overrides::setMaxInFlight);
		map.from(listener::getMaxBytesInFlight).as(DataSize::toBytes).to(overrides::setMaxBytesInFlight);
		map.from(listener::getMissingConsumer).to(overrides::setMissingConsumer);
		map.from(listener::getShutdownTimeout).to(overrides::setShutdownTimeout);
		map.from(listener::getStallTimeout).to(overrides::setStallTimeout);
		map.from(listener::getIdleEventInterval).to(overrides::setIdleEventInterval);
		map.from(listener::getObservationEnabled).to(overrides::setObservationEnabled);
		map(listener.getRetry(), overrides);
		NatsListenerProperties.DeadLetter deadLetter = listener.getDeadLetter();
		map.from(deadLetter::getEnabled).to(overrides::setDeadLetters);
		map.from(deadLetter::getSubject).to(overrides::setDeadLetterSubject);
		map.from(deadLetter::getStream).to(overrides::setDeadLetterStream);
		map.from(deadLetter::getIncludeStackTrace).to(overrides::setIncludeStackTrace);
		map.from(listener.getAckExtension()::getEnabled).to(overrides::setAckExtension);
		map.from(listener.getAckExtension()::getMaxDuration).to(overrides::setLongestExtension);
		return overrides;
	}

	private static void map(NatsListenerProperties.Retry retry, NatsListenerOverrides overrides) {
		PropertyMapper map = PropertyMapper.get();
		map.from(retry::getMode).to(overrides::setRetryMode);
		map.from(retry::getMaxAttempts).to(overrides::setMaxAttempts);
		map.from(retry::getMaxDeliveries).to(overrides::setMaxDeliveries);
		map.from(retry::getInitialInterval).to(overrides::setInitialInterval);
		map.from(retry::getMultiplier).to(overrides::setMultiplier);
		map.from(retry::getMaxInterval).to(overrides::setMaxInterval);
		map.from(retry::getJitter).to(overrides::setJitter);
		map.from(retry::getNotRetryable).to(overrides::setNotRetryable);
		map.from(retry::getOnExhausted).to(overrides::setOnExhausted);
	}

}
