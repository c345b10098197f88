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

package io.github.natsspring.config;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.deadletter.DeadLetters;
import io.github.natsspring.event.ListenerEventSettings;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.MissingConsumer;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.listener.pull.JetStreamListenerContainer;
import io.github.natsspring.listener.pull.PullContainerSettings;
import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.ConsumerProvisioner;
import io.github.natsspring.topology.ProvisioningMode;
import io.github.natsspring.topology.TopologyDefinition;
import io.github.natsspring.topology.TopologySettings;
import io.nats.client.JetStreamOptions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The defaults of JetStream listeners, and what makes their containers.
 */
final class JetStreamContainers {

	private static final Log logger = LogFactory.getLog(JetStreamContainers.class);

	// Short beside a run, long enough for messages that come together
	private static final Duration DEFAULT_BATCH_TIMEOUT = Duration.ofMillis(100);

	int concurrency = 1;

	AckMode ackMode = AckMode.AUTO;

	int maxInFlight = DefaultNatsListenerContainerFactory.DEFAULT_MAX_IN_FLIGHT;

	int quickMaxInFlight = DefaultNatsListenerContainerFactory.DEFAULT_QUICK_MAX_IN_FLIGHT;

	long maxBytesInFlight = PullContainerSettings.DEFAULT_MAX_BYTES_IN_FLIGHT;

	RetrySettings retry = RetrySettings.defaults();

	@Nullable Integer maxAttempts;

	@Nullable Integer maxDeliveries;

	@Nullable FailureHandler failureHandler;

	@Nullable NatsErrorHandler errorHandler;

	@Nullable DeadLetters deadLetters;

	DeadLetterSettings deadLetter = DeadLetterSettings.defaults();

	// Called for dead letters that are made here
	Consumer<DeadLetters> observeDeadLetters = (letters) -> {
	};

	MissingConsumer missingConsumer = MissingConsumer.WAIT;

	boolean extendAcks = true;

	Duration longestExtension = DefaultNatsListenerContainerFactory.DEFAULT_LONGEST_EXTENSION;

	Duration shutdownTimeout = DefaultNatsListenerContainerFactory.DEFAULT_SHUTDOWN_TIMEOUT;

	Duration stallTimeout = DefaultNatsListenerContainerFactory.DEFAULT_STALL_TIMEOUT;

	boolean autoStartup = true;

	ListenerEventSettings events = ListenerEventSettings.NONE;

	boolean planOnly;

	@Nullable String disabledBy;

	JetStreamOptions options = JetStreamOptions.defaultOptions();

	ProvisioningMode provisioningMode = ProvisioningMode.CREATE;

	@Nullable String owner;

	Supplier<TopologyDefinition> topology = () -> new TopologyDefinition(List.of(), List.of(), List.of(), List.of());

	private final WorkQueueListeners workQueues;

	private final AtomicBoolean toldOfPlan;

	private final ConnectionHolder connection;

	// Runs what may wait, for listeners and beside them
	private final Executor threads;

	JetStreamContainers(ConnectionHolder connection, Executor threads) {
		this.connection = connection;
		this.threads = threads;
		this.workQueues = new WorkQueueListeners();
		this.toldOfPlan = new AtomicBoolean();
	}

	/**
	 * A copy for one listener, with what is said for it by its id. What the endpoint says
	 * itself is overridden there.
	 */
	private JetStreamContainers(JetStreamContainers all, NatsListenerEndpoint endpoint, NatsListenerOverrides own) {
		this.connection = all.connection;
		this.threads = all.threads;
		this.workQueues = all.workQueues;
		this.toldOfPlan = all.toldOfPlan;
		this.concurrency = all.concurrency;
		this.ackMode = all.ackMode;
		this.maxInFlight = all.maxInFlight;
		this.quickMaxInFlight = all.quickMaxInFlight;
		this.autoStartup = all.autoStartup;
		this.failureHandler = all.failureHandler;
		this.errorHandler = all.errorHandler;
		this.planOnly = all.planOnly;
		this.disabledBy = all.disabledBy;
		this.options = all.options;
		this.provisioningMode = all.provisioningMode;
		this.owner = all.owner;
		this.topology = all.topology;
		this.deadLetters = all.deadLetters();
		this.maxBytesInFlight = or(own.maxBytesInFlight, all.maxBytesInFlight);
		this.retry = own.retry(endpoint, all.retry);
		this.maxAttempts = (own.maxAttempts != null) ? own.maxAttempts : all.maxAttempts;
		this.maxDeliveries = (own.maxDeliveries != null) ? own.maxDeliveries : all.maxDeliveries;
		this.deadLetter = own.deadLetter(endpoint, all.deadLetter);
		this.missingConsumer = or(own.missingConsumer, all.missingConsumer);
		this.extendAcks = or(own.ackExtension, all.extendAcks);
		this.longestExtension = or(own.longestExtension, all.longestExtension);
		this.shutdownTimeout = or(own.shutdownTimeout, all.shutdownTimeout);
		this.stallTimeout = or(own.stallTimeout, all.stallTimeout);
		this.events = new ListenerEventSettings(all.events.publisher(),
				(own.idleEventInterval != null) ? own.idleEventInterval : all.events.idleInterval());
	}

