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

/**
 * A written field whose value on the server is another.
 *
 * @param field the name of the field in the API of the server, such as {@code max_age};
 * an entry of the metadata is {@code metadata.<key>}
 * @param declared the declared value, for reading; durations as in {@code 7d}
 * @param server the value on the server, for reading
 */
public record FieldDifference(String field, String declared, String server) {

	@Override
	public String toString() {
		return "%s: declared %s, on the server %s".formatted(this.field, this.declared, this.server);
	}

}
