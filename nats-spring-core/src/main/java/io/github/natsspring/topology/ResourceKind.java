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

import org.jspecify.annotations.Nullable;

/**
 * What can be declared, and what can be wrong.
 */
public enum ResourceKind {

	/**
	 * A stream.
	 */
	STREAM("stream"),

	/**
	 * A durable consumer of a stream.
	 */
	CONSUMER("consumer"),

	/**
	 * A key-value bucket.
	 */
	KEY_VALUE("key-value bucket"),

	/**
	 * An object-store bucket.
	 */
	OBJECT_STORE("object-store bucket"),

	/**
	 * JetStream as a whole, as the account of the connection sees it.
	 */
	JET_STREAM("JetStream");

	private final String label;

	ResourceKind(String label) {
		this.label = label;
	}

	/**
	 * What to call it in a sentence.
	 * @return for example {@code key-value bucket}
	 */
	public String label() {
		return this.label;
	}

	/**
	 * What is wrong with a name.
	 * @param name the name of such a resource; that of a consumer without its stream
	 * @return the fault, or {@code null}
	 */
	public @Nullable String faultOfName(String name) {
		return switch (this) {
			case STREAM, CONSUMER -> NameSyntax.faultOfName(name);
			case KEY_VALUE, OBJECT_STORE -> NameSyntax.faultOfBucket(name);
			case JET_STREAM -> null;
		};
	}

}
