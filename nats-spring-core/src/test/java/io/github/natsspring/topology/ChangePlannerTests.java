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
import java.util.Map;
import java.util.Objects;

import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChangePlanner}, {@link FieldRules} and {@link MergedConfiguration}.
 */
class ChangePlannerTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "subjects | ['a'] | ['a','b'] | SAFE", "subjects | ['a.b'] | ['a.*'] | SAFE",
					"subjects | ['a.*'] | ['a.b'] | PRUNE", "subjects | ['a','b'] | ['b','c'] | PRUNE",
					"max_age | 5 | 6 | SAFE", "max_age | 5 | | SAFE", "max_age | | 5 | DATA_LOSS",
					"max_msgs | -1 | 5 | DATA_LOSS", "max_msgs | 5 | -1 | SAFE",
					"retention | 'interest' | 'limits' | SAFE", "retention | 'limits' | 'interest' | DATA_LOSS",
					"retention | 'workqueue' | 'limits' | IMMUTABLE", "sealed | | true | DATA_LOSS",
					"sealed | true | | IMMUTABLE", "deny_purge | | true | SAFE", "deny_purge | true | | IMMUTABLE",
					"storage | 'file' | 'memory' | IMMUTABLE", "metadata.a | 'x' | 'y' | SAFE",
					"from_the_future | 1 | 2 | IMMUTABLE",
					"sources | [{'name':'A'}] | [{'name':'A','filter_subject':'x'}] | PRUNE",
					"sources | [{'name':'A','filter_subject':'x'}] | [{'name':'A','filter_subject':'y'}] | PRUNE" })
	void classifiesChangesOfAStream(String field, @Nullable String from, @Nullable String to, ChangeKind kind) {
		assertThat(FieldRules.of(ResourceKind.STREAM, field).change(json(from), json(to), "2.15.2")).isEqualTo(kind);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "filter_subjects | ['a'] | | SAFE", "filter_subjects | ['a.b','c'] | ['a.*','c'] | SAFE",
					"filter_subjects | | ['a'] | PRUNE_WITH_DATA_LOSS",
					"filter_subjects | ['a'] | ['b'] | PRUNE_WITH_DATA_LOSS", "max_deliver | -1 | 5 | DATA_LOSS",
					"max_deliver | 5 | 6 | SAFE", "deliver_subject | | 'a' | IMMUTABLE",
					"deliver_subject | 'b' | 'a' | DATA_LOSS", "ack_policy | 'explicit' | 'none' | IMMUTABLE" })
	void classifiesChangesOfAConsumer(String field, @Nullable String from, @Nullable String to, ChangeKind kind) {
		assertThat(FieldRules.of(ResourceKind.CONSUMER, field).change(json(from), json(to), "2.15.2")).isEqualTo(kind);
	}

	@Test
	void knowsThatAnOlderServerCannotChangeAField() {
		FieldRule rule = FieldRules.of(ResourceKind.STREAM, "max_consumers");
		assertThat(rule.change(json("1"), json("2"), "2.12.4")).isEqualTo(ChangeKind.IMMUTABLE);
		assertThat(rule.change(json("1"), json("2"), "2.12.5")).isEqualTo(ChangeKind.SAFE);
	}

	@Test
	void changesNothingButDescriptionAndMetadataOfASealedStream() {
		ChangePlanner planner = planner(null);
		JsonValue update = planner.plan(List.of(change("description", null, "'New'"), change("max_msgs", "5", "6")),
				json("{'name':'S','sealed':true,'max_msgs':5}"));
		assertThat(planner.planned()).extracting(PlannedChange::toString)
			.containsExactly("description: not set -> New",
					"max_msgs: declared 6, on the server 5 (the stream is sealed)");
		assertThat(fields(update))
			.isEqualTo(fields(json("{'name':'S','sealed':true,'max_msgs':5,'description':'New'}")));
	}

	@Test
	void leavesWhatAnotherMade() {
		ChangePlanner planner = planner("shop");
		assertThat(planner.plan(List.of(change("description", null, "'New'")), json("{'name':'S'}"))).isNull();
		assertThat(planner.planned()).singleElement()
			.hasToString("description: declared New, on the server not set (left to 'shop', which made it)");
	}

	@Test
	void knowsAnotherOwner() {
		Map<String, String> metadata = Map.of(TopologySettings.OWNER_KEY, "shop");
		assertThat(ChangePlanner.otherOwner(metadata, "shop")).isNull();
		assertThat(ChangePlanner.otherOwner(metadata, "billing")).isEqualTo("shop");
		assertThat(ChangePlanner.otherOwner(metadata, null)).isEqualTo("shop");
		assertThat(ChangePlanner.otherOwner(Map.of(), "shop")).isNull();
		assertThat(ChangePlanner.otherOwner(null, "shop")).isNull();
	}

	@Test
	void mergesSubjectsWithoutWhatOthersCover() {
		assertThat(FieldKind.SUBJECTS.withoutRemoval(json("['a.b','c']"), json("['a.*','d']")))
			.isEqualTo(json("['c','a.*','d']"));
		assertThat(FieldKind.SUBJECTS.withoutRemoval(json("['a.*']"), json("['a.b','d']")))
			.isEqualTo(json("['a.*','d']"));
	}

	@Test
	void neverDrawsTwiceFromASourceThatIsChanged() {
		assertThat(FieldKind.SOURCES.withoutRemoval(json("[{'name':'A','filter_subject':'x'}]"),
				json("[{'name':'A','filter_subject':'y'},{'name':'B'}]")))
			.isEqualTo(json("[{'name':'A','filter_subject':'x'},{'name':'B'}]"));
	}

	@Test
	void mergesGroupsAndMetadataIntoWhatIsThere() {
		JsonValue merged = MergedConfiguration.merge(
				json("{'placement':{'cluster':'a','tags':['ssd']},'metadata':{'a':'1','_nats.ver':'2'},'max_age':60,"
						+ "'duplicate_window':60,'filter_subject':'x','later':{'b':1},'gone':true}"),
				List.of(change("placement", "{}", "{'cluster':'b'}"), change("metadata.c", null, "'3'"),
						change("filter_subjects", "['x']", "['y','z']"), change("max_age", "60", "30"),
						change("gone", "true", null)));
		assertThat(fields(merged)).isEqualTo(
				fields(json("{'placement':{'cluster':'b','tags':['ssd']},'metadata':{'a':'1','_nats.ver':'2','c':'3'},"
						+ "'max_age':30,'filter_subjects':['y','z'],'later':{'b':1}}")));
	}

	private static ChangePlanner planner(@Nullable String otherOwner) {
		return new ChangePlanner(ResourceKind.STREAM, new ProvisioningPolicy(ProvisioningMode.UPDATE, true, true),
				otherOwner, "2.15.2");
	}

	private static ValueChange change(String field, @Nullable String from, @Nullable String to) {
		return new ValueChange(field, json(from), json(to));
	}

	private static Map<String, JsonValue> fields(@Nullable JsonValue json) {
		return Objects.requireNonNull(json).map;
	}

	private static @Nullable JsonValue json(@Nullable String text) {
		return (text != null) ? JsonParser.parseUnchecked("{\"v\":%s}".formatted(text.replace('\'', '"'))).map.get("v")
				: null;
	}

}
