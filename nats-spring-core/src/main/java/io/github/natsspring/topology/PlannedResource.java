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

import java.util.List;

/**
 * What a plan says of one declared resource.
 */
public sealed interface PlannedResource permits PlannedStream, PlannedConsumer {

	/**
	 * What was declared.
	 * @return a stream, a consumer, or a bucket
	 */
	ResourceKind kind();

	/**
	 * The name of the resource.
	 * @return the name; that of a bucket is the bucket's, that of a consumer
	 * {@code stream/consumer}
	 */
	String name();

	/**
	 * Where it was declared.
	 * @return a property prefix or a bean
	 */
	String source();

	/**
	 * What the plan says.
	 * @return the action
	 */
	Action action();

	/**
	 * How the resource on the server differs.
	 * @return the differences, empty unless the action is {@link Action#DIFFERENT}
	 */
	List<FieldDifference> differences();

	/**
	 * The resource in a sentence.
	 * @return kind, name and source
	 */
	default String describe() {
		return "%s '%s' (%s)".formatted(kind().label(), name(), source());
	}

	/**
	 * What has to be done about a resource.
	 */
	enum Action {

		/**
		 * It is missing.
		 */
		CREATE,

		/**
		 * It is there as declared.
		 */
		UNCHANGED,

		/**
		 * It is there, and written fields differ.
		 */
		DIFFERENT;

		static Action of(List<FieldDifference> differences) {
			return differences.isEmpty() ? UNCHANGED : DIFFERENT;
		}

	}

}
