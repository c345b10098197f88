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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.support.Suggestions;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ApiResponse;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Finds the stream and the consumer of a listener, and makes the consumer where the
 * {@link ProvisioningMode} allows it. Every method asks the server and waits for the
 * request timeout at most, so none may be called on a thread of jnats.
 */
public final class ConsumerProvisioner {

	private static final Log logger = LogFactory.getLog(ConsumerProvisioner.class);

	private final ConnectionHolder holder;

	private final ProvisioningMode mode;

	private final JetStreamOptions options;

	private final TopologyPlanner planner;

	public ConsumerProvisioner(ConnectionHolder holder, ProvisioningMode mode, JetStreamOptions options) {
		this(holder, TopologySettings.of(mode), options);
	}

	/**
	 * Create a provisioner.
	 * @param holder holds the connection
	 * @param settings the mode of what has none of its own, and in whose name consumers
	 * are made
	 * @param options domain or API prefix, and the timeout of requests
	 */
	public ConsumerProvisioner(ConnectionHolder holder, TopologySettings settings, JetStreamOptions options) {
		this.holder = holder;
		this.mode = settings.mode();
		this.options = options;
		this.planner = new TopologyPlanner(settings);
	}

	/**
	 * What is wrong with the name of a stream or consumer.
	 * @param name the name
	 * @return the fault, or {@code null}
	 */
	public static @Nullable String faultOfName(String name) {
		return NameSyntax.faultOfName(name);
	}

	/**
	 * Whether what is missing may be made, where a definition has no mode of its own.
	 * @return whether the mode is one that creates
	 */
	public boolean mayCreate() {
		return this.mode.creates();
	}

	/**
	 * Suggest the stream that was meant.
	 * @param stream the name of a stream that is not on the server
	 * @param otherwise what to do if no other was meant, beginning with a small letter
	 * @return the advice, which begins with a capital letter
	 */
	public String suggestStream(String stream, String otherwise) {
		List<String> known = new ArrayList<>();
		api().streams().await((names) -> known.addAll(names.all()), logger::debug);
		return StringUtils.capitalize(Suggestions.didYouMean(stream, known, otherwise));
	}

	/**
	 * Find a stream.
	 * @param stream the name of the stream
	 * @return what the server says of it, or {@code null} if there is none
	 * @throws NatsProvisioningException if the server refuses or does not answer
	 */
	public @Nullable StreamInfo findStream(String stream) {
		checkName(ResourceKind.STREAM, stream, NameSyntax.faultOfName(stream));
		return find(ResourceKind.STREAM, stream, api().stream(stream));
	}

	/**
	 * Find a consumer.
	 * @param stream the name of the stream
	 * @param consumer the durable name
	 * @return what the server says of it, or {@code null} if it or its stream is missing
	 * @throws NatsProvisioningException if the server refuses or does not answer
	 */
	public @Nullable ConsumerInfo find(String stream, String consumer) {
		ConsumerId id = new ConsumerId(stream, consumer);
		checkName(ResourceKind.STREAM, stream, NameSyntax.faultOfName(stream));
		checkName(ResourceKind.CONSUMER, id.toString(), NameSyntax.faultOfName(consumer));
		return find(ResourceKind.CONSUMER, id.toString(), api().consumer(id));
	}

	/**
	 * The version of the server that the connection is made to.
	 * @return the version, such as {@code 2.11.0}
	 */
	public String serverVersion() {
		return this.holder.get().getServerInfo().getVersion();
	}

	/**
	 * The metadata that says in whose name something is made.
	 * @param owner the name of the application, or {@code null}
	 * @return the metadata, empty without a name and for servers that have none
	 */
	public Map<String, String> ownership(@Nullable String owner) {
		return (owner != null && TopologyPlanner.hasMetadata(serverVersion()))
				? Map.of(TopologySettings.OWNER_KEY, owner) : Map.of();
	}

	/**
	 * Whether the server that the connection is made to is too old for something.
	 * @param version the version that is needed
	 * @return whether the server is older
	 */
	public boolean isServerOlderThan(String version) {
		return this.holder.get().getServerInfo().isOlderThanVersion(version);
	}

	/**
	 * Find a consumer, or create it in a mode that creates. One that differs from its
	 * definition is left as it is and logged, also in the mode that updates; it fails in
	 * the mode that validates.
	 * @param definition the consumer
	 * @return what the server says of the consumer
	 * @throws ConsumerNotFoundException if it is missing and may not be made, or its
	 * stream is missing
	 * @throws NatsProvisioningException if the definition is wrong, or the server refuses
	 * or does not answer
	 */
	public ConsumerInfo ensure(ConsumerDefinition definition) {
		List<TopologyProblem> problems = new ArrayList<>(TopologyValidator.validate(definition));
		problems.addAll(new ServerChecks(api(), this.holder.get().getServerInfo(), this.options).check(definition));
		if (!problems.isEmpty()) {
			throw new NatsProvisioningException(problems);
		}
		ConsumerInfo existing = find(definition.stream(), definition.name());
		if (existing != null) {
			return compared(definition, existing);
		}
		if (!mode(definition).creates()) {
			throw notFound(definition, findStream(definition.stream()) == null);
		}
		return create(definition);
	}

