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

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamApiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.opentest4j.TestAbortedException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of the tests that change every field on an existing resource, on the server that
 * the build has and on an older one, and compare what happens with the table in
 * {@link FieldRules}. What is not to be had is skipped, with the reason.
 *
 * @param <B> the type of the builder of the resource
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AbstractFieldRulesTests<B> {

	private static final String OLDER = "2.10.29";

	private final Map<String, FieldRulesServer> servers = new LinkedHashMap<>();

	private String whyNotOlder = "";

	private int number;

	// Of the test that runs
	String stream = "";

	abstract Stream<FieldCase<B>> cases();

	abstract void change(FieldRulesServer server, FieldCase<B> test) throws Exception;

	/**
	 * The rules, without those that have tests elsewhere.
	 */
	abstract Map<String, FieldRule> rules();

	abstract Set<String> testedElsewhere();

	@BeforeAll
	void start() throws Exception {
		this.servers.put("pinned", new FieldRulesServer(NatsServer.builder().start()));
		try {
			this.servers.put(OLDER, new FieldRulesServer(Versions.start(OLDER)));
		}
		catch (TestAbortedException ex) {
			this.whyNotOlder = String.valueOf(ex.getMessage());
		}
	}

	@AfterAll
	void stop() throws Exception {
		for (FieldRulesServer server : this.servers.values()) {
			server.close();
		}
	}

	@Test
	void coversEveryFieldThatIsCompared() {
		Set<String> fields = new TreeSet<>(rules().keySet());
		fields.removeIf((field) -> rules().get(field).kind() == FieldKind.CREATION);
		fields.removeAll(testedElsewhere());
		assertThat(cases().map(FieldCase::rule)).containsAll(fields);
	}

	@TestFactory
	Stream<DynamicTest> changesEachFieldAsTheTableSays() {
		return on((name, server) -> cases().filter((test) -> server.has(test.since()))
			.map((test) -> DynamicTest.dynamicTest("%s %s %s".formatted(name, test.field(), test.kindOn(server)),
					() -> {
						this.stream = "F" + this.number++;
						change(server, test);
					})));
	}

	/**
	 * One server after the other, and what stands for the older one if there is none.
	 */
	Stream<DynamicTest> on(OnServer tests) {
		Stream<DynamicTest> all = this.servers.entrySet()
			.stream()
			.flatMap((server) -> tests.of(server.getKey(), server.getValue()));
		return this.whyNotOlder.isEmpty() ? all : Stream.concat(all,
				Stream.of(DynamicTest.dynamicTest(OLDER, () -> Assumptions.abort(this.whyNotOlder))));
	}

	static void assertPlanned(PlannedResource planned, String field, ChangeKind kind) {
		assertThat(planned.changes()).anySatisfy((change) -> {
			assertThat(change.difference().field()).isEqualTo(field);
			assertThat(change.kind()).isEqualTo(kind);
			assertThat(change.outcome() == PlannedChange.Outcome.APPLIED).isEqualTo(kind == ChangeKind.SAFE);
		});
	}

	static boolean isRefused(Request request) throws IOException {
		try {
			request.send();
			return false;
		}
		catch (JetStreamApiException ex) {
			return true;
		}
	}

	String subject(String token) {
		return this.stream + "." + token;
	}

	@FunctionalInterface
	interface OnServer {

		Stream<DynamicTest> of(String name, FieldRulesServer server);

	}

	@FunctionalInterface
	interface Request {

		void send() throws IOException, JetStreamApiException;

	}

}
