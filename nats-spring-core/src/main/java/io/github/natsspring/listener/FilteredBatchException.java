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

package io.github.natsspring.listener;

import java.util.BitSet;

/**
 * Some of the messages that a {@link NatsBatchListener} was given are done, and it failed
 * with the cause on the others, whose positions the cause counts as if there were no
 * more. Thrown by listeners that wrap others; the methods of an application have no use
 * for it.
 */
public final class FilteredBatchException extends Exception {

	private final BitSet done;

	/**
	 * Create an exception.
	 * @param done the positions of messages that are done, in the batch
	 * @param cause what the listener threw for the others
	 */
	public FilteredBatchException(BitSet done, Throwable cause) {
		super("A batch failed but for %d messages".formatted(done.cardinality()), cause);
		this.done = (BitSet) done.clone();
	}

	/**
	 * Whether a message is done.
	 * @param index its position in the batch
	 * @return whether it is to be acknowledged
	 */
	public boolean isDone(int index) {
		return this.done.get(index);
	}

}
