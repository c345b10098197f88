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

package io.github.natsspring.core;

import java.time.Duration;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Settings of a {@link NatsTemplate}.
 *
 * @param requestTimeout how long an answer is awaited where the caller says nothing
 * @param executor completes the futures of asynchronous requests, and runs what users
 * hang on them; {@code null} for a few threads of the template
 */
public record NatsTemplateSettings(Duration requestTimeout, @Nullable Executor executor) {

	public NatsTemplateSettings {
		Assert.isTrue(requestTimeout.toNanos() > 0, "'requestTimeout' must be positive");
	}

	/**
	 * Two seconds, and threads of the template.
	 * @return the settings
	 */
	public static NatsTemplateSettings defaults() {
		return new NatsTemplateSettings(Duration.ofSeconds(2), null);
	}

}
