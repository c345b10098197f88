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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Finds the executable of a nats-server, and installs one into the cache if there is
 * none.
 */
final class NatsServerBinary {

	static final List<BinaryStep> STEPS = List.of(new ConfiguredPathStep(), new CacheStep(), new SearchPathStep(),
			new OfficialReleaseStep(), new GoInstallStep(), new DebianPackageStep());

	/** Longer than the longest installation that another process may be at. */
	private static final Duration LOCK_TIMEOUT = Duration.ofMinutes(15);

	private static final Log logger = LogFactory.getLog(NatsServerBinary.class);

	/** A fault test restarts its server often, and some steps take a while. */
	private static final Map<Key, Path> found = new ConcurrentHashMap<>();

	private NatsServerBinary() {
	}

	/**
	 * Find a nats-server, by the order of steps that the project's surface lays down.
	 * @param version the version, or {@code null} for what the property
	 * {@value BinarySearch#VERSION_PROPERTY} or the variable
	 * {@value BinarySearch#VERSION_VARIABLE} says, or else the pinned one
	 * @return the executable
	 * @throws IllegalStateException if there is none, with all that was tried
	 */
	static Path find(@Nullable String version) {
		BinarySearch search = BinarySearch.of(version, BinarySearch.Surroundings.ofThisProcess());
		Key key = new Key(search.version(), search.askedFor(), search.cache(), ConfiguredPathStep.configured(search));
		Path known = found.get(key);
		if (known == null || !Files.isExecutable(known)) {
			known = find(search, STEPS);
			found.put(key, known);
		}
		return known;
	}

	static Path find(BinarySearch search, List<BinaryStep> steps) {
		List<String> failures = new ArrayList<>();
		Path binary = firstOf(search, steps.stream().filter((step) -> !step.installs()).toList(), failures);
		if (binary == null) {
			binary = install(search, steps, failures);
		}
		if (binary != null) {
			return binary;
		}
		throw new IllegalStateException("""
				No nats-server %s could be had (%s). Tried:
				%s
				Set the property '%s' or the variable '%s' to the file of a nats-server that you installed."""
			.formatted(search.version(), search.askedFor() ? "asked for" : "the pinned version",
					String.join("\n", failures), ConfiguredPathStep.PROPERTY, ConfiguredPathStep.VARIABLE));
	}

	private static @Nullable Path install(BinarySearch search, List<BinaryStep> steps, List<String> failures) {
		List<BinaryStep> installing = steps.stream().filter(BinaryStep::installs).toList();
		if (installing.isEmpty()) {
			return null;
		}
		try (InstallLock lock = InstallLock.acquire(search.cache(), LOCK_TIMEOUT)) {
			logger.debug("Installing under " + lock);
			// Another process may have installed it while we waited
			Path binary = firstOf(search, List.of(new CacheStep()), new ArrayList<>());
			return (binary != null) ? binary : firstOf(search, installing, failures);
		}
		catch (IOException ex) {
			failures.add("- cache " + search.cache() + ": " + ex.getMessage());
			return null;
		}
	}

	private static @Nullable Path firstOf(BinarySearch search, List<BinaryStep> steps, List<String> failures) {
		for (BinaryStep step : steps) {
			try {
				Path binary = step.find(search);
				logger.debug("Using nats-server " + binary + " (" + step.name() + ")");
				return binary;
			}
			catch (IOException ex) {
				failures.add("- " + step.name() + ": " + ex.getMessage());
			}
		}
		return null;
	}

	private record Key(NatsServerVersion version, boolean askedFor, Path cache, @Nullable String configured) {
	}

}
