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

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.natsspring.test.SeenFile.Seen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class SeenFileTests {

	private final Path file;

	SeenFileTests(@TempDir Path directory) {
		this.file = directory.resolve("seen");
	}

	@Test
	void readsWhatWasAppendedWhileItIsOpen() {
		try (SeenFile seen = SeenFile.appendTo(this.file)) {
			seen.append("a");
			seen.append("ü €", "key 1", 42);
			assertThat(SeenFile.read(this.file)).containsExactly(new Seen("a", null, 0), new Seen("ü €", "key 1", 42));
		}
		try (SeenFile again = SeenFile.appendTo(this.file)) {
			again.append("a");
		}
		assertThat(SeenFile.read(this.file)).extracting(Seen::id).containsExactly("a", "ü €", "a");
	}

	@Test
	void hasNothingBeforeItIsMade() {
		assertThat(SeenFile.read(this.file)).isEmpty();
	}

	@Test
	void appendsInAnInterruptedThread() {
		try (SeenFile seen = SeenFile.appendTo(this.file)) {
			Thread.currentThread().interrupt();
			seen.append("a");
			assertThat(Thread.interrupted()).isTrue();
			seen.append("b");
		}
		assertThat(SeenFile.read(this.file)).extracting(Seen::id).containsExactly("a", "b");
	}

	@Test
	void leavesOutALineThatIsBeingWritten() throws Exception {
		Files.writeString(this.file, "a\t\t0\nb\tk");
		assertThat(SeenFile.read(this.file)).extracting(Seen::id).containsExactly("a");
		Files.writeString(this.file, "\t7\n", StandardOpenOption.APPEND);
		assertThat(SeenFile.read(this.file)).containsExactly(new Seen("a", null, 0), new Seen("b", "k", 7));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\tb", "a\nb", "a\rb" })
	void refusesWhatWouldBreakALine(String value) {
		try (SeenFile seen = SeenFile.appendTo(this.file)) {
			assertThatIllegalArgumentException().isThrownBy(() -> seen.append(value)).withMessageContaining("'a?b'");
			assertThatIllegalArgumentException().isThrownBy(() -> seen.append("a", value, 1))
				.withMessageContaining("key 'a?b'");
			assertThatIllegalArgumentException().isThrownBy(() -> seen.append("")).withMessageContaining("empty");
		}
		assertThat(this.file).isEmptyFile();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "a\tb", "a\tb\tc", "a\tb\t1\t2" })
	void refusesForeignLines(String line) throws Exception {
		Files.writeString(this.file, line + "\n");
		assertThatIllegalStateException().isThrownBy(() -> SeenFile.read(this.file)).withMessageContaining(line);
	}

	@Test
	void saysWhichFileItCannotOpen() {
		Path missing = this.file.resolve("missing");
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> SeenFile.appendTo(missing))
			.withMessageContaining(missing.toString());
	}

	@Test
	void keepsWholeLinesOfSeveralJvmsOverAKill() {
		try (ApplicationProcess first = appending("x"); ApplicationProcess second = appending("y")) {
			await().atMost(Duration.ofSeconds(30)).until(() -> ids("x").size() > 2000 && ids("y").size() > 2000);
			first.kill();
			second.kill();
			assertThat(ids("x")).hasSizeGreaterThanOrEqualTo(told(first));
			assertThat(ids("y")).hasSizeGreaterThanOrEqualTo(told(second));
		}
		List<Seen> all = SeenFile.read(this.file);
		Set<String> once = new HashSet<>(all.stream().map(Seen::id).toList());
		assertThat(once).hasSameSizeAs(all);
	}

	// Each in its order, without a gap
	private List<Seen> ids(String key) {
		List<Seen> seen = new ArrayList<>(
				SeenFile.read(this.file).stream().filter((one) -> key.equals(one.key())).toList());
		for (int i = 0; i < seen.size(); i++) {
			assertThat(seen.get(i)).isEqualTo(new Seen(key + i, key, i));
		}
		return seen;
	}

	private static int told(ApplicationProcess application) {
		List<String> lines = application.output().lines().filter((line) -> line.matches("appended \\d+00")).toList();
		return Integer.parseInt(lines.get(lines.size() - 1).substring("appended ".length()));
	}

	private ApplicationProcess appending(String key) {
		return ApplicationProcess.builder(AppendMain.class).args(this.file.toString(), key).start();
	}

}