	/**
	 * Create a consumer that only its maker uses, in every mode: it is no part of the
	 * topology. A name that the configuration has is taken by servers from 2.9.
	 * @param stream the name of the stream
	 * @param configuration the consumer, with a name and without a durable name
	 * @return what the server says of the consumer
	 * @throws TopologyException if the server refuses or does not answer; then it may
	 * nevertheless be there, and goes by its inactive threshold
	 */
	public ConsumerInfo createEphemeral(String stream, ConsumerConfiguration configuration) {
		checkName(ResourceKind.STREAM, stream, NameSyntax.faultOfName(stream));
		AtomicReference<@Nullable ConsumerInfo> created = new AtomicReference<>();
		ApiProblems problems = new ApiProblems(this.options);
		ConsumerId id = new ConsumerId(stream, String.valueOf(configuration.getName()));
		api().createEphemeral(stream, configuration)
			.await(created::set, (failure) -> problems.add(ResourceKind.CONSUMER, id.toString(), "", failure));
		problems.throwIfAny();
		return Objects.requireNonNull(created.get());
	}

	/**
	 * Delete a consumer if it is there.
	 * @param stream the name of the stream
	 * @param consumer the name of the consumer
	 * @throws TopologyException if the server refuses or does not answer
	 */
	public void delete(String stream, String consumer) {
		ConsumerId id = new ConsumerId(stream, consumer);
		find(ResourceKind.CONSUMER, id.toString(), api().delete(id));
	}

	private ConsumerInfo create(ConsumerDefinition definition) {
		AtomicReference<@Nullable ConsumerInfo> result = new AtomicReference<>();
		ApiProblems problems = new ApiProblems(this.options);
		PlannedConsumer planned = this.planner.plan(definition, null, serverVersion());
		api().create(definition.stream(), planned.configuration()).await((info) -> {
			logger.info("Created " + planned.describe());
			result.set(info);
		}, (failure) -> {
			if (failure.errorCode() == ApiFailure.STREAM_NOT_FOUND) {
				throw notFound(definition, true);
			}
			if (!failure.isExisting()) {
				problems.add(planned, failure, null, null);
			}
		});
		problems.throwIfAny();
		ConsumerInfo info = result.get();
		if (info == null) {
			// Another instance has just made it, with another configuration
			info = find(definition.stream(), definition.name());
		}
		if (info == null) {
			throw notFound(definition, false);
		}
		return compared(definition, info);
	}

	private ConsumerInfo compared(ConsumerDefinition definition, ConsumerInfo existing) {
		ProvisioningMode mode = mode(definition);
		if (mode == ProvisioningMode.NONE) {
			return existing;
		}
		// What a listener asks for makes a consumer, and never changes one
		ProvisioningMode compared = (mode == ProvisioningMode.UPDATE) ? ProvisioningMode.CREATE : mode;
		PlannedConsumer planned = this.planner.plan(definition.with(new ProvisioningPolicy(compared, false, false)),
				existing, serverVersion());
		List<TopologyProblem> problems = new ArrayList<>();
		PlanProblems.findConflicts(planned, problems);
		if (!problems.isEmpty()) {
			throw new NatsProvisioningException(problems);
		}
		TopologyApplier.warn(planned);
		return existing;
	}

	private ProvisioningMode mode(ConsumerDefinition definition) {
		ProvisioningMode own = definition.provisioning().mode();
		return (own != null) ? own : this.mode;
	}

	private ConsumerNotFoundException notFound(ConsumerDefinition definition, boolean streamMissing) {
		String message = streamMissing
				? "Consumer '%s' (%s): its stream '%s' is not on the server; create or declare the stream"
					.formatted(definition.name(), definition.source(), definition.stream())
				: "Consumer '%s' of stream '%s' (%s) is not on the server, and provisioning '%s' does not create it"
					.formatted(definition.name(), definition.stream(), definition.source(),
							mode(definition).name().toLowerCase(Locale.ROOT));
		return new ConsumerNotFoundException(message, definition.stream(), definition.name(), streamMissing);
	}

	private <T extends ApiResponse<T>> @Nullable T find(ResourceKind kind, String name, ApiCall<T> call) {
		AtomicReference<@Nullable T> found = new AtomicReference<>();
		ApiProblems problems = new ApiProblems(this.options);
		call.await(found::set, (failure) -> {
			if (!failure.isNotFound()) {
				problems.add(kind, name, "", failure);
			}
		});
		problems.throwIfAny();
		return found.get();
	}

	private JetStreamApi api() {
		return new JetStreamApi(this.holder.get(), this.options);
	}

	private static void checkName(ResourceKind kind, String name, @Nullable String fault) {
		if (fault != null) {
			throw new NatsProvisioningException(
					List.of(TopologyProblem.of(kind, name, "", fault, "choose another name")));
		}
	}

}
