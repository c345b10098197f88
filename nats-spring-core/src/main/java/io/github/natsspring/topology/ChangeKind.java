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

/**
 * What the change of a field may do.
 */
public enum ChangeKind {

	/**
	 * Nothing is lost: an update makes it.
	 */
	SAFE,

	/**
	 * Stored messages, or deliveries that are not acknowledged, could be discarded: an
	 * update makes it where data loss is allowed.
	 */
	DATA_LOSS,

	/**
	 * Subjects or sources are removed: an update makes it where pruning is allowed.
	 */
	PRUNE,

	/**
	 * A filter of a consumer is narrowed, and messages that nobody else waits for are
	 * discarded: an update makes it where both pruning and data loss are allowed.
	 */
	PRUNE_WITH_DATA_LOSS,

	/**
	 * The server does not make it.
	 */
	IMMUTABLE

}
