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

package io.github.natsspring.deadletter;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Which dead letters are meant, oldest first in each of their streams.
 *
 * @param stream the stream of the originals
 * @param consumer the consumer whose listener failed; {@code null} for all
 * @param after only those behind this one, in its stream; {@code null} for all
 * @param max how many at most
 */
public record DeadLetterQuery(String stream, @Nullable String consumer, @Nullable DeadLetterId after, int max) {

	/**
	 * How many letters are meant unless set otherwise.
	 */
	public static final int DEFAULT_MAX = 100;

	/**
	 * Create a query.
	 * @throws IllegalArgumentException if {@code stream} is empty or {@code max} not
	 * positive
	 */
	public DeadLetterQuery {
		Assert.hasText(stream, "'stream' must not be empty");
		Assert.isTrue(max > 0, () -> "'max' must be positive, and is " + max);
	}

	/**
	 * The first 100 letters of a stream.
	 * @param stream the stream of the originals
	 * @return the query
	 */
	public static DeadLetterQuery ofStream(String stream) {
		return new DeadLetterQuery(stream, null, null, DEFAULT_MAX);
	}

	/**
	 * Only those of one consumer.
	 * @param consumer the consumer
	 * @return the narrower query
	 */
	public DeadLetterQuery consumer(String consumer) {
		return new DeadLetterQuery(this.stream, consumer, this.after, this.max);
	}

	/**
	 * Only those behind one that was seen.
	 * @param after the last one that was seen
	 * @return the next page
	 */
	public DeadLetterQuery after(DeadLetterId after) {
		return new DeadLetterQuery(this.stream, this.consumer, after, this.max);
	}

	/**
	 * So many at most.
	 * @param max the number
	 * @return the query
	 */
	public DeadLetterQuery max(int max) {
		return new DeadLetterQuery(this.stream, this.consumer, this.after, max);
	}

	boolean matches(DeadLetterOrigin origin) {
		return this.stream.equals(origin.stream())
				&& (this.consumer == null || this.consumer.equals(origin.consumer()));
	}

}
