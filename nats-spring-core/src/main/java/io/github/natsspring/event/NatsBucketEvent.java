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

import org.springframework.context.ApplicationEvent;

/**
 * Something a listener of a key-value or object-store bucket has come to. Published on a
 * thread of the listener, in order with its runs: none begins before those that are told
 * of the event have returned. What they throw is logged and changes nothing.
 */
public abstract class NatsBucketEvent extends ApplicationEvent {

	private static final long serialVersionUID = 1L;

	private final String listenerId;

	private final String bucket;

	NatsBucketEvent(Object container, String listenerId, String bucket) {
		super(container);
		this.listenerId = listenerId;
		this.bucket = bucket;
	}

	/**
	 * The id of the listener.
	 * @return the id
	 */
	public String getListenerId() {
		return this.listenerId;
	}

	/**
	 * The bucket that it watches.
	 * @return the name of the bucket
	 */
	public String getBucket() {
		return this.bucket;
	}

	@Override
	public String toString() {
		return "%s of bucket '%s' for listener '%s'".formatted(getClass().getSimpleName(), this.bucket,
				this.listenerId);
	}

}
