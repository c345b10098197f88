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

import org.springframework.util.Assert;

/**
 * The place of a dead letter.
 *
 * @param stream the stream of dead letters, not the one of the original
 * @param sequence the sequence in that stream
 */
public record DeadLetterId(String stream, long sequence) {

	/**
	 * Create an id.
	 * @throws IllegalArgumentException if the name is empty or the sequence not positive
	 */
	public DeadLetterId {
		Assert.hasText(stream, "'stream' must not be empty");
		Assert.isTrue(sequence > 0, () -> "'sequence' must be positive, and is " + sequence);
	}

	/**
	 * Read what {@link #toString()} wrote.
	 * @param text the text, such as {@code ORDERS_DLQ:17}
	 * @return the id
	 * @throws IllegalArgumentException if it is none
	 */
	public static DeadLetterId parse(String text) {
		int colon = text.lastIndexOf(':');
		try {
			Assert.isTrue(colon > 0, "there is no colon");
			return new DeadLetterId(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"'%s' is no id of a dead letter; it has the form stream:sequence, as in ORDERS_DLQ:17"
						.formatted(text),
					ex);
		}
	}

	@Override
	public String toString() {
		return this.stream + ":" + this.sequence;
	}

}
