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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TopologyValidator}.
 */
class TopologyValidatorTests {

	@ParameterizedTest
	@ValueSource(strings = { "a.b", "a*", "a>", "a/b", "a\\b", "a b", "ä", "" })
	void refusesNamesThatTheServerOrTheClientForbids(String name) {
		assertThat(TopologyValidator
			.validate(Definitions.topology(Definitions.stream(name, (stream) -> stream.subjects("x"))))).singleElement()
			.satisfies((problem) -> assertThat(problem.reason()).contains("name"));
		assertThat(TopologyValidator
			.validate(Definitions.topology(Definitions.consumer("ORDERS", name, (consumer) -> consumer)))).hasSize(1);
		assertThat(TopologyValidator
			.validate(Definitions.topology(Definitions.consumer(name, "billing", (consumer) -> consumer)))).hasSize(1);
		assertThat(TopologyValidator.validate(Definitions.topology(Definitions.keyValue(name, (bucket) -> bucket))))
			.hasSize(1);
		assertThat(TopologyValidator.validate(Definitions.topology(Definitions.objectStore(name, (bucket) -> bucket))))
			.hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "2, 1 or 3", "4, 3 or 5" })
	void warnsOfReplicasThatSurviveNoMore(int replicas, String better) {
		Findings findings = TopologyValidator.examine(Definitions.topology(
				Definitions.stream("ORDERS", (stream) -> stream.subjects("orders").replicas(replicas)),
				Definitions.consumer("ORDERS", "billing", (consumer) -> consumer.numReplicas(replicas))));
		assertThat(findings.problems()).isEmpty();
		assertThat(findings.warnings()).extracting(TopologyProblem::location)
			.containsExactlyInAnyOrder("nats.jetstream.streams.ORDERS.replicas",
					"nats.jetstream.streams.ORDERS.consumers.billing.num-replicas");
		assertThat(findings.warnings()).allSatisfy((warning) -> {
			assertThat(warning.reason())
				.isEqualTo("%d survives the loss of no more servers than %d".formatted(replicas, replicas - 1));
			assertThat(warning.action()).isEqualTo("set " + better);
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 5 })
	void takesAnOddNumberOfReplicas(int replicas) {
		Findings findings = TopologyValidator.examine(Definitions
			.topology(Definitions.stream("ORDERS", (stream) -> stream.subjects("orders").replicas(replicas))));
		assertThat(findings.warnings()).isEmpty();
	}

	@Test
	void acceptsNamesAndSubjectsThatAreFine() {
		assertThat(TopologyValidator.validate(Definitions.topology(
				Definitions.stream("ORDER_EVENTS-1",
						(stream) -> stream.subjects("orders.*.created", "returns.>", "$x")),
				Definitions.consumer("ORDER_EVENTS-1", "billing", (consumer) -> consumer.filterSubject("orders.>")),
				Definitions.keyValue("order-status", (bucket) -> bucket))))
			.isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "a..b, empty token", "orders.*x, a wildcard must be a whole token", ".a, empty token",
			"a., empty token", "a.>.b, '''>'' must be the last token'", "a b.c, blanks" })
	void refusesSubjectsThatAreInvalid(String subject, String fault) {
		assertThat(TopologyValidator
			.validate(Definitions.topology(Definitions.stream("ORDERS", (stream) -> stream.subjects("ok", subject)))))
			.singleElement()
			.satisfies((problem) -> {
				assertThat(problem.reason()).contains("'" + subject + "'", fault);
				assertThat(problem.location()).isEqualTo("nats.jetstream.streams.ORDERS.subjects[1]");
			});
	}

	@Test
	void refusesAFilterThatIsInvalid() {
		assertThat(TopologyValidator.validate(Definitions
			.topology(Definitions.consumer("ORDERS", "billing", (consumer) -> consumer.filterSubjects("a..b")))))
			.singleElement()
			.satisfies((problem) -> assertThat(problem.toString())
				.contains("nats.jetstream.streams.ORDERS.consumers.billing.filter-subjects[0]): 'a..b' is invalid"));
	}

	@Test
	void namesBothPlacesOfADoubleDeclaration() {
		assertThat(TopologyValidator
			.validate(Definitions.topology(Definitions.stream("ORDERS", (stream) -> stream.subjects("a")),
					new StreamDefinition("ORDERS", "bean 'orders'", (stream) -> stream.subjects("b")))))
			.singleElement()
			.satisfies((problem) -> assertThat(problem.reason())
				.isEqualTo("is declared twice, by nats.jetstream.streams.ORDERS and by bean 'orders'"));
	}

	@Test
	void seesThatAStreamStandsBehindABucket() {
		assertThat(TopologyValidator
			.validate(Definitions.topology(Definitions.stream("KV_profiles", (stream) -> stream.subjects("a")),
					Definitions.keyValue("profiles", (bucket) -> bucket))))
			.singleElement()
			.satisfies((problem) -> assertThat(problem.reason()).contains("declared twice"));
	}

	@Test
	void tellsWhichResourceHasAValueThatTheClientRefuses() {
		assertThat(TopologyValidator
			.validate(Definitions.topology(Definitions.keyValue("profiles", (bucket) -> bucket.maxHistoryPerKey(65)))))
			.singleElement()
			.satisfies((problem) -> {
				assertThat(problem.toString()).contains("key-value bucket 'profiles' (nats.key-value.profiles)", "64");
				assertThat(problem.action()).contains("nats.key-value.profiles");
			});
	}

	@Test
	void findsEverythingAtOnce() {
		assertThat(TopologyValidator
			.validate(Definitions.topology(Definitions.stream("a.b", (stream) -> stream.subjects("x")),
					Definitions.stream("ORDERS", (stream) -> stream.subjects("a..b", "*x")),
					Definitions.keyValue("my bucket", (bucket) -> bucket))))
			.hasSize(4);
	}

}
