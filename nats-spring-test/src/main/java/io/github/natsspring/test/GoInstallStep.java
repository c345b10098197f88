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
import java.nio.file.Path;
import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Builds a nats-server with an installed Go toolchain.
 */
final class GoInstallStep implements BinaryStep {

	private static final Log logger = LogFactory.getLog(GoInstallStep.class);

	private static final Duration TIMEOUT = Duration.ofMinutes(10);

	private static final String MODULE = "github.com/nats-io/nats-server/v2";

	@Override
	public String name() {
		return "Go toolchain";
	}

	@Override
	public boolean installs() {
		return true;
	}

	@Override
	public Path find(BinarySearch search) throws IOException {
		Path go = search.onPath("go");
		NatsServerVersion version = search.version();
		logger.info("Building nats-server %s with '%s install' into %s: takes some minutes, the first time only"
			.formatted(version, go, search.cache()));
		long start = System.nanoTime();
		try (Installation installation = new Installation(search)) {
			Command.Result result = new Command(go.toString(), "install", MODULE + "@v" + version)
				.variable("GOBIN", installation.scratch().toString())
				// No C compiler needed, and no dependency on this machine's C library
				.variable("CGO_ENABLED", "0")
				// Not those of a Go project that we may be in
				.variable("GOFLAGS", "")
				.directory(installation.scratch())
				.timeout(TIMEOUT)
				.onProgress(Duration.ofSeconds(30),
						(elapsed) -> logger
							.info("Still building nats-server %s (%s s)".formatted(version, elapsed.toSeconds())))
				.run();
			if (!result.succeeded()) {
				throw new IOException(
						"'%s install' ended with exit code %s%s".formatted(go, result.exitCode(), result.tail()));
			}
			Path binary = installation.finish(installation.scratch().resolve(BinarySearch.executable("nats-server")),
					version);
			logger.info("Built nats-server %s in %s s".formatted(version,
					Duration.ofNanos(System.nanoTime() - start).toSeconds()));
			return binary;
		}
	}

}
