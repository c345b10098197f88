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

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each benchmark runs, as a user starts it. How fast is not looked at.
 */
class BenchmarksIntegrationTests {

	@TempDir
	private Path directory;

	@Test
	void measuresEachScenario() throws Exception {
		Path results = this.directory.resolve("results.json");
		String output = run("scenario", "all", "--rounds", "1", "--seconds", "0.01", "--output", results.toString());
		JsonNode all = JsonMapper.builder().build().readTree(Files.readAllBytes(results));
		List<String> unmeasured = new ArrayList<>();
		Set<String> names = new TreeSet<>();
		for (JsonNode result : all.get("results")) {
			names.add(result.get("name").asString());
			if (!result.get("skipped").isNull()) {
				unmeasured.add(result.get("name").asString() + ": " + result.get("skipped").asString());
				continue;
			}
			assertThat(result.get("unit").asString()).isNotEmpty();
			assertThat(result.get("ours").isNumber()).as(result.toString()).isTrue();
			assertThat(result.get("raw").isNumber()).as(result.toString()).isTrue();
			assertThat(result.get("rounds").asInt()).isEqualTo(1);
			assertThat(result.get("spread")).hasSize(2);
			assertThat(output).contains("| " + result.get("name").asString() + " |");
		}
		// Those need another JVM, or what a build without the profile does not have
		assertThat(unmeasured).allMatch((line) -> line.contains("skipped: virtual threads need Java 21")
				|| line.startsWith("peer-micronaut: skipped: this build has no other frameworks"));
		assertThat(names).hasSizeGreaterThan(35).contains("json-defaults", "json-allocation", "object-get");
	}

	@Test
	void runsEachMicroBenchmark() throws Exception {
		String output = run("-f", "0", "-wi", "0", "-i", "1", "-r", "1ms", "-foe", "true");
		assertThat(output).contains("ArgumentBenchmark.json:gc.alloc.rate.norm")
			.contains("ConversionBenchmark.readsJson:gc.alloc.rate.norm")
			.contains("HeaderBenchmark.toSpring:gc.alloc.rate.norm")
			.contains("ObservationBenchmark.listener:gc.alloc.rate.norm")
			.contains("SettlementBenchmark.acknowledges:gc.alloc.rate.norm")
			.contains("SubjectBenchmark.extracts:gc.alloc.rate.norm");
	}

	@Test
	void saysHowItIsCalledWhenThereIsNoSuchScenario() throws Exception {
		assertThat(start("scenario", "no-such").waitFor()).isEqualTo(2);
	}

	private String run(String... args) throws Exception {
		Process process = start(args);
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		String output = Files.readString(log().toPath());
		assertThat(process.exitValue()).as(output).isZero();
		return output;
	}

	private Process start(String... args) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-jar", System.getProperty("benchmarks.jar")));
		command.addAll(Arrays.asList(args));
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log()).start();
	}

	private File log() {
		return this.directory.resolve("output.log").toFile();
	}

}
