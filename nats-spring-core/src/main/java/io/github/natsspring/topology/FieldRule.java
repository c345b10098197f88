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

import io.nats.client.support.JsonValue;
import io.nats.client.support.ServerVersion;
import org.jspecify.annotations.Nullable;

/**
 * How a field may be changed once the resource is there.
 *
 * @param field the name of the field in the API of the server
 * @param kind what an update does to it
 * @param changeableSince the version of the server before which it cannot be changed at
 * all, or {@code null} if it can be changed in every version that has it
 */
public record FieldRule(String field, FieldKind kind, @Nullable String changeableSince) {

	/**
	 * Classify a change.
	 * @param from the value on the server, or {@code null}
	 * @param to the declared value, or {@code null} for the default
	 * @param serverVersion the version of the server; empty if it is not known
	 */
	ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to, String serverVersion) {
		if (this.changeableSince != null && !serverVersion.isEmpty()
				&& ServerVersion.isOlder(serverVersion, this.changeableSince)) {
			return ChangeKind.IMMUTABLE;
		}
		return this.kind.change(from, to);
	}

}
