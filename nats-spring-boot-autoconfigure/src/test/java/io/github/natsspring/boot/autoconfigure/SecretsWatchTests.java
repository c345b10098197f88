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

package io.github.natsspring.boot.autoconfigure;

import java.io.IOException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SecretsWatch}: one that finds nothing would be no proof.
 */
class SecretsWatchTests {

	private static final Log logger = LogFactory.getLog(SecretsWatchTests.class);

	@Test
	void findsSecretsWhereverTheyAreShown() {
		TestAccounts.User user = new TestAccounts().user();
		try (SecretsWatch watch = new SecretsWatch()) {
			logger.info("nothing to see");
			assertThat(watch.found()).isEmpty();
			logger.trace("a " + SecretsWatch.MARKER);
			logger.debug("seed=" + user.seed());
			logger.warn("failed", new IllegalStateException(new IOException("for " + user.jwt())));
			java.util.logging.Logger.getLogger("io.nats.client").finest(SecretsWatch.MARKER);
			System.out.println("connect to nats://app:" + SecretsWatch.MARKER + "@h");
			System.err.println(SecretsWatch.MARKER);
			watch.look("shown", "{\n error: " + SecretsWatch.MARKER + "}");
			assertThat(watch.found()).extracting((line) -> line.substring(0, line.indexOf(':')))
				.containsSubsequence(SecretsWatchTests.class.getName(), SecretsWatchTests.class.getName(),
						SecretsWatchTests.class.getName(), "io.nats.client", "output", "output", "shown");
			assertThat(watch.traces()).isPositive();
		}
		try (SecretsWatch watch = new SecretsWatch()) {
			logger.trace("something else");
			assertThat(watch.found()).isEmpty();
		}
	}

}
