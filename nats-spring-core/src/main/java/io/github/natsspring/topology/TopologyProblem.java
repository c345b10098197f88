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
 * Something that keeps a declared resource from being there as declared.
 *
 * @param kind what was declared
 * @param name its name; a consumer's is {@code stream/consumer}, and that of JetStream
 * itself is empty
 * @param source where it was declared: a property prefix or a bean; empty if nowhere
 * @param reason what is wrong, with the value
 * @param action what to do about it, or {@code null} if there is no advice
 * @param errorCode the error code of the JetStream API, such as 10059, or 0 if the
 * problem was found without the server or it did not answer
 * @param field the property that is wrong, below the source and as it was written, such
 * as {@code subjects[0]}, or {@code null} if it is not a single one
 */
public record TopologyProblem(ResourceKind kind, String name, String source, String reason, @Nullable String action,
		int errorCode, @Nullable String field) {

	/**
	 * A problem that is not one of a single field.
	 * @param kind what was declared
	 * @param name its name
	 * @param source where it was declared
	 * @param reason what is wrong
	 * @param action what to do about it, or {@code null}
	 * @param errorCode the error code of the JetStream API, or 0
	 */
	public TopologyProblem(ResourceKind kind, String name, String source, String reason, @Nullable String action,
			int errorCode) {
		this(kind, name, source, reason, action, errorCode, null);
	}

	static TopologyProblem of(ResourceKind kind, String name, String source, String reason, @Nullable String action) {
		return new TopologyProblem(kind, name, source, reason, action, 0);
	}

	TopologyProblem withField(@Nullable String field) {
		return new TopologyProblem(this.kind, this.name, this.source, this.reason, this.action, this.errorCode, field);
	}

	/**
	 * The problem with the field as its author wrote it, where several names mean the
	 * same.
	 */
	TopologyProblem asWritten(TopologyDefinition definition) {
		return (this.field != null)
				? withField(PropertyNames.written(definition.settings(this.kind, this.name), this.field)) : this;
	}

	/**
	 * Where to look.
	 * @return the whole name of the property, or the source and the name of the property
	 * if it was not declared by properties; empty if nowhere
	 */
	public String location() {
		if (this.field == null) {
			return this.source;
		}
		return this.source.contains(" ") ? this.source + ", " + this.field : this.source + "." + this.field;
	}

	/**
	 * The problem in a sentence or two.
	 * @return resource, location, reason, error code and action
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.kind.label());
		if (!this.name.isEmpty()) {
			text.append(" '").append(this.name).append('\'');
		}
		if (!this.source.isEmpty()) {
			text.append(" (").append(location()).append(')');
		}
		text.append(": ").append(this.reason);
		if (this.errorCode != 0) {
			text.append(" [").append(this.errorCode).append(']');
		}
		if (this.action != null) {
			text.append("; ").append(this.action);
		}
		return text.toString();
	}

}