	/**
	 * What holds for one listener.
	 * @param own what is said for it by its id, or {@code null} for nothing
	 */
	JetStreamContainers forListener(NatsListenerEndpoint endpoint, @Nullable NatsListenerOverrides own) {
		return (own != null) ? new JetStreamContainers(this, endpoint, own) : this;
	}

	NatsListenerEndpoint complete(NatsListenerEndpoint endpoint) {
		if (endpoint.getConsumer() == null || endpoint.getStream() != null || this.disabledBy != null) {
			return endpoint;
		}
		return endpoint.mutate().stream(new DeclaredConsumers(this.topology.get()).streamOf(endpoint)).build();
	}

	MessageListenerContainer create(NatsListenerEndpoint endpoint, Supplier<NatsMessageListener> listener,
			Supplier<NatsBatchListener> batchListener, Executor executor) {
		checkEnabled(endpoint);
		ConsumerDefinition declared = new DeclaredConsumers(this.topology.get()).find(endpoint.getStream(),
				endpoint.getConsumer());
		EndpointChecks.checkJetStream(endpoint, declared);
		checkDeclared(endpoint, declared);
		RetryPlan plan = retryPlan(endpoint);
		PullContainerSettings.Builder builder = builder(endpoint, plan);
		ListenerOpening opening = opening(endpoint, declared, plan);
		PullContainerSettings settings = builder.maxDeliveries(opening::maxDeliveries)
			.deadLettersFrom(opening::deadLetters)
			.build();
		return endpoint.isBatch()
				? new JetStreamListenerContainer(endpoint.getId(), this.connection, opening, batchListener.get(),
						opening, executor, settings)
				: new JetStreamListenerContainer(endpoint.getId(), this.connection, opening, listener.get(), opening,
						executor, settings);
	}

	void checkEnabled(NatsListenerEndpoint endpoint) {
		if (this.disabledBy != null) {
			throw new NatsListenerException(endpoint.getDescription(),
					"it is a JetStream listener, and JetStream is switched off by " + this.disabledBy,
					"Switch JetStream on, or remove the listener");
		}
	}

	private PullContainerSettings.Builder builder(NatsListenerEndpoint endpoint, RetryPlan plan) {
		// What is said for all listeners does not make ordered ones contradict themselves
		int concurrency = endpoint.isOrdered() ? 1 : or(endpoint.getConcurrency(), this.concurrency);
		int maxInFlight = or(endpoint.getMaxInFlight(), this.maxInFlight);
		AckMode ackMode = ackMode(endpoint);
		EndpointChecks.checkSettings(endpoint, ackMode, concurrency, maxInFlight, plan);
		warnOfOrder(endpoint, plan);
		PullContainerSettings.Builder builder = PullContainerSettings.builder();
		if (endpoint.isBatch()) {
			builder.batch(or(endpoint.getBatchSize(), 1), or(endpoint.getBatchTimeout(), DEFAULT_BATCH_TIMEOUT));
		}
		return builder.concurrency(concurrency)
			.orderingKey(orderingKey(endpoint))
			.keepOrder(plan.retry().mode() == RetrySettings.Mode.IN_PLACE)
			.ackMode(ackMode)
			.retry(this.retry.initialInterval(), this.retry.maxInterval())
			.maxInFlight(maxInFlight)
			.quickMaxInFlight((endpoint.getMaxInFlight() == null && ackMode != AckMode.MANUAL) ? this.quickMaxInFlight
					: maxInFlight)
			.maxBytesInFlight(this.maxBytesInFlight)
			.extendAcks(this.extendAcks)
			.longestExtension(this.longestExtension)
			.missingConsumer(this.missingConsumer)
			.shutdownTimeout(this.shutdownTimeout)
			.stallTimeout(this.stallTimeout)
			.autoStartup(startsByItself(endpoint))
			.events(this.events)
			.jetStream(this.options);
	}

	boolean startsByItself(NatsListenerEndpoint endpoint) {
		boolean starts = or(endpoint.getAutoStartup(), this.autoStartup);
		if (starts && this.planOnly && this.toldOfPlan.compareAndSet(false, true)) {
			logger.info("The topology is only planned, so no JetStream listener starts by itself");
		}
		return starts && !this.planOnly;
	}

