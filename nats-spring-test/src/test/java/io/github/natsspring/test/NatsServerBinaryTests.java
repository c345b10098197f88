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

package io.github.natsspring.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@DisabledOnOs(OS.WINDOWS)
@ExtendWith(OutputCaptureExtension.class)
class NatsServerBinaryTests {

	private static final String PINNED = NatsServerVersion.PINNED.toString();

	@TempDir
	private Path directory;

	private FakePrograms programs;

	@BeforeEach
	void makePrograms() {
		this.programs = new FakePrograms(this.directory);
	}

	@Test
	void takesTheConfiguredPathBeforeAllElse() {
		Path configured = this.programs.server(this.directory.resolve("mine"), "2.11.4");
		this.programs.serverInCache(PINNED);
		this.programs.serverOnPath("2.12.0");
		this.programs.properties.put("nats.server.path", configured.toString());
		this.programs.variables.put("NATS_SERVER_PATH", "/nowhere");
		assertThat(this.programs.find()).isEqualTo(configured);
	}

	@Test
	void takesTheVariableWhereThePropertyIsEmpty() {
		Path configured = this.programs.server(this.directory.resolve("mine"), "2.11.4");
		this.programs.properties.put("nats.server.path", " ");
		this.programs.variables.put("NATS_SERVER_PATH", configured.toString());
		assertThat(this.programs.find()).isEqualTo(configured);
	}

	@Test
	void saysThatTheConfiguredPathHasAnotherVersionThanAskedFor(CapturedOutput output) {
		Path configured = this.programs.server(this.directory.resolve("mine"), "2.11.4");
		this.programs.properties.put("nats.server.path", configured.toString());
		assertThat(this.programs.find("2.12.1")).isEqualTo(configured);
		assertThat(output).contains("nats-server 2.12.1 is asked for")
			.contains("property 'nats.server.path'")
			.contains("2.11.4");
	}

	@Test
	void failsWhenTheConfiguredPathIsNoServer() {
		this.programs.serverOnPath("2.12.0");
		this.programs.variables.put("NATS_SERVER_PATH", "/nowhere/nats-server");
		assertThatIllegalStateException().isThrownBy(this.programs::find)
			.withMessageContaining("variable 'NATS_SERVER_PATH'")
			.withMessageContaining("'/nowhere/nats-server', which is no executable file");
		Path other = this.programs.script(this.directory.resolve("other"), "echo no such option; exit 3");
		this.programs.variables.put("NATS_SERVER_PATH", other.toString());
		assertThatIllegalStateException().isThrownBy(this.programs::find)
			.withMessageContaining("no nats-server that runs here")
			.withMessageContaining("exit code 3: no such option");
	}

	@Test
	void takesTheCacheBeforeThePath() {
		this.programs.serverOnPath("2.99.0");
		Path cached = this.programs.serverInCache(PINNED);
		assertThat(this.programs.find()).isEqualTo(cached);
	}

	@Test
	void takesARecentServerOnThePathBeforeBuildingOne() throws IOException {
		Path calls = this.programs.go(PINNED);
		Path onPath = this.programs.serverOnPath("2.10.23");
		assertThat(this.programs.find()).isEqualTo(onPath);
		assertThat(this.programs.lines(calls)).isEmpty();
	}

	@Test
	void passesAnOldServerOnThePath() throws IOException {
		Path calls = this.programs.go(PINNED);
		this.programs.serverOnPath("2.10.22");
		assertThat(this.programs.find()).isEqualTo(this.programs.cache().resolve(PINNED).resolve("nats-server"));
		assertThat(this.programs.lines(calls)).containsExactly("install github.com/nats-io/nats-server/v2@v" + PINNED);
	}

	@Test
	void passesThePathWhenAVersionIsAskedFor() throws IOException {
		Path calls = this.programs.go("2.11.3");
		this.programs.serverOnPath("2.15.0");
		this.programs.properties.put("nats.server.version", "v2.11.3");
		assertThat(this.programs.find()).isEqualTo(this.programs.cache().resolve("2.11.3").resolve("nats-server"));
		assertThat(this.programs.lines(calls)).containsExactly("install github.com/nats-io/nats-server/v2@v2.11.3");
	}

	@Test
	void prefersTheBuildersVersionToThePropertyAndThePropertyToTheVariable() {
		this.programs.variables.put("NATS_SERVER_VERSION", "2.11.1");
		assertThat(this.programs.search(null).version()).hasToString("2.11.1");
		this.programs.properties.put("nats.server.version", "2.11.2");
		assertThat(this.programs.search(null).version()).hasToString("2.11.2");
		assertThat(this.programs.search("2.11.3").version()).hasToString("2.11.3");
		this.programs.properties.put("nats.server.version", "newest");
		assertThatIllegalArgumentException().isThrownBy(() -> this.programs.search(null))
			.withMessageContaining("'newest'");
	}

