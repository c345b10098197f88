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

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.natsspring.connection.ConnectionInitializer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.support.NatsKeyValueUtil;
import io.nats.client.support.NatsObjectStoreUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Brings the declared topology to the server before the connection is used: looks
 * everything up at once, plans, and does what the {@link ProvisioningMode} allows of the
 * plan, unless a part of the plan is impossible: then nothing is done. Nothing is ever
 * purged or deleted.
 */
public final class TopologyApplier implements ConnectionInitializer {

	private static final Log logger = LogFactory.getLog(TopologyApplier.class);

	private final Supplier<TopologyDefinition> definition;

	private final TopologySettings settings;

	private final JetStreamOptions options;

	private final TopologyPlanner planner;

	private final TopologyRecheck recheck;

	private final AtomicLong runs = new AtomicLong();

	private volatile @Nullable TopologyReport report;

	/**
	 * Create an applier.
	 * @param definition what was declared; asked for when there is a connection
	 * @param mode what may be done
	 * @param options domain or API prefix, and the timeout of each request, by default
	 * the connection timeout
	 */
	public TopologyApplier(Supplier<TopologyDefinition> definition, ProvisioningMode mode, JetStreamOptions options) {
		this(definition, TopologySettings.of(mode), options);
	}

	/**
	 * Create an applier.
	 * @param definition what was declared; asked for when there is a connection
	 * @param settings what may be done, and in whose name
	 * @param options domain or API prefix, and the timeout of each request, by default
	 * the connection timeout
	 */
	public TopologyApplier(Supplier<TopologyDefinition> definition, TopologySettings settings,
			JetStreamOptions options) {
		this.definition = definition;
		this.settings = settings;
		this.options = options;
		this.planner = new TopologyPlanner(settings);
		this.recheck = new TopologyRecheck(definition, settings, options, this.planner);
	}

	/**
	 * What became of the topology when the connection was made last.
	 * @return the report, or {@code null} before the first connection
	 */
	public @Nullable TopologyReport report() {
		return this.report;
	}

	/**
	 * What the server had when the connection was made, and had lost after a reconnect,
	 * and what could not be made again. Seen by a {@link TopologyWatch}.
	 * @return the names of streams, and of consumers as {@code stream/consumer}
	 */
	public Set<String> missing() {
		return this.recheck.missing();
	}

	/**
	 * The streams that were on the server, or were made, when the connection was made.
	 * @return the names of declared streams and of those behind declared buckets; empty
	 * before the first connection, if it failed, and where there is to be a plan only
	 */
	public Set<String> streams() {
		TopologyReport report = this.report;
		TopologyPlan plan = (report != null && report.result() == TopologyReport.Result.APPLIED) ? report.plan() : null;
		return (plan != null)
				? plan.streams().stream().map(TopologyApplier::streamName).collect(Collectors.toUnmodifiableSet())
				: Set.of();
	}

	private static String streamName(PlannedResource resource) {
		return switch (resource.kind()) {
			case KEY_VALUE -> NatsKeyValueUtil.toStreamName(resource.name());
			case OBJECT_STORE -> NatsObjectStoreUtil.toStreamName(resource.name());
			default -> resource.name();
		};
	}

	/**
	 * How often the topology was brought to a server.
	 */
	long runs() {
		return this.runs.get();
	}

	TopologyRecheck.Outcome recheck(Connection connection, boolean confirmed) {
		return this.recheck.run(connection, confirmed);
	}

	/**
	 * Look up, plan, apply.
	 * @param connection the raw jnats connection, connected
	 * @throws NatsProvisioningException with everything that is wrong, found first
	 * without the server, then in the plan, then when it is applied; not thrown, but
	 * logged, where there is to be a plan only
	 */
	@Override
	public void initialize(Connection connection) {
		this.runs.incrementAndGet();
		Run run = new Run();
		try {
			run.apply(connection);
			report(run, this.settings.planOnly() ? TopologyReport.Result.PLAN_ONLY : TopologyReport.Result.APPLIED,
					List.of());
		}
		catch (NatsProvisioningException ex) {
			report(run, TopologyReport.Result.FAILED, ex.getProblems());
			if (!this.settings.planOnly()) {
				throw run.applied.isEmpty() ? ex : new NatsProvisioningException(ex.getProblems(),
						run.applied.stream().map(PlannedResource::describe).toList());
			}
			logger.error("The plan of the topology has failed, and nothing was changed: " + ex.getMessage());
		}
	}

	private void report(Run run, TopologyReport.Result result, List<TopologyProblem> problems) {
		this.report = new TopologyReport(Clock.systemUTC().instant(), run.plan, result, run.applied, problems);
	}

	/**
	 * Log how a resource differs, and that it stays so.
	 */
	static void warn(PlannedResource resource) {
		for (PlannedChange change : resource.withheld()) {
			logger.warn("%s is left as it is: %s".formatted(resource.describe(), change));
		}
	}

	/**
	 * One way from the declaration to the server.
	 */
	private final class Run {

		private final List<PlannedResource> applied = new ArrayList<>();

		private @Nullable TopologyPlan plan;

		void apply(Connection connection) {
			TopologySettings settings = TopologyApplier.this.settings;
			JetStreamOptions options = TopologyApplier.this.options;
			TopologyDefinition all = TopologyApplier.this.definition.get();
			TopologyDefinition declared = all.in(settings.mode());
			if (declared.isEmpty()) {
				logger.debug("There is no topology to look at");
				return;
			}
			Findings findings = TopologyValidator.examine(declared);
			throwIfAny(findings.problems());
			JetStreamApi api = new JetStreamApi(connection, options);
			ServerChecks checks = new ServerChecks(api, connection.getServerInfo(), options);
			throwIfAny(checks.check(declared));
			findings.warnings().forEach(logger::warn);
			TopologyState state = TopologyLookup.lookUp(api, options, declared);
			TopologyPlan plan = TopologyApplier.this.planner.plan(all, state);
			plan = plan.withProblems(checks.check(plan));
			this.plan = plan;
			if (settings.planOnly()) {
				logger.info("Only planned, nothing is changed. " + plan);
				throwIfAny(plan.problems());
				return;
			}
			throwIfAny(plan.problems());
			logger.info(plan);
			plan.different().forEach(TopologyApplier::warn);
			TopologyExecution execution = new TopologyExecution(api, options, TopologyApplier.this.planner, declared,
					this.applied::add);
			execution.execute(plan);
			TopologyApplier.this.recheck.remember(state, execution.streamTimes());
		}

		private static void throwIfAny(List<TopologyProblem> problems) {
			if (!problems.isEmpty()) {
				throw new NatsProvisioningException(problems);
			}
		}

	}

}
