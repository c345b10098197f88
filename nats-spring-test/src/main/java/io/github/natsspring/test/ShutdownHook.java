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

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Ends servers at the end of the JVM where there is no {@code /bin/sh} to do it.
 */
final class ShutdownHook {

	/** Shutdown hooks run at once; those that close Spring contexts need the server. */
	private static final Set<String> FIRST = Set.of("SpringApplicationShutdownHook", "SpringContextShutdownHook");

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** The value is the directory to remove; the key itself where there is none. */
	private static final Map<ServerProcess, Object> servers = new ConcurrentHashMap<>();

	static {
		Runtime.getRuntime().addShutdownHook(new Thread(ShutdownHook::run, "nats-server-shutdown-hook"));
	}

	private ShutdownHook() {
	}

	static void add(ServerProcess server, @Nullable Path directory) {
		servers.keySet().removeIf((other) -> !other.isAlive());
		servers.put(server, (directory != null) ? directory : server);
	}

	private static void run() {
		// At least one turn, so that the other hooks have been started
		Poll poll = new Poll(PATIENCE, Duration.ofMillis(100));
		while (poll.next() && springIsClosing()) {
			continue;
		}
		servers.forEach((server, directory) -> {
			server.kill();
			server.awaitEnd(Duration.ofSeconds(5));
			if (directory instanceof Path path) {
				Directories.delete(path);
			}
		});
	}

	private static boolean springIsClosing() {
		return Thread.getAllStackTraces().keySet().stream().anyMatch((thread) -> FIRST.contains(thread.getName()));
	}

}
