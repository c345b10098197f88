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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link OfficialReleaseStep} against a small web server.
 */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
@ExtendWith(OutputCaptureExtension.class)
class OfficialReleaseStepTests {

	private static final String VERSION = "2.15.0";

	private static final String LINUX = "nats-server-v2.15.0-linux-amd64";

	@TempDir
	private Path directory;

	private final CountDownLatch over = new CountDownLatch(1);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private FakePrograms programs;

	private HttpServer server;

	@BeforeEach
	void start() throws IOException {
		this.programs = new FakePrograms(this.directory);
		this.programs.script(this.programs.bin().resolve("tar"), "PATH=/usr/bin:/bin; export PATH; exec tar \"$@\"");
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.threads);
		this.server.start();
		this.programs.properties.put("nats.server.download-url", address() + "/mirror/");
	}

	@AfterEach
	void stop() {
		this.over.countDown();
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	@Test
	void downloadsChecksUnpacksAndKeepsTheRelease(CapturedOutput output) throws IOException {
		byte[] archive = tarball(LINUX, VERSION);
		serve("/mirror/v2.15.0/" + LINUX + ".tar.gz", (exchange) -> answer(exchange, archive));
		pin(archive);
		Path binary = find(VERSION);
		assertThat(binary).isEqualTo(this.programs.cache().resolve(VERSION).resolve("nats-server")).isExecutable();
		assertThat(output).contains("Downloading nats-server 2.15.0 from " + address() + "/mirror/v2.15.0/")
			.contains("Downloaded nats-server 2.15.0");
		this.server.removeContext("/mirror/v2.15.0/" + LINUX + ".tar.gz");
		assertThat(find(VERSION)).isEqualTo(binary);
		assertNothingElseInCache(VERSION);
	}

	@Test
	void unpacksTheZipOfWindows() throws IOException {
		this.programs.properties.put("os.name", "Windows 11");
		String name = "nats-server-v2.15.0-windows-amd64";
		byte[] archive = zip(name + "/nats-server.exe", "MZ no program");
		serve("/mirror/v2.15.0/" + name + ".zip", (exchange) -> answer(exchange, archive));
		pin(archive);
		// It is found in the archive, and does not run here
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(VERSION))
			.withMessageContaining("nats-server.exe");
		byte[] other = zip("README.md", "text");
		this.server.removeContext("/mirror/v2.15.0/" + name + ".zip");
		serve("/mirror/v2.15.0/" + name + ".zip", (exchange) -> answer(exchange, other));
		pin(other);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(VERSION))
			.withMessage("there is no %1$s/nats-server.exe in %1$s.zip", name);
	}

	@Test
	void followsARedirect() throws IOException {
		byte[] archive = tarball(LINUX, VERSION);
		serve("/elsewhere", (exchange) -> answer(exchange, archive));
		serve("/mirror/v2.15.0/" + LINUX + ".tar.gz", (exchange) -> {
			exchange.getResponseHeaders().add("Location", address() + "/elsewhere");
			exchange.sendResponseHeaders(302, -1);
			exchange.close();
		});
		pin(archive);
		assertThat(find(VERSION)).isExecutable();
	}

	@Test
	void runsNothingWithAnotherChecksum() throws IOException {
		Path proof = this.directory.resolve("was-run");
		byte[] archive = tarballOf(LINUX, "touch '%s'; echo 'nats-server: v2.15.0'".formatted(proof));
		serve("/mirror/v2.15.0/" + LINUX + ".tar.gz", (exchange) -> answer(exchange, archive));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(VERSION))
			.withMessageContaining(
					address() + "/mirror/v2.15.0/" + LINUX + ".tar.gz has the SHA-256 " + sha256(archive))
			.withMessageContaining(
					"and not 5d2c51caca950333aba84911df7d377f826f3a59ec36061c6539105084f65c92 as it should");
		assertThat(proof).doesNotExist();
		assertNothingElseInCache();
	}

	@Test
	void keepsNoReleaseOfAnotherVersion() throws IOException {
		byte[] archive = tarball(LINUX, "2.14.0");
		serve("/mirror/v2.15.0/" + LINUX + ".tar.gz", (exchange) -> answer(exchange, archive));
		pin(archive);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(VERSION))
			.withMessage("installed a nats-server 2.14.0 instead of 2.15.0");
		assertNothingElseInCache();
	}

	@Test
	void saysWhatTheServerAnsweredWhenThereIsNoSuchFile() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(VERSION))
			.withMessage(address() + "/mirror/v2.15.0/" + LINUX + ".tar.gz answered 404");
		assertNothingElseInCache();
	}

	@Test
	void saysThatTheFileWasCutOff() throws IOException {
		byte[] archive = tarball(LINUX, VERSION);
		serve("/mirror/v2.15.0/" + LINUX + ".tar.gz", (exchange) -> {
			exchange.sendResponseHeaders(200, archive.length);
			exchange.getResponseBody().write(archive, 0, archive.length / 2);
			exchange.getResponseBody().flush();
			exchange.close();
		});
		pin(archive);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(VERSION))
			.withMessageStartingWith(address() + "/mirror/v2.15.0/" + LINUX + ".tar.gz: ");
		assertNothingElseInCache();
	}

	@Test
	void givesUpWhenNothingArrivesAnyMore() throws IOException {
		byte[] archive = tarball(LINUX, VERSION);
		serve("/mirror/v2.15.0/" + LINUX + ".tar.gz", (exchange) -> {
			exchange.sendResponseHeaders(200, archive.length);
			exchange.getResponseBody().write(archive, 0, archive.length / 2);
			exchange.getResponseBody().flush();
			awaitTheEnd();
		});
		pin(archive);
		Download download = new Download(Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofMinutes(1));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(VERSION, download))
			.withMessageContaining("nothing arrived for");
	}

	@Test
	void givesUpWhenTheServerIsSilent() {
		serve("/mirror/v2.15.0/" + LINUX + ".tar.gz", (exchange) -> awaitTheEnd());
		Download download = new Download(Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofMinutes(1));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(VERSION, download))
			.withMessageContaining("timed out");
	}

	@Test
	void givesUpWhenItTakesTooLong() throws IOException {
		byte[] archive = tarball(LINUX, VERSION);
		serve("/mirror/v2.15.0/" + LINUX + ".tar.gz", (exchange) -> {
			exchange.sendResponseHeaders(200, archive.length);
			OutputStream body = exchange.getResponseBody();
			for (byte value : archive) {
				body.write(value);
				body.flush();
				if (this.over.await(50, TimeUnit.MILLISECONDS)) {
					return;
				}
			}
		});
		pin(archive);
		Download download = new Download(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(1));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(VERSION, download))
			.withMessageContaining("not there after 1 s");
	}

	@Test
	void saysThatNobodyAnswersAndNeverThePassword(CapturedOutput output) {
		this.programs.properties.put("nats.server.download-url", "http://me:marker-secret@127.0.0.1:1");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(VERSION))
			.withMessageContaining("http://127.0.0.1:1/v2.15.0/")
			.satisfies((ex) -> assertThat(ex).hasStackTraceContaining("Download")
				.extracting(Throwable::toString)
				.asString()
				.doesNotContain("marker-secret"));
		this.programs.properties.put("nats.server.download-url", "http://me:marker-secret@ 127.0.0.1");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(VERSION))
			.withMessageContaining("'nats.server.download-url'")
			.withMessageNotContaining("marker-secret")
			.withNoCause();
		assertThat(output).doesNotContain("marker-secret");
	}

	@ParameterizedTest
	@CsvSource({ "Linux, amd64, linux-amd64.tar.gz", "Linux, aarch64, linux-arm64.tar.gz",
			"Mac OS X, x86_64, darwin-amd64.tar.gz", "Mac OS X, aarch64, darwin-arm64.tar.gz",
			"Windows 11, amd64, windows-amd64.zip" })
	void knowsTheNewestReleaseOfEachPlatform(String system, String processor, String ending) {
		this.programs.properties.put("os.name", system);
		this.programs.properties.put("os.arch", processor);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(null))
			.withMessage(address() + "/mirror/v2.15.0/nats-server-v2.15.0-" + ending + " answered 404");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find("2.14.5"))
			.withMessage(address() + "/mirror/v2.14.5/nats-server-v2.14.5-" + ending + " answered 404");
	}

	@Test
	void asksForTheChecksumOfAVersionThatItDoesNotKnow() throws IOException {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find("2.12.0"))
			.withMessage("the checksum of nats-server-v2.12.0-linux-amd64.tar.gz is not known here; "
					+ "set the property 'nats.server.sha256' or the variable 'NATS_SERVER_SHA256' to its SHA-256");
		byte[] archive = tarball("nats-server-v2.12.0-linux-amd64", "2.12.0");
		serve("/mirror/v2.12.0/nats-server-v2.12.0-linux-amd64.tar.gz", (exchange) -> answer(exchange, archive));
		this.programs.variables.put("NATS_SERVER_SHA256", sha256(archive).toUpperCase(java.util.Locale.ROOT));
		assertThat(find("2.12.0")).isExecutable();
	}

	@Test
	void hasNothingForOtherSystemsAndProcessors() {
		this.programs.properties.put("os.arch", "riscv64");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(null))
			.withMessage("there is no release for the processor 'riscv64'");
		this.programs.properties.put("os.arch", "amd64");
		this.programs.properties.put("os.name", "AIX");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> find(null))
			.withMessage("there is no release for the operating system 'aix'");
	}

	@Test
	void comesBeforeTheGoToolchain() throws IOException {
		Path calls = this.programs.go(NatsServerVersion.PINNED.toString());
		byte[] archive = tarball("nats-server-v" + NatsServerVersion.PINNED + "-linux-amd64",
				NatsServerVersion.PINNED.toString());
		serve("/mirror", (exchange) -> answer(exchange, archive));
		pin(archive);
		assertThat(this.programs.find()).isExecutable();
		assertThat(this.programs.lines(calls)).isEmpty();
	}

	private Path find(String version) throws IOException {
		return find(version, Download.DEFAULT);
	}

	private Path find(String version, Download download) throws IOException {
		return new OfficialReleaseStep(download).find(this.programs.search(version));
	}

	private void pin(byte[] archive) {
		this.programs.properties.put("nats.server.sha256", sha256(archive));
	}

	private void assertNothingElseInCache(String... names) {
		try (Stream<Path> left = Files.list(this.programs.cache())) {
			assertThat(left.map((file) -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String address() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	private void serve(String path, Answer answer) {
		this.server.createContext(path, (exchange) -> {
			try {
				answer.to(exchange);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
	}

	private static void answer(HttpExchange exchange, byte[] body) throws IOException {
		exchange.sendResponseHeaders(200, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	private void awaitTheEnd() throws InterruptedException {
		this.over.await(30, TimeUnit.SECONDS);
	}

	private byte[] tarball(String name, String version) throws IOException {
		return tarballOf(name, "echo 'nats-server: v%s'".formatted(version));
	}

	private byte[] tarballOf(String name, String script) throws IOException {
		Path root = Files.createTempDirectory(this.directory, "archive");
		this.programs.script(root.resolve(name).resolve("nats-server"), script);
		Files.writeString(root.resolve(name).resolve("LICENSE"), "text");
		Path archive = root.resolve("archive.tar.gz");
		Command.Result result = new Command("tar", "-czf", archive.toString(), "-C", root.toString(), name).run();
		assertThat(result).returns(true, Command.Result::succeeded);
		return Files.readAllBytes(archive);
	}

	private static byte[] zip(String name, String content) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			for (String entry : List.of("LICENSE", name)) {
				zip.putNextEntry(new ZipEntry(entry));
				zip.write(content.getBytes(StandardCharsets.UTF_8));
			}
		}
		return bytes.toByteArray();
	}

	private String sha256(byte[] content) {
		try {
			return Download.sha256(Files.write(this.directory.resolve("content"), content));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@FunctionalInterface
	private interface Answer {

		void to(HttpExchange exchange) throws IOException, InterruptedException;

	}

}
