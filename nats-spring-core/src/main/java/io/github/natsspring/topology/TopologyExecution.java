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

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.Mirror;
import io.nats.client.api.Source;
import io.nats.client.api.SourceBase;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Does what a plan says, in waves of requests: streams give up what they no longer hold,
 * missing ones are created, copies after their origin, the others take up what is new,
 * and then consumers are created and updated.
 */
final class TopologyExecution {

	private static final Log logger = LogFactory.getLog(TopologyExecution.class);

	private final JetStreamApi api;

	private final JetStreamOptions options;

	private final TopologyPlanner planner;

	private final TopologyDefinition declared;

	private final Consumer<PlannedResource> applied;

	private final Map<String, ZonedDateTime> streamTimes = new HashMap<>();

	/**
	 * Create an execution.
	 * @param api the server
	 * @param options for messages
	 * @param planner compares what another has made in the meantime
	 * @param declared what was declared, with a mode for each
	 * @param applied takes what is done
	 */
	TopologyExecution(JetStreamApi api, JetStreamOptions options, TopologyPlanner planner, TopologyDefinition declared,
			Consumer<PlannedResource> applied) {
		this.api = api;
		this.options = options;
		this.planner = planner;
		this.declared = declared;
		this.applied = applied;
	}

	/**
	 * Execute the plan.
	 * @param plan a plan without problems
	 * @throws NatsProvisioningException if a request of a wave fails; the waves after it
	 * are left out
	 */
	void execute(TopologyPlan plan) {
		updateStreams(plan.streams().stream().filter(TopologyExecution::isPruned).toList());
		create(plan);
		updateStreams(plan.streams().stream().filter((stream) -> isUpdated(stream) && !isPruned(stream)).toList());
		createAndUpdateConsumers(plan.consumers());
	}

	/**
	 * The streams that were created, here or by another at the same time.
	 * @return when each was created
	 */
	Map<String, ZonedDateTime> streamTimes() {
		return this.streamTimes;
	}

	private void create(TopologyPlan plan) {
		List<PlannedStream> streams = new ArrayList<>(
				plan.streams().stream().filter(TopologyExecution::isMissing).toList());
		while (!streams.isEmpty()) {
			List<PlannedStream> next = withoutMissingOrigin(streams);
			createStreams(next);
			streams.removeAll(next);
		}
	}

	private void createStreams(List<PlannedStream> streams) {
		ApiProblems problems = new ApiProblems(this.options);
		List<Runnable> answers = new ArrayList<>();
		for (PlannedStream stream : streams) {
			ApiCall<StreamInfo> call = this.api.create(stream.configuration());
			answers
				.add(() -> call.await((info) -> created(stream, info), (failure) -> failed(stream, failure, problems)));
		}
		answers.forEach(Runnable::run);
		problems.throwIfAny();
	}

	private void updateStreams(List<PlannedStream> streams) {
		ApiProblems problems = new ApiProblems(this.options);
		List<Runnable> answers = new ArrayList<>();
		for (PlannedStream stream : streams) {
			ApiCall<StreamInfo> call = this.api.update(stream.configuration().getName(),
					Objects.requireNonNull(stream.update()));
			answers.add(() -> call.await((info) -> updated(stream), (failure) -> {
				if (!isDoneByAnother(stream)) {
					failed(stream, failure, problems);
				}
			}));
		}
		answers.forEach(Runnable::run);
		problems.throwIfAny();
	}

	private void createAndUpdateConsumers(List<PlannedConsumer> consumers) {
		ApiProblems problems = new ApiProblems(this.options);
		List<Runnable> answers = new ArrayList<>();
		for (PlannedConsumer consumer : consumers) {
			if (isMissing(consumer)) {
				ApiCall<ConsumerInfo> call = this.api.create(consumer.id().stream(), consumer.configuration());
				answers.add(() -> call.await((info) -> created(consumer),
						(failure) -> failed(consumer, failure, problems)));
			}
			else if (isUpdated(consumer)) {
				ApiCall<ConsumerInfo> call = this.api.update(consumer.id(), Objects.requireNonNull(consumer.update()));
				answers.add(() -> call.await((info) -> updated(consumer), (failure) -> {
					if (!isDoneByAnother(consumer)) {
						problems.add(consumer, failure, null, null);
					}
				}));
			}
		}
		answers.forEach(Runnable::run);
		problems.throwIfAny();
	}

	private void failed(PlannedStream stream, ApiFailure failure, ApiProblems problems) {
		if (failure.isExisting()) {
			String name = stream.configuration().getName();
			this.api.stream(name)
				.await((info) -> found(stream, info), (again) -> problems.add(stream, again, null, null));
		}
		else if (failure.errorCode() == ApiFailure.SUBJECTS_OVERLAP) {
			problems.add(stream, failure, overlap(stream.configuration()),
					"choose other subjects, or remove them from the other stream");
		}
		else {
			problems.add(stream, failure, null, null);
		}
	}

