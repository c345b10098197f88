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

package io.github.natsspring.topology;

import io.github.natsspring.connection.NatsException;

/**
 * A consumer is not on the server and may not be made, or cannot be because its stream is
 * missing.
 */
public class ConsumerNotFoundException extends NatsException {

	private final String stream;

	private final String consumer;

	private final boolean streamMissing;

	public ConsumerNotFoundException(String message, String stream, String consumer, boolean streamMissing) {
		super(message);
		this.stream = stream;
		this.consumer = consumer;
		this.streamMissing = streamMissing;
	}

	/**
	 * The stream of the consumer.
	 * @return its name
	 */
	public String getStream() {
		return this.stream;
	}

	/**
	 * The consumer that is missing.
	 * @return its durable name
	 */
	public String getConsumer() {
		return this.consumer;
	}

	/**
	 * Whether the stream is missing, too.
	 * @return {@code true} if the server has no such stream
	 */
	public boolean isStreamMissing() {
		return this.streamMissing;
	}

}
