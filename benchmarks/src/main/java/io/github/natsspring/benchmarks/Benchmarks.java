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

package io.github.natsspring.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.natsspring.benchmarks.scenario.ScenarioRunner;

/**
 * Runs whole scenarios when the first argument is {@code scenario}, else JMH with the
 * arguments given and the profiler of allocations.
 */
public final class Benchmarks {

	private Benchmarks() {
	}

	/**
	 * Run.
	 * @param args {@code scenario <name|all|list>} with its options, or those of JMH
	 * @throws Exception if a benchmark could not be run
	 */
	public static void main(String[] args) throws Exception {
		// Contexts that close would take the logging of the others with them
		System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
		if (args.length > 0 && args[0].equals("scenario")) {
			System.exit(ScenarioRunner.run(Arrays.copyOfRange(args, 1, args.length)));
			return;
		}
		List<String> all = new ArrayList<>(List.of("-prof", "gc"));
		all.addAll(Arrays.asList(args));
		org.openjdk.jmh.Main.main(all.toArray(String[]::new));
	}

}
