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

import java.util.function.UnaryOperator;

/**
 * A change of a field of something that is on a server.
 *
 * @param field the name of the field in the API, for metadata with its key
 * @param before what it is created with
 * @param after what is declared then
 * @param kind what kind of change it is
 * @param since the version that has the field
 * @param changeableSince the version since which the field can be changed
 * @param refusedSince the version since which a change that is not made is refused
 * @param <B> the type of the builder
 */
record FieldCase<B>(String field, UnaryOperator<B> before, UnaryOperator<B> after, ChangeKind kind, String since,
		String changeableSince, String refusedSince) {

	static final String ALWAYS = "0.0.0";

	static <B> FieldCase<B> safe(String field, UnaryOperator<B> before, UnaryOperator<B> after) {
		return of(field, before, after, ChangeKind.SAFE);
	}

	static <B> FieldCase<B> loss(String field, UnaryOperator<B> before, UnaryOperator<B> after) {
		return of(field, before, after, ChangeKind.DATA_LOSS);
	}

	static <B> FieldCase<B> never(String field, UnaryOperator<B> before, UnaryOperator<B> after) {
		return of(field, before, after, ChangeKind.IMMUTABLE);
	}

	static <B> FieldCase<B> of(String field, UnaryOperator<B> before, UnaryOperator<B> after, ChangeKind kind) {
		return new FieldCase<>(field, before, after, kind, ALWAYS, ALWAYS, ALWAYS);
	}

	FieldCase<B> from(String version) {
		return new FieldCase<>(this.field, this.before, this.after, this.kind, version, this.changeableSince,
				this.refusedSince);
	}

	FieldCase<B> changeable(String version) {
		return new FieldCase<>(this.field, this.before, this.after, this.kind, this.since, version, this.refusedSince);
	}

	FieldCase<B> ignoredBefore(String version) {
		return new FieldCase<>(this.field, this.before, this.after, this.kind, this.since, this.changeableSince,
				version);
	}

	/**
	 * The name of the rule.
	 */
	String rule() {
		return this.field.startsWith("metadata.") ? "metadata" : this.field;
	}

	ChangeKind kindOn(FieldRulesServer server) {
		return server.has(this.changeableSince) ? this.kind : ChangeKind.IMMUTABLE;
	}

}
