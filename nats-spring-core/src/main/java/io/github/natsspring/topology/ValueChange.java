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
import org.jspecify.annotations.Nullable;

/**
 * A field whose declared value is another than that on the server.
 *
 * @param field the name of the field; an entry of the metadata is {@code metadata.<key>}
 * @param from the value on the server, or {@code null}
 * @param to the declared value, or {@code null} for the default
 */
record ValueChange(String field, @Nullable JsonValue from, @Nullable JsonValue to) {

	FieldDifference difference() {
		return new FieldDifference(this.field, ConfigurationDifferences.print(this.field, this.to),
				ConfigurationDifferences.print(this.field, this.from));
	}

}
