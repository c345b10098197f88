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

import org.springframework.util.Assert;

/**
 * Options of a request over core NATS.
 */
public final class RequestOptions extends MessageOptions<RequestOptions> {

	private Duration timeout;

	RequestOptions(Duration timeout) {
		this.timeout = timeout;
	}

	@Override
	RequestOptions self() {
		return this;
	}

	/**
	 * Set how long to wait for the answer, in place of the timeout of the template.
	 * @param timeout how long to wait
	 * @return these options
	 */
	public RequestOptions timeout(Duration timeout) {
		Assert.isTrue(timeout.toNanos() > 0, "'timeout' must be positive");
		this.timeout = timeout;
		return this;
	}

	Duration timeout() {
		return this.timeout;
	}

}
