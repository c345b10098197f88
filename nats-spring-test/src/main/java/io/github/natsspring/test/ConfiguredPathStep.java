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

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The file that the user names. A wrong one is an error, never a reason to look
 * elsewhere.
 */
final class ConfiguredPathStep implements BinaryStep {

	static final String PROPERTY = "nats.server.path";

	static final String VARIABLE = "NATS_SERVER_PATH";

	private static final Log logger = LogFactory.getLog(ConfiguredPathStep.class);

	static @Nullable String configured(BinarySearch search) {
		return search.surroundings().get(PROPERTY, VARIABLE);
	}

	@Override
	public String name() {
		return "property '%s' and variable '%s'".formatted(PROPERTY, VARIABLE);
	}

	@Override
	public boolean installs() {
		return false;
	}

	@Override
	public Path find(BinarySearch search) throws IOException {
		String configured = configured(search);
		if (configured == null) {
			throw new IOException("not set");
		}
		String source = (search.surroundings().property(PROPERTY) != null) ? "property '" + PROPERTY + "'"
				: "variable '" + VARIABLE + "'";
		Path binary = Path.of(configured).toAbsolutePath();
		if (!Files.isRegularFile(binary) || !Files.isExecutable(binary)) {
			throw new IllegalStateException(
					"The %s says '%s', which is no executable file; set it to a nats-server, or unset it"
						.formatted(source, configured));
		}
		NatsServerVersion version;
		try {
			version = BinarySearch.versionOf(binary);
		}
		catch (IOException ex) {
			throw new IllegalStateException("The %s says '%s', which is no nats-server that runs here: %s"
				.formatted(source, configured, ex.getMessage()), ex);
		}
		if (search.askedFor() && !version.equals(search.version())) {
			logger.warn("nats-server %s is asked for, but the %s decides: '%s' is a nats-server %s"
				.formatted(search.version(), source, configured, version));
		}
		return binary;
	}

}
