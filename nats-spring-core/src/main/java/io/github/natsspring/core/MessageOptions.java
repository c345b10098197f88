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

import io.github.natsspring.support.NatsHeaders;
import io.nats.client.impl.Headers;

import org.springframework.util.Assert;

/**
 * What can be said about any message that is sent.
 *
 * @param <S> the type of the options
 */
public abstract class MessageOptions<S extends MessageOptions<S>> {

	private final Headers headers = new Headers();

	MessageOptions() {
	}

	abstract S self();

	/**
	 * Set a header, in place of an earlier value.
	 * @param name the name; NATS minds the case
	 * @param values the values, printable ASCII
	 * @return these options
	 */
	public S header(String name, String... values) {
		this.headers.put(name, values);
		return self();
	}

	/**
	 * Set headers, in place of earlier values.
	 * @param headers the headers, which are copied
	 * @return these options
	 */
	public S headers(Headers headers) {
		Assert.notNull(headers, "'headers' must not be null");
		headers.forEach(this.headers::put);
		return self();
	}

	/**
	 * Set the content type, which also chooses the converter.
	 * @param contentType the content type, such as {@code application/vnd.order+json}
	 * @return these options
	 */
	public S contentType(String contentType) {
		return header(NatsHeaders.CONTENT_TYPE, contentType);
	}

	Headers headers() {
		return this.headers;
	}

}
