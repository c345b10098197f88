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

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@DisabledOnOs(OS.WINDOWS)
class ApplicationProcessTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	@Test
	void passesArgumentsPropertiesAndVariables() {
		String strange = "a \"b\" \\c\n@d 'e' #f";
		try (ApplicationProcess app = application("work", "@file", strange, "")
			.systemProperty("harness.property", "x \"y\" \\z")
			.environment("HARNESS_VARIABLE", "z z")
			.jvmOptions("-Xmx77m")
			.readyWhenOutput("^ready$")
			.start()) {
			assertThat(app.isRunning()).isTrue();
			assertThat(app.output()).contains("args [work, @file, " + strange + ", ]", "property x \"y\" \\z",
					"variable z z", "memory 8");
			assertThat(app.toString()).contains("ApplicationMain", "running=true");
		}
	}

	@Test
	void endsInOrder() {
		try (ApplicationProcess app = application("work").readyWhenOutput("ready").start()) {
			assertThatIllegalStateException().isThrownBy(app::exitCode).withMessageContaining("still runs");
			assertThat(app.terminate(LONG)).isEqualTo(143);
			assertThat(app.output()).contains("closed in order");
			assertThat(app.isRunning()).isFalse();
			assertThatIllegalStateException().isThrownBy(app::pause).withMessageContaining("does not run");
		}
	}

	@Test
	void endsInOrderWhenPaused() {
		try (ApplicationProcess app = application("work").readyWhenOutput("ready").start()) {
			app.pause();
			assertThat(app.terminate(LONG)).isEqualTo(143);
			assertThat(app.output()).contains("closed in order");
		}
	}

	@Test
	void killsWhatDoesNotEndInTimeAndSaysSo() {
		try (ApplicationProcess app = application("hang").readyWhenOutput("ready").start()) {
			assertThatIllegalStateException().isThrownBy(() -> app.terminate(Duration.ofMillis(700)))
				.withMessageContaining("700 ms")
				.withMessageContaining("ready");
			assertThat(app.isRunning()).isFalse();
		}
	}

	@Test
	void killsWithoutAnyFarewell() {
		try (ApplicationProcess app = application("work").readyWhenOutput("ready").start()) {
			long pid = app.pid();
			app.kill();
			app.kill();
			assertThat(isAlive(pid)).isFalse();
			assertThat(app.exitCode()).isEqualTo(137);
			assertThat(app.output()).contains("ready").doesNotContain("closed in order");
		}
	}

	@Test
	void doesNothingWhilePaused() {
		try (ApplicationProcess app = application("work").readyWhenOutput("ready").start()) {
			app.pause();
			AtomicReference<String> last = new AtomicReference<>("");
			// It says something every 100 ms otherwise
			await().pollInterval(Duration.ofMillis(700)).atMost(LONG).until(() -> {
				String now = app.output();
				return now.equals(last.getAndSet(now));
			});
			assertThat(app.isRunning()).isTrue();
			app.resume();
			await().atMost(LONG).until(() -> !app.output().equals(last.get()));
		}
	}

	@Test
	void failsWithItsOutputWhenItEndsBeforeItIsReady() {
		assertThatIllegalStateException().isThrownBy(() -> application("fail").readyWhenOutput("ready").start())
			.withMessageContaining("exit code 7")
			.withMessageContaining("args [fail]");
	}

	@Test
	void failsWhenItIsNotReadyInTime() {
		AtomicInteger looks = new AtomicInteger();
		assertThatIllegalStateException()
			.isThrownBy(() -> application("work").startTimeout(Duration.ofMillis(300))
				.readyWhen(() -> looks.incrementAndGet() < 0)
				.start())
			.withMessageContaining("300 ms");
		assertThat(looks).hasPositiveValue();
		assertThat(ProcessHandle.current()
			.descendants()
			.filter((process) -> process.info().commandLine().orElse("").contains("nats-application-"))
			.filter(ProcessHandle::isAlive)).isEmpty();
	}

	@Test
	void waitsForAConditionOfTheTest() {
		AtomicInteger looks = new AtomicInteger();
		try (ApplicationProcess app = application("work").readyWhen(() -> looks.incrementAndGet() == 3).start()) {
			assertThat(looks).hasValue(3);
			app.awaitOutput("tick \\d", LONG);
			assertThatIllegalStateException().isThrownBy(() -> app.awaitOutput("never", Duration.ofMillis(100)))
				.withMessageContaining("'never'");
		}
	}

	@Test
	void doesNotOutliveTheJvmThatStartedIt() {
		try (ApplicationProcess holder = application("hold").readyWhenOutput("holds \\d+").start()) {
			Matcher matcher = Pattern.compile("holds (\\d+)").matcher(holder.output());
			assertThat(matcher.find()).isTrue();
			long pid = Long.parseLong(matcher.group(1));
			assertThat(isAlive(pid)).isTrue();
			holder.kill();
			await().atMost(LONG).until(() -> !isAlive(pid));
		}
	}

	@Test
	void removesItsFilesWhenClosed() {
		ApplicationProcess app = application("work").readyWhenOutput("ready").start();
		app.close();
		app.close();
		assertThat(app.isRunning()).isFalse();
		assertThat(app.output()).contains("no output");
	}

	private static ApplicationProcess.Builder application(String... args) {
		return ApplicationProcess.builder(ApplicationMain.class).jvmOptions("-XX:TieredStopAtLevel=1").args(args);
	}

	private static boolean isAlive(long pid) {
		return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
	}

}
