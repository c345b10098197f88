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

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.natsspring.support.Subjects;
import io.nats.client.support.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * How a field of a stream or consumer may be changed once the resource is there, and so
 * of which kind a change of it is.
 */
public enum FieldKind {

	/**
	 * May be changed at any time.
	 */
	SAFE("changed") {

		@Override
		ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to) {
			return ChangeKind.SAFE;
		}

	},

	/**
	 * A bound: raised, or taken away, at any time; lowered only where data loss is
	 * allowed.
	 */
	BOUND("raised; lowered with allow-data-loss") {

		@Override
		ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to) {
			return (bound(to) >= bound(from)) ? ChangeKind.SAFE : ChangeKind.DATA_LOSS;
		}

	},

	/**
	 * Any change needs that data loss is allowed.
	 */
	DATA_LOSS("with allow-data-loss") {

		@Override
		ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to) {
			return ChangeKind.DATA_LOSS;
		}

	},

	/**
	 * The subjects of a stream: added and widened at any time, removed and narrowed only
	 * where pruning is allowed.
	 */
	SUBJECTS("added, widened; removed, narrowed with prune") {

		@Override
		ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to) {
			return areCovered(texts(from), texts(to)) ? ChangeKind.SAFE : ChangeKind.PRUNE;
		}

		@Override
		@Nullable JsonValue withoutRemoval(@Nullable JsonValue from, @Nullable JsonValue to) {
			List<String> declared = texts(to);
			List<String> merged = new ArrayList<>(
					texts(from).stream().filter((subject) -> !isCovered(subject, declared)).toList());
			merged.addAll(declared.stream().filter((subject) -> !isCovered(subject, merged)).toList());
			return new JsonValue(merged.stream().map(JsonValue::new).toList());
		}

	},

	/**
	 * The sources of a stream: added at any time, removed or changed only where pruning
	 * is allowed.
	 */
	SOURCES("added; removed, changed with prune") {

		@Override
		ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to) {
			return elements(from).stream().allMatch((source) -> isAmong(source, elements(to))) ? ChangeKind.SAFE
					: ChangeKind.PRUNE;
		}

		@Override
		@Nullable JsonValue withoutRemoval(@Nullable JsonValue from, @Nullable JsonValue to) {
			List<JsonValue> merged = new ArrayList<>(elements(from));
			// A source that is changed must not be drawn from twice
			merged.addAll(elements(to).stream()
				.filter((source) -> elements(from).stream().noneMatch((other) -> isSameOrigin(source, other)))
				.toList());
			return new JsonValue(merged);
		}

	},

	/**
	 * The filter of a consumer: widened at any time, narrowed only where both pruning and
	 * data loss are allowed.
	 */
	FILTER("widened; narrowed with prune and allow-data-loss") {

		@Override
		ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to) {
			return areCovered(filters(from), filters(to)) ? ChangeKind.SAFE : ChangeKind.PRUNE_WITH_DATA_LOSS;
		}

	},

	/**
	 * Can be switched on, and never off again.
	 */
	SWITCHED_ON("switched on, never off") {

		@Override
		ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to) {
			return isTrue(to) ? ChangeKind.SAFE : ChangeKind.IMMUTABLE;
		}

	},

	/**
	 * Can be switched on, which ends all else, and never off again.
	 */
	SEAL("switched on with allow-data-loss, never off") {

		@Override
		ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to) {
			return isTrue(to) ? ChangeKind.DATA_LOSS : ChangeKind.IMMUTABLE;
		}

	},

	/**
	 * How long messages are kept: from interest to limits at any time, back where data
	 * loss is allowed, and never from or to a work queue.
	 */
	RETENTION("interest to limits; limits to interest with allow-data-loss; work queue never") {

		@Override
		ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to) {
			if ("workqueue".equals(text(from)) || "workqueue".equals(text(to))) {
				return ChangeKind.IMMUTABLE;
			}
			return "interest".equals(text(to)) ? ChangeKind.DATA_LOSS : ChangeKind.SAFE;
		}

	},

	/**
	 * Where a push consumer delivers: elsewhere where data loss is allowed; a push
	 * consumer never becomes a pull consumer, nor the other way round.
	 */
	DELIVERY("elsewhere with allow-data-loss; push to pull and back never") {

		@Override
		ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to) {
			return (from == null || to == null) ? ChangeKind.IMMUTABLE : ChangeKind.DATA_LOSS;
		}

	},

	/**
	 * Cannot be changed.
	 */
	IMMUTABLE("never") {

		@Override
		ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to) {
			return ChangeKind.IMMUTABLE;
		}

	},

	/**
	 * Matters when the resource is made, and is not compared afterwards.
	 */
	CREATION("not compared: only for a new one") {

		@Override
		ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to) {
			return ChangeKind.IMMUTABLE;
		}

	};

	private final String label;

	FieldKind(String label) {
		this.label = label;
	}

	/**
	 * When an update changes the field, in a few words.
	 * @return the words, as in the reference documentation
	 */
	public String label() {
		return this.label;
	}

	/**
	 * Classify a change.
	 * @param from the value on the server, or {@code null}
	 * @param to the declared value, or {@code null} for the default
	 */
	abstract ChangeKind change(@Nullable JsonValue from, @Nullable JsonValue to);

	/**
	 * The most that can be done about a change of kind {@link ChangeKind#PRUNE} where
	 * nothing may be removed.
	 * @param from the value on the server, or {@code null}
	 * @param to the declared value, or {@code null} for the default
	 * @return the value to update to, or {@code null} if nothing can be done
	 */
	@Nullable JsonValue withoutRemoval(@Nullable JsonValue from, @Nullable JsonValue to) {
		return null;
	}

	private static List<JsonValue> elements(@Nullable JsonValue value) {
		return (value != null && value.array != null) ? value.array : List.of();
	}

	private static boolean isAmong(JsonValue source, List<JsonValue> declared) {
		return declared.stream().anyMatch((candidate) -> ConfigurationDifferences.carries("", source, candidate));
	}

	private static boolean isSameOrigin(JsonValue source, JsonValue other) {
		return Objects.equals(source.map.get("name"), other.map.get("name"))
				&& Objects.equals(source.map.get("external"), other.map.get("external"));
	}

	private static boolean areCovered(List<String> subjects, List<String> by) {
		return subjects.stream().allMatch((subject) -> isCovered(subject, by));
	}

	private static boolean isCovered(String subject, List<String> by) {
		return by.stream().anyMatch((pattern) -> Subjects.covers(pattern, subject));
	}

	private static long bound(@Nullable JsonValue value) {
		// 0 and -1 stand for no bound
		return (value == null || value.number == null || value.number.longValue() <= 0) ? Long.MAX_VALUE
				: value.number.longValue();
	}

	private static boolean isTrue(@Nullable JsonValue value) {
		return value != null && Boolean.TRUE.equals(value.bool);
	}

	private static @Nullable String text(@Nullable JsonValue value) {
		return (value != null) ? value.string : null;
	}

	private static List<String> texts(@Nullable JsonValue value) {
		return elements(value).stream().map((element) -> element.string).toList();
	}

	private static List<String> filters(@Nullable JsonValue value) {
		List<String> filters = texts(value);
		return filters.isEmpty() ? List.of(">") : filters;
	}

}
