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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.natsspring.support.Subjects;
import io.github.natsspring.topology.Findings.Subject;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ServerInfo;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValueUtils;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Finds what a server would refuse of a plan, before it has been given any of it.
 */
final class ServerChecks {

	private static final Log logger = LogFactory.getLog(ServerChecks.class);

	// Of a server that is as old as 2.9 nothing more can be known
	private static final String BEFORE_LEVELS = "2.10.99";

	// By the level of JetStream's API, the version that it is at least
	private static final NavigableMap<Integer, String> LEVELS = new TreeMap<>(
			Map.of(0, BEFORE_LEVELS, 1, "2.11.0", 2, "2.12.0", 4, "2.14.0"));

	private final JetStreamApi api;

	private final ServerInfo server;

	private final JetStreamOptions options;

	private final boolean speaksForJetStream;

	/**
	 * Create checks.
	 * @param api asks the server
	 * @param server the server that the connection is made to
	 * @param options tell whether that server has the JetStream that is used
	 */
	ServerChecks(JetStreamApi api, ServerInfo server, JetStreamOptions options) {
		this.api = api;
		this.server = server;
		this.options = options;
		// A leaf node says nothing of the hub's JetStream
		this.speaksForJetStream = server.isJetStreamAvailable() && options.isDefaultPrefix();
	}

	/**
	 * Whether all that is declared is known to the server.
	 */
	List<TopologyProblem> check(TopologyDefinition declared) {
		List<TopologyProblem> problems = FieldVersions.check(declared, this.server);
		if (this.speaksForJetStream || (!problems.isEmpty() && isOwnDomain())) {
			return problems;
		}
		return checkLevel(declared);
	}

	/**
	 * Whether the domain that is used is that of the server of the connection.
	 */
	private boolean isOwnDomain() {
		AtomicBoolean own = new AtomicBoolean();
		if (this.server.isJetStreamAvailable()) {
			this.api.withDefaultPrefix()
				.account()
				.await((account) -> own
					.set(this.options.getPrefix().equals("$JS.%s.API.".formatted(account.getDomain()))),
						(failure) -> logger.debug("Cannot see the domain of the server: " + failure));
		}
		return own.get();
	}

	/**
	 * Whether all that is declared of a consumer is known to the server.
	 */
	List<TopologyProblem> check(ConsumerDefinition declared) {
		return check(new TopologyDefinition(List.of(), List.of(declared), List.of(), List.of()));
	}

	/**
	 * Another server has the JetStream, or may have it. It says no more of itself than a
	 * level, and is asked only if that matters.
	 */
	private List<TopologyProblem> checkLevel(TopologyDefinition declared) {
		if (FieldVersions.check(declared, BEFORE_LEVELS, "").isEmpty()) {
			return List.of();
		}
		List<TopologyProblem> problems = new ArrayList<>();
		this.api.account().await((account) -> {
			Map.Entry<Integer, String> known = LEVELS.floorEntry(account.getApi().getLevel());
			problems.addAll(FieldVersions.check(declared, known.getValue(),
					"the server that answers at '%s' is older (its API level is %d)".formatted(this.options.getPrefix(),
							account.getApi().getLevel())));
		}, (failure) -> logger.debug("Cannot see the level of JetStream: " + failure));
		return problems;
	}

	/**
	 * Whether the server will take what is to be created.
	 */
	List<TopologyProblem> check(TopologyPlan plan) {
		Findings findings = new Findings();
		List<Runnable> answers = new ArrayList<>();
		Map<String, List<String>> updated = updatedSubjects(plan);
		for (PlannedStream stream : plan.streams()) {
			if (stream.action() == PlannedResource.Action.CREATE) {
				Subject subject = new Subject(findings, stream.kind(), stream.name(), stream.source(), stream);
				answers.add(() -> checkReplicas(subject, stream.configuration().getReplicas()));
				if (stream.kind() == ResourceKind.STREAM) {
					checkSubjects(subject, stream, updated, answers);
				}
			}
			else if (updated.containsKey(stream.name()) && stream.kind() == ResourceKind.STREAM) {
				checkSubjects(new Subject(findings, stream.kind(), stream.name(), stream.source(), stream), stream,
						updated, answers);
			}
		}
		answers.forEach(Runnable::run);
		return findings.problems();
	}

	private void checkReplicas(Subject stream, int replicas) {
		String cluster = this.server.getCluster();
		if (replicas > 1 && this.speaksForJetStream && (cluster == null || cluster.isEmpty())) {
			stream.problem("replicas",
					"%s needs a cluster of %1$s servers, and the server is not clustered".formatted(replicas),
					"set replicas to 1, or use a cluster");
		}
	}

	private void checkSubjects(Subject subject, PlannedStream stream, Map<String, List<String>> updated,
			List<Runnable> answers) {
		List<String> subjects = stream.configuration().getSubjects();
		for (int i = 0; i < subjects.size(); i++) {
			String captured = subjects.get(i);
			String property = "subjects[%s]".formatted(i);
			ApiCall<JetStreamApi.Names> call = this.api.streamsOf(captured);
			answers.add(() -> call.await((names) -> {
				for (String other : names.all()) {
					List<String> left = updated.get(other);
					// One that the plan takes from the other stream is free
					boolean taken = left == null || left.stream().anyMatch((held) -> Subjects.overlap(held, captured));
					if (taken && !other.equals(stream.name())) {
						subject.problem(property, "'%s' is already captured by stream '%s'".formatted(captured, other),
								"choose other subjects, or remove them from the other stream");
					}
				}
			}, (failure) -> logger.debug("Cannot see which streams capture " + captured + ": " + failure)));
		}
	}

	/**
	 * The subjects that streams will have where the plan changes them.
	 */
	private static Map<String, List<String>> updatedSubjects(TopologyPlan plan) {
		Map<String, List<String>> updated = new HashMap<>();
		for (PlannedStream stream : plan.streams()) {
			String update = stream.update();
			if (update != null
					&& stream.applied().stream().anyMatch((change) -> change.difference().field().equals("subjects"))) {
				updated.put(stream.configuration().getName(),
						JsonValueUtils.readStringList(JsonParser.parseUnchecked(update), "subjects"));
			}
		}
		return updated;
	}

}