	/**
	 * Who asks for order should know how far it goes.
	 */
	private void warnOfOrder(NatsListenerEndpoint endpoint, RetryPlan plan) {
		if (endpoint.getConsumer() != null && !endpoint.isSingleActive()
				&& plan.retry().mode() == RetrySettings.Mode.IN_PLACE) {
			logger.info("Listener %s keeps messages in order%s within this instance, not among several; for that set "
				.formatted(endpoint.getDescription(),
						(endpoint.getOrderingKey() != null) ? " by '%s'".formatted(endpoint.getOrderingKey()) : "")
					+ "'singleActive'");
		}
	}

	private ListenerOpening opening(NatsListenerEndpoint endpoint, @Nullable ConsumerDefinition declared,
			RetryPlan plan) {
		AckMode ackMode = ackMode(endpoint);
		String stream = Objects.requireNonNull(endpoint.getStream());
		String name = endpoint.getConsumer();
		ConsumerProvisioner provisioner = new ConsumerProvisioner(this.connection,
				new TopologySettings(mode(endpoint), false, this.owner), this.options);
		ListenerConsumer consumer = (name != null) ? durable(endpoint, stream, name, declared, provisioner)
				: new EphemeralConsumerSource(endpoint, stream, ackMode, provisioner);
		NatsErrorHandler own = endpoint.getErrorHandler();
		return new ListenerOpening(endpoint, consumer, ackMode, or(endpoint.getConcurrency(), this.concurrency), plan,
				deadLetters(), this.deadLetter, (own != null) ? null : this.failureHandler,
				(own != null) ? own : this.errorHandler, this.threads);
	}

	private EndpointConsumerSource durable(NatsListenerEndpoint endpoint, String stream, String name,
			@Nullable ConsumerDefinition declared, ConsumerProvisioner provisioner) {
		AckMode ackMode = ackMode(endpoint);
		EndpointConsumerSource source = new EndpointConsumerSource(endpoint, stream, name, ackMode, declared,
				provisioner, this.missingConsumer == MissingConsumer.RECREATE, (opened, configuration) -> {
					this.workQueues.check(opened, configuration, this.topology.get());
					if (ackMode != AckMode.NONE) {
						// What is refused leaves no consumer behind
						deadLetters().open(opened.deadLetterSource(), this.deadLetter);
					}
				});
		if (startsByItself(endpoint)) {
			this.workQueues.add(source);
		}
		return source;
	}

	/**
	 * Check a listener against what is declared of its consumer and stream, so that
	 * nothing of it is created in vain.
	 */
	private void checkDeclared(NatsListenerEndpoint endpoint, @Nullable ConsumerDefinition declared) {
		if (declared == null || mode(endpoint) == ProvisioningMode.NONE) {
			return;
		}
		AckMode ackMode = ackMode(endpoint);
		DeclaredChecks.checkAckPolicy(endpoint, declared, ackMode);
		if (ackMode != AckMode.NONE) {
			this.topology.get()
				.streams()
				.stream()
				.filter((stream) -> stream.name().equals(declared.stream()))
				.forEach((stream) -> deadLetters().check(DeclaredChecks.deadLetterSource(endpoint, declared),
						stream.create().getSubjects(), this.deadLetter));
		}
	}

	private ProvisioningMode mode(NatsListenerEndpoint endpoint) {
		return this.topology.get()
			.modeOf(Objects.requireNonNull(endpoint.getStream()), endpoint.getConsumer(), this.provisioningMode);
	}

	AckMode ackMode(NatsListenerEndpoint endpoint) {
		if (endpoint.isOrdered()) {
			return AckMode.NONE;
		}
		return or(endpoint.getAckMode(), this.ackMode);
	}

	/**
	 * Order by a key would be lost if the server delivered a failed message again.
	 */
	private RetryPlan retryPlan(NatsListenerEndpoint endpoint) {
		RetrySettings retry = (endpoint.getOrderingKey() != null || endpoint.isOrdered())
				? this.retry.withMode(RetrySettings.Mode.IN_PLACE) : this.retry;
		Integer attempts = this.maxAttempts;
		if (attempts == null && retry.maxAttempts() > 0) {
			attempts = retry.maxAttempts();
		}
		return new RetryPlan(retry, attempts, this.maxDeliveries);
	}

	private @Nullable OrderingKey orderingKey(NatsListenerEndpoint endpoint) {
		String text = endpoint.getOrderingKey();
		if (text == null) {
			return null;
		}
		return new OrderingKey(endpoint.getDescription(), text, endpoint.variableSubjects());
	}

	DeadLetters deadLetters() {
		DeadLetters deadLetters = this.deadLetters;
		if (deadLetters == null) {
			deadLetters = new DeadLetters(this.connection,
					new TopologySettings(this.provisioningMode, false, this.owner), this.options,
					JetStreamTemplateSettings.defaults(), null);
			this.observeDeadLetters.accept(deadLetters);
			this.deadLetters = deadLetters;
		}
		return deadLetters;
	}

	private static <T> T or(@Nullable T value, T fallback) {
		return (value != null) ? value : fallback;
	}

}
