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

package io.github.natsspring.event;

/**
 * A listener of a bucket has been given everything that was there when it started, also
 * if that is nothing; what comes from now on are changes. Published after each start of a
 * listener that takes current values, and again after a {@link NatsBucketReplacedEvent}.
 */
public final class NatsBucketStateReadEvent extends NatsBucketEvent {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an event.
	 * @param container the container of the listener
	 * @param listenerId the id of the listener
	 * @param bucket the name of the bucket
	 */
	public NatsBucketStateReadEvent(Object container, String listenerId, String bucket) {
		super(container, listenerId, bucket);
	}

}
