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

import io.github.natsspring.connection.NatsException;
import org.jspecify.annotations.Nullable;

/**
 * A listener cannot work as it is declared. The message names the listener, the value and
 * what to do.
 */
public class NatsListenerException extends NatsException {

	private final String listener;

	private final String problem;

	private final String action;

	/**
	 * Create an exception.
	 * @param listener the listener, as {@code class#method} or by its id
	 * @param problem what is wrong, with the attribute and its value, without a full stop
	 * @param action what to do, without a full stop
	 */
	public NatsListenerException(String listener, String problem, String action) {
		this(listener, problem, action, null);
	}

	/**
	 * Create an exception.
	 * @param listener the listener, as {@code class#method} or by its id
	 * @param problem what is wrong, with the attribute and its value, without a full stop
	 * @param action what to do, without a full stop
	 * @param cause the cause, or {@code null}
	 */
	public NatsListenerException(String listener, String problem, String action, @Nullable Throwable cause) {
		super("Listener %s: %s. %s.".formatted(listener, problem, action), cause);
		this.listener = listener;
		this.problem = problem;
		this.action = action;
	}

	/**
	 * The listener that cannot work.
	 * @return {@code class#method}, or the id of a listener without a method
	 */
	public String getListener() {
		return this.listener;
	}

	/**
	 * What is wrong.
	 * @return the problem, without a full stop
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * What the developer should do.
	 * @return the action, without a full stop
	 */
	public String getAction() {
		return this.action;
	}

}
