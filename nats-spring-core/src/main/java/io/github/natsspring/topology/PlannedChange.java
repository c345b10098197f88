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
 * What becomes of a field whose declared value is another than that on the server.
 *
 * @param difference the two values
 * @param kind what the change may do
 * @param outcome whether it is made
 * @param target the value that the field will have, for reading
 * @param reason why it is not made and what would help, or {@code null} if it is made or
 * the {@link ProvisioningMode} makes none
 */
public record PlannedChange(FieldDifference difference, ChangeKind kind, Outcome outcome, String target,
		@Nullable String reason) {

	static PlannedChange applied(FieldDifference difference, ChangeKind kind, String target) {
		return new PlannedChange(difference, kind, Outcome.APPLIED, target, null);
	}

	static PlannedChange withheld(FieldDifference difference, ChangeKind kind, @Nullable String reason) {
		return new PlannedChange(difference, kind, Outcome.WITHHELD, difference.server(), reason);
	}

	static PlannedChange conflict(FieldDifference difference, ChangeKind kind, @Nullable String reason) {
		return new PlannedChange(difference, kind, Outcome.CONFLICT, difference.server(), reason);
	}

	@Override
	public String toString() {
		if (this.outcome == Outcome.APPLIED) {
			return "%s: %s -> %s".formatted(this.difference.field(), this.difference.server(), this.target);
		}
		return (this.reason != null) ? "%s (%s)".formatted(this.difference, this.reason) : this.difference.toString();
	}

	/**
	 * Whether a change is made.
	 */
	public enum Outcome {

		/**
		 * It is made.
		 */
		APPLIED,

		/**
		 * It is not made, and the resource is used as it is.
		 */
		WITHHELD,

		/**
		 * It is not made, and the resource cannot be used as it is.
		 */
		CONFLICT

	}

}
