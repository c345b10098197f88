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

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.natsspring.benchmarks.scenario.Scenario.NotHereException;
import io.nats.client.Nats;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringBootVersion;

/**
 * Runs scenarios, prints a table and writes the figures to a file.
 */
public final class ScenarioRunner {

	private static final String USAGE = """
			scenario <name ...|bars|further|all|list> [--rounds n] [--seconds s] [--output file] [--jfr file]
			  --rounds   measured rounds of each side, default 15; those without a bar do a third of them
			  --seconds  how long about a round is to take, default 1
			  --output   default benchmarks/target/results.json, or target/results.json inside of benchmarks
			  --jfr      where to put a recording of JDK Flight Recorder; what takes most time and memory is printed""";

	private static final PrintStream out = System.out;

	private ScenarioRunner() {
	}

	/**
	 * Run.
	 * @param args names of scenarios and options
	 * @return 0 if all could be measured, 1 if one failed, 2 if the arguments are wrong
	 * @throws Exception if the server could not be started or the file not be written
	 */
	public static int run(String[] args) throws Exception {
		List<String> names = new ArrayList<>();
		int rounds = 15;
		double seconds = 1;
		Path recording = null;
		Path output = Files.isDirectory(Path.of("benchmarks")) ? Path.of("benchmarks/target/results.json")
				: Path.of("target/results.json");
		try {
			for (int i = 0; i < args.length; i++) {
				switch (args[i]) {
					case "--rounds" -> rounds = Integer.parseInt(args[++i]);
					case "--seconds" -> seconds = Double.parseDouble(args[++i]);
					case "--output" -> output = Path.of(args[++i]);
					case "--jfr" -> recording = Path.of(args[++i]);
					default -> names.add(args[i]);
				}
			}
		}
		catch (IllegalArgumentException | ArrayIndexOutOfBoundsException ex) {
			System.err.println(USAGE);
			return 2;
		}
		Map<Scenario, Integer> chosen = choose(names, rounds);
		if (chosen == null || rounds < 1 || seconds <= 0) {
			System.err.println(USAGE);
			return 2;
		}
		if (names.equals(List.of("list"))) {
			chosen.keySet().forEach((scenario) -> out.printf("%-32s %s%n", scenario.name(), scenario.title()));
			return 0;
		}
		Profile profile = (recording != null) ? Profile.start(recording) : null;
		int result = run(chosen, seconds, output, profile);
		if (profile != null) {
			profile.end(out);
		}
		return result;
	}

	private static @Nullable Map<Scenario, Integer> choose(List<String> names, int rounds) {
		List<Scenario> bars = BarScenarios.all();
		List<Scenario> further = FurtherScenarios.all();
		int fewer = Math.max(1, rounds / 3);
		Map<Scenario, Integer> chosen = new LinkedHashMap<>();
		for (String name : names) {
			boolean every = name.equals("all") || name.equals("list");
			int before = chosen.size();
			bars.stream()
				.filter((scenario) -> every || name.equals("bars") || name.equals(scenario.name()))
				.forEach((scenario) -> chosen.put(scenario, rounds));
			further.stream()
				.filter((scenario) -> every || name.equals("further") || name.equals(scenario.name()))
				.forEach((scenario) -> chosen.put(scenario, name.equals(scenario.name()) ? rounds : fewer));
			if (chosen.size() == before) {
				System.err.println("There is no scenario '%s'".formatted(name));
				return null;
			}
		}
		return chosen.isEmpty() ? null : chosen;
	}

	private static int run(Map<Scenario, Integer> chosen, double seconds, Path output, @Nullable Profile profile)
			throws Exception {
		List<Result> results = new ArrayList<>();
		boolean failed = false;
		int rounds = 0;
		Lab lab = null;
		try {
			for (Map.Entry<Scenario, Integer> entry : chosen.entrySet()) {
				if (lab == null || entry.getValue() != rounds) {
					if (lab != null) {
						lab.close();
					}
					rounds = entry.getValue();
					lab = new Lab(rounds, seconds, profile);
				}
				if (results.isEmpty()) {
					printHead(lab);
				}
				Result result = run(entry.getKey(), lab);
				failed |= result.skipped() != null && result.skipped().startsWith("failed");
				results.add(result);
				out.println(row(result));
			}
			if (lab != null) {
				write(results, lab, output);
			}
		}
		finally {
			if (lab != null) {
				lab.close();
			}
		}
		out.println();
		out.println("Written to " + output);
		return failed ? 1 : 0;
	}

	private static Result run(Scenario scenario, Lab lab) throws Exception {
		try {
			return Result.of(scenario, lab.compare(scenario.comparison()), scenario.metric());
		}
		catch (NotHereException ex) {
			return Result.skipped(scenario, "skipped: " + ex.getMessage());
		}
		catch (Exception ex) {
			ex.printStackTrace();
			return Result.skipped(scenario, "failed: " + ex);
		}
		finally {
			lab.deleteStreams();
		}
	}

	private static Map<String, Object> environment(Lab lab) {
		Map<String, Object> environment = new LinkedHashMap<>();
		environment.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
		environment.put("processors", Runtime.getRuntime().availableProcessors());
		environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
		environment.put("springBoot", SpringBootVersion.getVersion());
		environment.put("jnats", Nats.CLIENT_VERSION);
		environment.put("natsServer", lab.serverVersion());
		return environment;
	}

	private static void printHead(Lab lab) {
		environment(lab).forEach((name, value) -> out.println("- " + name + ": " + value));
		out.println();
		out.println("| scenario | bar | ours | raw | unit | ratio | difference | spread | rounds | ours B/msg | "
				+ "raw B/msg | ours CPU µs/msg | raw CPU µs/msg |");
		out.println("|---|---|--:|--:|---|--:|--:|---|--:|--:|--:|--:|--:|");
	}

	private static String row(Result result) {
		if (result.skipped() != null) {
			return "| %s | %s | %s | | %s | | | | | | | | |".formatted(result.name(), result.bar(),
					result.skipped().replace("|", "/"), result.unit());
		}
		return "| %s | %s | %s | %s | %s | %s | %s | %s–%s | %d | %s | %s | %s | %s |".formatted(result.name(),
				result.bar(), number(result.ours()), number(result.raw()), result.unit(), number(result.ratio()),
				number(result.difference()), number(result.spread().get(0)), number(result.spread().get(1)),
				result.rounds(), number(result.oursBytes()), number(result.rawBytes()), number(result.oursCpuMicros()),
				number(result.rawCpuMicros()));
	}

	private static String number(@Nullable Double value) {
		if (value == null) {
			return "";
		}
		return String.format(Locale.ROOT, (Math.abs(value) >= 100) ? "%,.0f" : "%.2f", value);
	}

	private static void write(List<Result> results, Lab lab, Path output) throws IOException {
		Map<String, Object> all = new LinkedHashMap<>();
		all.put("environment", environment(lab));
		all.put("results", results);
		if (output.toAbsolutePath().getParent() != null) {
			Files.createDirectories(output.toAbsolutePath().getParent());
		}
		JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
		Files.write(output, mapper.writeValueAsBytes(all));
	}

}
