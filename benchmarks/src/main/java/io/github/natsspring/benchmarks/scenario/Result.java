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

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;

/**
 * What a scenario came to: medians over the rounds. The ratio is the median of the ratios
 * of each round, and the spread the smallest and largest of these.
 *
 * @param name the scenario
 * @param title what is compared with what
 * @param unit of ours and raw
 * @param ours our side
 * @param raw the other side
 * @param ratio ours to raw
 * @param difference ours less raw
 * @param rounds how many rounds
 * @param spread the smallest and largest ratio, or difference if the bar is one
 * @param bar what is asked for
 * @param oursBytes bytes allocated per message, likewise the next; {@code null} where
 * they mean nothing
 * @param rawBytes see ours
 * @param oursCpuMicros processor time of this process per message, likewise
 * @param rawCpuMicros see ours
 * @param skipped why nothing was measured, else {@code null}
 */
record Result(String name, String title, String unit, @Nullable Double ours, @Nullable Double raw,
		@Nullable Double ratio, @Nullable Double difference, int rounds, List<Double> spread, String bar,
		@Nullable Double oursBytes, @Nullable Double rawBytes, @Nullable Double oursCpuMicros,
		@Nullable Double rawCpuMicros, @Nullable String skipped) {

	static Result of(Scenario scenario, Comparison comparison, ToDoubleFunction<Sample> metric) {
		double[] ours = values(comparison.ours(), metric);
		double[] raw = values(comparison.raw(), metric);
		double[] ratios = new double[ours.length];
		double[] differences = new double[ours.length];
		for (int i = 0; i < ours.length; i++) {
			ratios[i] = ours[i] / raw[i];
			differences[i] = ours[i] - raw[i];
		}
		double[] compared = (scenario.bar().kind() == Bar.Kind.RATIO) ? ratios : differences;
		return new Result(scenario.name(), scenario.title(), scenario.unit(), number(median(ours)), number(median(raw)),
				number(median(ratios)), number(median(differences)), ours.length,
				List.of(Arrays.stream(compared).min().orElseThrow(), Arrays.stream(compared).max().orElseThrow()),
				scenario.bar().text(), number(median(values(comparison.ours(), Sample::bytes))),
				number(median(values(comparison.raw(), Sample::bytes))),
				number(median(values(comparison.ours(), Sample::cpuMicros))),
				number(median(values(comparison.raw(), Sample::cpuMicros))), null);
	}

	static Result skipped(Scenario scenario, String why) {
		return new Result(scenario.name(), scenario.title(), scenario.unit(), null, null, null, null, 0, List.of(),
				scenario.bar().text(), null, null, null, null, why);
	}

	private static double[] values(List<Sample> samples, ToDoubleFunction<Sample> metric) {
		return samples.stream().mapToDouble(metric).toArray();
	}

	static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	// JSON has no NaN
	private static @Nullable Double number(double value) {
		return Double.isFinite(value) ? value : null;
	}

}
