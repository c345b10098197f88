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

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Has a test fail when something secret was printed, logged at any level, thrown at the
 * user or shown while it ran. Passwords and tokens of such a test have the
 * {@linkplain SecretsWatch#MARKER marker}; seeds and JWTs are known by their form.
 */
final class NoSecrets implements BeforeTestExecutionCallback, AfterTestExecutionCallback {

	private static volatile @Nullable SecretsWatch current;

	/**
	 * Look at what a user sees of a failure, of health, or of any object.
	 */
	static void shown(Object... texts) {
		SecretsWatch watch = Objects.requireNonNull(current, "The test lacks @ExtendWith(NoSecrets.class)");
		for (Object text : texts) {
			watch.look("shown", String.valueOf(text));
		}
	}

	/**
	 * That everything is logged.
	 */
	static void assertLogsEverything() {
		assertThat(Objects.requireNonNull(current).traces()).isPositive();
	}

	@Override
	public void beforeTestExecution(ExtensionContext context) {
		current = new SecretsWatch();
	}

	@Override
	public void afterTestExecution(ExtensionContext context) {
		SecretsWatch watch = Objects.requireNonNull(current);
		current = null;
		watch.close();
		assertThat(watch.found()).as("Where a secret is shown").isEmpty();
	}

}