	private void failed(PlannedConsumer consumer, ApiFailure failure, ApiProblems problems) {
		if (failure.isExisting()) {
			this.api.consumer(consumer.id())
				.await((info) -> found(replan(consumer, info)), (again) -> problems.add(consumer, again, null, null));
		}
		else {
			problems.add(consumer, failure, null, null);
		}
	}

	/**
	 * Whether another instance, which starts at the same time, has made an update that is
	 * refused here.
	 */
	private boolean isDoneByAnother(PlannedStream stream) {
		AtomicBoolean done = new AtomicBoolean();
		this.api.stream(stream.configuration().getName())
			.await((info) -> done.set(replan(stream, info).applied().isEmpty()), logger::debug);
		return done.get();
	}

	private boolean isDoneByAnother(PlannedConsumer consumer) {
		AtomicBoolean done = new AtomicBoolean();
		this.api.consumer(consumer.id())
			.await((info) -> done.set(replan(consumer, info).applied().isEmpty()), logger::debug);
		return done.get();
	}

	private @Nullable String overlap(StreamConfiguration configuration) {
		List<String> found = new ArrayList<>();
		for (String subject : configuration.getSubjects()) {
			this.api.streamsOf(subject).await((names) -> {
				String other = names.firstExcept(configuration.getName());
				if (other != null) {
					found.add("subject '%s' is already captured by stream '%s'".formatted(subject, other));
				}
			}, (failure) -> logger.debug("No stream to name for " + subject + ": " + failure));
		}
		return found.isEmpty() ? null : String.join(", ", found);
	}

	private PlannedResource replan(PlannedStream stream, StreamInfo info) {
		String version = this.api.serverVersion();
		return switch (stream.kind()) {
			case KEY_VALUE -> this.planner.plan(
					first(this.declared.keyValues(), (bucket) -> bucket.bucket().equals(stream.name())), info, version);
			case OBJECT_STORE -> this.planner.plan(
					first(this.declared.objectStores(), (bucket) -> bucket.bucket().equals(stream.name())), info,
					version);
			default ->
				this.planner.plan(first(this.declared.streams(), (candidate) -> candidate.name().equals(stream.name())),
						info, version);
		};
	}

	private PlannedResource replan(PlannedConsumer consumer, ConsumerInfo info) {
		ConsumerDefinition definition = first(this.declared.consumers(),
				(candidate) -> consumer.id().equals(new ConsumerId(candidate.stream(), candidate.name())));
		return this.planner.plan(definition, info, this.api.serverVersion());
	}

	private static <T> T first(List<T> definitions, Predicate<T> condition) {
		return definitions.stream().filter(condition).findFirst().orElseThrow();
	}

	private static List<PlannedStream> withoutMissingOrigin(List<PlannedStream> streams) {
		// A server that does not see the origin yet tries again seconds later, and does
		// not pass direct access on to a mirror
		Set<String> missing = new HashSet<>();
		streams.forEach((stream) -> missing.add(stream.configuration().getName()));
		List<PlannedStream> ready = streams.stream()
			.filter((stream) -> origins(stream.configuration()).noneMatch(missing::contains))
			.toList();
		return ready.isEmpty() ? List.copyOf(streams) : ready;
	}

	private static Stream<String> origins(StreamConfiguration configuration) {
		Mirror mirror = configuration.getMirror();
		List<Source> sources = configuration.getSources();
		return Stream.concat(Stream.ofNullable(mirror), Stream.ofNullable(sources).flatMap(List::stream))
			.filter((origin) -> origin.getExternal() == null)
			.map(SourceBase::getName);
	}

	private static boolean isMissing(PlannedResource resource) {
		return resource.action() == PlannedResource.Action.CREATE;
	}

	private static boolean isUpdated(PlannedResource resource) {
		return resource.action() == PlannedResource.Action.UPDATE;
	}

	/**
	 * Whether subjects are given up, that others may take.
	 */
	private static boolean isPruned(PlannedResource resource) {
		return isUpdated(resource)
				&& resource.applied().stream().anyMatch((change) -> change.kind() == ChangeKind.PRUNE);
	}

	private void created(PlannedStream stream, StreamInfo info) {
		this.streamTimes.put(stream.configuration().getName(), info.getCreateTime());
		created(stream);
	}

	private void found(PlannedStream stream, StreamInfo info) {
		this.streamTimes.put(stream.configuration().getName(), info.getCreateTime());
		found(replan(stream, info));
	}

	private void created(PlannedResource resource) {
		logger.info("Created " + resource.describe());
		this.applied.accept(resource);
	}

	private void updated(PlannedResource resource) {
		logger.info("Updated %s: %s".formatted(resource.describe(),
				resource.applied().stream().map(PlannedChange::toString).collect(Collectors.joining(", "))));
		this.applied.accept(resource);
	}

	private static void found(PlannedResource resource) {
		logger.info("Another application has just created " + resource.describe());
		for (PlannedChange change : resource.applied()) {
			logger.warn(
					"%s is left as it is until the next start: %s".formatted(resource.describe(), change.difference()));
		}
		TopologyApplier.warn(resource);
	}

}
