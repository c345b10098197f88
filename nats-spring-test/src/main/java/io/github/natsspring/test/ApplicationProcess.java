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
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * An application under test as a JVM of its own, to be ended, killed or paused while it
 * works.
 *
 * <pre class="code">
 * try (ApplicationProcess app = ApplicationProcess.builder(OrderApplication.class)
 * 	.args("--nats.url=" + server.url())
 * 	.readyWhenOutput("Started OrderApplication")
 * 	.start()) {
 * 	app.kill();
 * }
 * </pre>
 * <p>
 * The application never outlives the JVM of the test; on Unix that holds for
 * {@code kill -9} of that JVM too. All methods may be called by any thread.
 */
public final class ApplicationProcess implements AutoCloseable {

	private final ApplicationRun run;

	private ApplicationProcess(ApplicationRun run) {
		this.run = run;
	}

	/**
	 * Begin to describe an application.
	 * @param main the class with the {@code main} method
	 * @return a builder with the class path of this JVM
	 */
	public static Builder builder(Class<?> main) {
		return builder(main.getName());
	}

	/**
	 * Begin to describe an application.
	 * @param main the name of the class with the {@code main} method
	 * @return a builder with the class path of this JVM
	 */
	public static Builder builder(String main) {
		return new Builder(main);
	}

	/**
	 * Ask the application to end (SIGTERM), as an orchestrator does, paused or not, and
	 * wait until it has.
	 * @param timeout how long at most; it is killed afterwards
	 * @return the exit code, of a JVM that ended in order 143 on Unix
	 * @throws IllegalStateException if it had to be killed, with the end of its output
	 */
	public int terminate(Duration timeout) {
		return this.run.terminate(timeout);
	}

	/**
	 * Kill the application ({@code kill -9}) and wait for its end. Does nothing when it
	 * does not run.
	 * @throws IllegalStateException if it does not end within 15 seconds
	 */
	public void kill() {
		this.run.kill();
	}

	/**
	 * Pause the application (SIGSTOP): it does nothing, and its connections stay open.
	 * @throws IllegalStateException if it does not run
	 * @throws UnsupportedOperationException on Windows
	 */
	public void pause() {
		this.run.signal("STOP");
	}

	/**
	 * Let a paused application go on (SIGCONT).
	 * @throws IllegalStateException if it does not run
	 * @throws UnsupportedOperationException on Windows
	 */
	public void resume() {
		this.run.signal("CONT");
	}

	/**
	 * Wait for the end of the application.
	 * @param timeout how long at most
	 * @return whether it has ended
	 */
	public boolean awaitEnd(Duration timeout) {
		return this.run.awaitEnd(timeout);
	}

	/**
	 * Wait for a line of output, of the past or to come.
	 * @param regex what a line has to contain
	 * @param timeout how long at most
	 * @throws IllegalStateException if there is no such line within the time or until the
	 * application ends, with the end of its output
	 */
	public void awaitOutput(String regex, Duration timeout) {
		this.run.awaitOutput(regex, timeout);
	}

	/**
	 * Whether there is a process, be it paused.
	 * @return {@code true} if it runs
	 */
	public boolean isRunning() {
		return this.run.isRunning();
	}

	/**
	 * The id of the application's process.
	 * @return the process id, also after its end
	 */
	public long pid() {
		return this.run.pid();
	}

	/**
	 * The exit code.
	 * @return the code; on Unix 128 and the signal's number if a signal ended it
	 * @throws IllegalStateException while it runs
	 */
	public int exitCode() {
		return this.run.exitCode();
	}

	/**
	 * The end of what the application has written to its standard output and error.
	 * @return the last 200 lines
	 */
	public String output() {
		return this.run.output();
	}

	/**
	 * Kill the application if it runs, and remove its output. May be called more than
	 * once.
	 */
	@Override
	public void close() {
		this.run.close();
	}

	@Override
	public String toString() {
		return "ApplicationProcess[%s, pid=%s, running=%s]".formatted(this.run.name(), pid(), isRunning());
	}

	/**
	 * Describes an application.
	 */
	public static final class Builder {

		private final String main;

		private final List<String> jvmOptions = new ArrayList<>();

		private final List<String> args = new ArrayList<>();

		private final Map<String, String> environment = new LinkedHashMap<>();

		private String classPath = System.getProperty("surefire.test.class.path",
				System.getProperty("java.class.path"));

		private @Nullable String readyOutput;

		private @Nullable BooleanSupplier ready;

		private Duration startTimeout = Duration.ofSeconds(60);

		private Builder(String main) {
			this.main = main;
		}

		/**
		 * Add arguments of the {@code main} method.
		 * @param args the arguments
		 * @return this builder
		 */
		public Builder args(String... args) {
			this.args.addAll(List.of(args));
			return this;
		}

		/**
		 * Add options of the JVM.
		 * @param options the options, such as {@code -Xmx128m}
		 * @return this builder
		 */
		public Builder jvmOptions(String... options) {
			this.jvmOptions.addAll(List.of(options));
			return this;
		}

		/**
		 * Set a system property.
		 * @param name its name
		 * @param value its value
		 * @return this builder
		 */
		public Builder systemProperty(String name, String value) {
			return jvmOptions("-D" + name + "=" + value);
		}

		/**
		 * Set a variable of the environment, besides those of this JVM.
		 * @param name its name
		 * @param value its value
		 * @return this builder
		 */
		public Builder environment(String name, String value) {
			this.environment.put(name, value);
			return this;
		}

		/**
		 * Choose another class path.
		 * @param classPath the class path, by default that of this JVM
		 * @return this builder
		 */
		public Builder classPath(String classPath) {
			this.classPath = classPath;
			return this;
		}

		/**
		 * Have {@link #start()} wait for a line of output.
		 * @param regex what the line has to contain
		 * @return this builder
		 */
		public Builder readyWhenOutput(String regex) {
			this.readyOutput = regex;
			return this;
		}

		/**
		 * Have {@link #start()} wait for a condition, looked at every 20 ms by the thread
		 * that starts.
		 * @param condition the condition
		 * @return this builder
		 */
		public Builder readyWhen(BooleanSupplier condition) {
			this.ready = condition;
			return this;
		}

		/**
		 * Limit the time in which the application has to become ready.
		 * @param timeout the limit, by default 60 seconds
		 * @return this builder
		 */
		public Builder startTimeout(Duration timeout) {
			this.startTimeout = timeout;
			return this;
		}

		/**
		 * Start the application and wait until it is ready, if it was said when it is.
		 * @return the running application
		 * @throws IllegalStateException if it ends before it is ready or does not become
		 * ready in time, with the end of its output
		 * @throws UncheckedIOException if there is no JVM to be started
		 */
		public ApplicationProcess start() {
			ApplicationProcess application = launch();
			try {
				if (this.readyOutput != null) {
					application.awaitOutput(this.readyOutput, this.startTimeout);
				}
				if (this.ready != null) {
					application.run.await(this.ready, this.startTimeout, "readiness");
				}
				return application;
			}
			catch (RuntimeException | Error ex) {
				application.close();
				throw ex;
			}
		}

		private ApplicationProcess launch() {
			try {
				return new ApplicationProcess(ApplicationRun.launch(this.main, List.copyOf(this.jvmOptions),
						this.classPath, List.copyOf(this.args), this.environment));
			}
			catch (IOException ex) {
				throw new UncheckedIOException("Could not start " + this.main, ex);
			}
		}

	}

}
