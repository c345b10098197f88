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

package io.github.natsspring.benchmarks.scenario;

import java.util.function.ToDoubleFunction;

/**
 * Something to measure.
 *
 * @param name what it is called on the command line
 * @param title what is compared with what
 * @param unit of the figures
 * @param bar what is asked for
 * @param comparison the measurement, which several scenarios may share
 * @param metric which figure of it this scenario is about
 */
record Scenario(String name, String title, String unit, Bar bar, Measurement comparison,
		ToDoubleFunction<Sample> metric) {

	static Scenario rate(String name, String title, Bar bar, Work work) {
		return new Scenario(name, title, "msg/s", bar, new Measurement(name, work), Sample::value);
	}

	static Scenario valued(String name, String title, String unit, Bar bar, Work work) {
		return new Scenario(name, title, unit, bar, new Measurement(name, work), Sample::value);
	}

	/**
	 * A measurement.
	 *
	 * @param key what it is kept under: measured once for all scenarios that share it
	 * @param work runs it
	 */
	record Measurement(String key, Work work) {
	}

	/**
	 * Runs the rounds of both sides.
	 */
	@FunctionalInterface
	interface Work {

		Comparison run(Lab lab) throws Exception;

	}

	/**
	 * This JVM or this build cannot run it.
	 */
	static final class NotHereException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		NotHereException(String why) {
			super(why);
		}

	}

}