	@Test
	void cachesInTheUsersCacheDirectory() {
		this.programs.properties.remove("nats.server.cache");
		this.programs.properties.put("user.home", "/home/me");
		assertThat(this.programs.search(null).cache()).isEqualTo(Path.of("/home/me/.cache/nats-spring/nats-server"));
		this.programs.variables.put("XDG_CACHE_HOME", "relative");
		assertThat(this.programs.search(null).cache()).isEqualTo(Path.of("/home/me/.cache/nats-spring/nats-server"));
		this.programs.variables.put("XDG_CACHE_HOME", "/var/me");
		assertThat(this.programs.search(null).cache()).isEqualTo(Path.of("/var/me/nats-spring/nats-server"));
		this.programs.variables.put("NATS_SERVER_CACHE", "/opt/nats");
		assertThat(this.programs.search(null).cache()).isEqualTo(Path.of("/opt/nats"));
	}

	@Test
	void buildsOnceAndSaysSo(CapturedOutput output) throws IOException {
		Path calls = this.programs.go(PINNED);
		Path built = this.programs.find();
		assertThat(output).contains("Building nats-server " + PINNED).contains("takes some minutes");
		assertThat(this.programs.find()).isEqualTo(built).isExecutable();
		assertThat(this.programs.lines(calls)).hasSize(1);
		try (Stream<Path> left = Files.list(this.programs.cache())) {
			assertThat(left.map((file) -> file.getFileName().toString())).containsExactlyInAnyOrder(PINNED,
					"install.lock");
		}
	}

	@Test
	void doesNotKeepABuildOfAnotherVersion() {
		this.programs.go("2.14.0");
		assertThatIllegalStateException().isThrownBy(this.programs::find)
			.withMessageContaining("Go toolchain: installed a nats-server 2.14.0 instead of " + PINNED);
		assertThat(this.programs.cache().resolve(PINNED).resolve("nats-server")).doesNotExist();
	}

	@Test
	void takesDebiansPackageWhenGoFailsAndWarnsOfItsAge(CapturedOutput output) {
		this.programs.script(this.programs.bin().resolve("go"), "echo 'no network' >&2; exit 1");
		this.programs.apt("2.9.10-1+b3", true);
		Path unpacked = this.programs.find();
		assertThat(unpacked).isEqualTo(this.programs.cache().resolve("2.9.10").resolve("nats-server")).isExecutable();
		assertThat(output).contains("Using Debian's nats-server 2.9.10, which is older than " + PINNED);
		assertThat(this.programs.find()).isEqualTo(unpacked);
	}

	@Test
	void takesDebiansPackageWhenItIsTheVersionAskedFor() {
		this.programs.apt("1:2.9.10-1+b3", true);
		assertThat(this.programs.find("2.9.10"))
			.isEqualTo(this.programs.cache().resolve("2.9.10").resolve("nats-server"));
		assertThatIllegalStateException().isThrownBy(() -> this.programs.find("2.11.0"))
			.withMessageContaining("Debian package: apt has nats-server 2.9.10 only");
	}

	@Test
	@EnabledIfSystemProperty(named = "user.name", matches = "root")
	void updatesTheListsOfPackagesAsRoot() {
		this.programs.apt("2.9.10-1", false);
		assertThat(this.programs.find("2.9.10")).isExecutable();
	}

	@Test
	@DisabledIfSystemProperty(named = "user.name", matches = "root")
	void asksForAnUpdateOfTheListsOfPackages() {
		this.programs.apt("2.9.10-1", false);
		assertThatIllegalStateException().isThrownBy(() -> this.programs.find("2.9.10"))
			.withMessageContaining("run 'apt-get update' as root");
	}

	@Test
	void saysAllThatWasTried() {
		this.programs.serverOnPath("2.9.10");
		this.programs.script(this.programs.bin().resolve("go"), "echo 'dial tcp: lookup failed' >&2; exit 1");
		assertThatIllegalStateException().isThrownBy(this.programs::find)
			.withMessageContaining("No nats-server " + PINNED + " could be had (the pinned version)")
			.withMessageContaining("- property 'nats.server.path' and variable 'NATS_SERVER_PATH': not set")
			.withMessageContaining("- cache: no executable file " + this.programs.cache())
			.withMessageContaining(
					"- PATH: " + this.programs.bin() + "/nats-server is a nats-server 2.9.10, older than 2.10.23")
			.withMessageContaining(
					"- official release: http://127.0.0.1:1/v2.15.0/nats-server-v2.15.0-linux-amd64.tar.gz: ")
			.withMessageContaining("- Go toolchain: '" + this.programs.bin()
					+ "/go install' ended with exit code 1: dial tcp: lookup failed")
			.withMessageContaining("- Debian package: no 'apt-get' on the PATH");
		assertThatIllegalStateException().isThrownBy(() -> this.programs.find("2.11.0"))
			.withMessageContaining("No nats-server 2.11.0 could be had (asked for)")
			.withMessageContaining("- PATH: not looked at, since nats-server 2.11.0 is asked for");
	}

}
