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

package io.github.natsspring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * A {@code nats.*} property has a value that cannot be used. Unlike Boot's exception for
 * this, neither it nor its analysis looks the value up again, which could hold a
 * password.
 */
public class InvalidNatsPropertyException extends RuntimeException {

	private final String property;

	private final @Nullable String value;

	private final String reason;

	private final String action;

	/**
	 * Create an exception.
	 * @param property the name of the property
	 * @param value the value without anything secret, or {@code null} not to show it
	 * @param reason what is wrong
	 * @param action what to do
	 */
	public InvalidNatsPropertyException(String property, @Nullable Object value, String reason, String action) {
		super(property + ((value != null) ? " '" + value + "'" : "") + ": " + reason);
		this.property = property;
		this.value = (value != null) ? value.toString() : null;
		this.reason = reason;
		this.action = action;
	}

	/**
	 * The name of the property.
	 * @return the name in kebab-case
	 */
	public String getProperty() {
		return this.property;
	}

	/**
	 * The value that was refused.
	 * @return the value without anything secret, or {@code null} if it is not shown
	 */
	public @Nullable String getValue() {
		return this.value;
	}

	/**
	 * What is wrong.
	 * @return the reason
	 */
	public String getReason() {
		return this.reason;
	}

	/**
	 * What to do.
	 * @return the action, a sentence
	 */
	public String getAction() {
		return this.action;
	}

}
