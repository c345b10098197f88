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

package io.github.natsspring.listener.adapter;

import java.util.concurrent.Executor;

import io.github.natsspring.listener.ListenerObservations;
import org.jspecify.annotations.Nullable;

/**
 * What a method listener knows of the listener that it is for.
 *
 * @param id the id of the listener, part of the ids of messages that it sends on
 * @param executor the threads of its container, where results are dealt with that come
 * after the method has returned
 * @param observations observes the listener, or {@code null} if nobody does
 */
public record MethodListenerContext(String id, Executor executor, @Nullable ListenerObservations observations) {

	/**
	 * Create the context of a listener that nobody observes.
	 * @param id the id of the listener
	 * @param executor the threads of its container
	 */
	public MethodListenerContext(String id, Executor executor) {
		this(id, executor, null);
	}

	/**
	 * The executor, for tasks that belong to the run on this thread.
	 */
	Executor currentExecutor() {
		return (this.observations != null) ? this.observations.capture(this.executor) : this.executor;
	}

}
