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
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

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
	 * What becomes of each field that differs on the server.
	 * @return the changes, made and withheld; a field of which a part is withheld occurs
	 * twice
	 */
	List<PlannedChange> changes();

	/**
	 * The configuration to update to.
	 * @return the whole configuration in JSON, or {@code null} if nothing is updated
	 */
	@Nullable String update();

	/**
	 * The other application that made the resource.
	 * @return its name, or {@code null} if this one made it or nobody said so
	 */
	@Nullable String otherOwner();

	/**
	 * How the resource on the server differs.
	 * @return the differences, each field once
	 */
	default List<FieldDifference> differences() {
		return changes().stream().map(PlannedChange::difference).distinct().toList();
	}

	/**
	 * The changes that are made.
	 * @return the changes, empty unless the action is {@link Action#UPDATE}
	 */
	default List<PlannedChange> applied() {
		return changes().stream().filter((change) -> change.outcome() == PlannedChange.Outcome.APPLIED).toList();
	}

	/**
	 * The changes that are not made.
	 * @return what stays different
	 */
	default List<PlannedChange> withheld() {
		return changes().stream().filter((change) -> change.outcome() != PlannedChange.Outcome.APPLIED).toList();
	}

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
		 * It is missing, and is made.
		 */
		CREATE,

		/**
		 * It is there as declared.
		 */
		UNCHANGED,

		/**
		 * It is there, and written fields are changed; some may be left as they are.
		 */
		UPDATE,

		/**
		 * It is there, and written fields differ, and are left as they are.
		 */
		DIFFERENT,

		/**
		 * It cannot be used as it is, and may not be changed or made; the problems of the
		 * plan say why.
		 */
		CONFLICT;

		static Action of(List<PlannedChange> changes) {
			if (changes.isEmpty()) {
				return UNCHANGED;
			}
			Set<PlannedChange.Outcome> outcomes = changes.stream()
				.map(PlannedChange::outcome)
				.collect(Collectors.toSet());
			if (outcomes.contains(PlannedChange.Outcome.CONFLICT)) {
				return CONFLICT;
			}
			return outcomes.contains(PlannedChange.Outcome.APPLIED) ? UPDATE : DIFFERENT;
		}

	}

}
