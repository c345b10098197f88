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

package io.github.natsspring.boot.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Meters that come and go together. A registry or filter that refuses one costs that
 * meter and nothing else.
 *
 * @param <T> what the meters read from; they hold it weakly
 */
final class MeterGroup<T> {

	private static final Log logger = LogFactory.getLog(MeterGroup.class);

	private final MeterRegistry registry;

	private final T source;

	private final Tags tags;

	private final List<Meter> meters = new ArrayList<>();

	MeterGroup(MeterRegistry registry, T source, Tags tags) {
		this.registry = registry;
		this.source = source;
		this.tags = tags;
	}

	MeterGroup<T> gauge(String name, @Nullable String unit, String description, ToDoubleFunction<T> value) {
		return add(name,
				() -> Gauge.builder(name, this.source, value)
					.tags(this.tags)
					.baseUnit(unit)
					.description(description)
					.register(this.registry));
	}

	/**
	 * Add a gauge of a time in nanoseconds.
	 */
	MeterGroup<T> timeGauge(String name, String description, ToDoubleFunction<T> nanos) {
		return add(name,
				() -> TimeGauge.builder(name, this.source, TimeUnit.NANOSECONDS, nanos)
					.tags(this.tags)
					.description(description)
					.register(this.registry));
	}

	MeterGroup<T> counter(String name, @Nullable String unit, String description, ToDoubleFunction<T> count,
			String... tags) {
		return add(name,
				() -> FunctionCounter.builder(name, this.source, count)
					.tags(this.tags)
					.tags(tags)
					.baseUnit(unit)
					.description(description)
					.register(this.registry));
	}

	MeterGroup<T> timer(String name, String description, ToLongFunction<T> count, ToDoubleFunction<T> nanos,
			String... tags) {
		return add(name,
				() -> FunctionTimer.builder(name, this.source, count, nanos, TimeUnit.NANOSECONDS)
					.tags(this.tags)
					.tags(tags)
					.description(description)
					.register(this.registry));
	}

	private MeterGroup<T> add(String name, Registration registration) {
		try {
			this.meters.add(registration.register());
		}
		catch (RuntimeException ex) {
			logger.warn("The meter '%s' %s could not be registered".formatted(name, this.tags), ex);
		}
		return this;
	}

	/**
	 * Remove the meters from the registry.
	 */
	void remove() {
		for (Meter meter : this.meters) {
			try {
				this.registry.remove(meter);
			}
			catch (RuntimeException ex) {
				logger.warn("The meter '%s' could not be removed".formatted(meter.getId()), ex);
			}
		}
		this.meters.clear();
	}

	/**
	 * Registers a meter.
	 */
	@FunctionalInterface
	private interface Registration {

		Meter register();

	}

}
