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
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionUser;
import io.github.natsspring.core.JetStreamOperations;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.core.NatsOperations;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.core.NatsTemplateSettings;
import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.deadletter.DeadLetters;
import io.github.natsspring.deadletter.RedriveTarget;
import io.github.natsspring.event.ListenerEventSettings;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.MissingConsumer;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.listener.adapter.MethodListenerAdapterFactory;
import io.github.natsspring.listener.adapter.ResultTargets;
import io.github.natsspring.listener.core.CoreContainerSettings;
import io.github.natsspring.listener.core.CoreListenerContainer;
import io.github.natsspring.listener.watch.BucketWatch;
import io.github.natsspring.observation.NatsListenerObservationConvention;
import io.github.natsspring.observation.NatsPublishObservationConvention;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.topology.ProvisioningMode;
import io.github.natsspring.topology.TopologyDefinition;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.JetStreamOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.context.EmbeddedValueResolverAware;
import org.springframework.core.convert.ConversionService;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.Assert;
import org.springframework.util.StringValueResolver;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.validation.Validator;

/**
 * Makes containers over one connection: of core NATS for an endpoint that names neither a
 * stream nor a consumer, of JetStream for the others. Settings must be made before the
 * first container.
 */
public class DefaultNatsListenerContainerFactory implements NatsListenerContainerFactory, EmbeddedValueResolverAware,
		ApplicationEventPublisherAware, DisposableBean {

	/**
	 * The bound on messages in flight of a JetStream listener, unless set otherwise.
	 */
	public static final int DEFAULT_MAX_IN_FLIGHT = 500;

	/**
	 * How long running handlers may take to end, unless set otherwise.
	 */
	public static final Duration DEFAULT_SHUTDOWN_TIMEOUT = Duration.ofSeconds(20);

	/**
	 * How long a container may be unable to consume, unless set otherwise.
	 */
	public static final Duration DEFAULT_STALL_TIMEOUT = Duration.ofSeconds(30);

	/**
	 * How long the server is told that a message is in progress, unless set otherwise.
	 */
	public static final Duration DEFAULT_LONGEST_EXTENSION = Duration.ofMinutes(30);

	private final ConnectionHolder connection;

	private final MethodListenerAdapterFactory adapters;

	private final EndpointListeners listeners;

	private final ListenerThreads threads = new ListenerThreads();

	private final JetStreamContainers jetStream;

	private final WatchContainers watches;

	private final ListenerObserving observing;

	private Executor executor = this.threads;

	private int coreMaxInFlight = CoreContainerSettings.DEFAULT_MAX_QUEUED;

	private Function<String, @Nullable NatsListenerOverrides> overrides = (id) -> null;

	/**
	 * Create a factory.
	 * @param connection the connection of all containers
	 * @param converter converts payloads and replies
	 */
	public DefaultNatsListenerContainerFactory(ConnectionHolder connection, NatsMessageConverter converter) {
		this.connection = connection;
		this.adapters = new MethodListenerAdapterFactory(connection, converter);
		this.jetStream = new JetStreamContainers(connection, this.threads);
		this.listeners = new EndpointListeners(this.adapters, this.jetStream::ackMode, this::executorOf);
		this.adapters.setResultTargets(SingletonSupplier
			.of(() -> resultTargets(new NatsTemplate(connection, converter, NatsTemplateSettings.defaults()),
					new JetStreamTemplate(connection, converter, this.jetStream.options,
							JetStreamTemplateSettings.defaults()))));
		this.watches = new WatchContainers(connection, this.adapters, converter, () -> this.listeners.interceptors);
		this.observing = new ListenerObserving(connection.getName(), (id) -> this.overrides.apply(id));
		this.listeners.observations = this.observing;
	}

	/**
	 * Set how many runs of a JetStream listener there may be at once.
	 * @param concurrency the number, at least 1; by default 1
	 */
	public void setConcurrency(int concurrency) {
		Assert.isTrue(concurrency > 0, () -> "The concurrency must be at least 1, and is " + concurrency);
		this.jetStream.concurrency = concurrency;
	}

	/**
	 * Set how the messages of JetStream listeners are acknowledged.
	 * @param ackMode the mode; by default {@link AckMode#AUTO}
	 */
	public void setAckMode(AckMode ackMode) {
		this.jetStream.ackMode = ackMode;
	}

	/**
	 * Set after how many failed runs a message is given up, the first run included.
	 * @param maxAttempts the number, or zero for any number; {@code null} (the default)
	 * for that of {@link #setRetry} if it is more than zero, else 5 where there are dead
	 * letters or messages are discarded, and any number elsewhere
	 */
	public void setMaxAttempts(@Nullable Integer maxAttempts) {
		this.jetStream.maxAttempts = maxAttempts;
	}

	/**
	 * Set above how many deliveries a message is not run any more, which ends crash
	 * loops.
	 * @param maxDeliveries the number, or zero for no bound; {@code null} (the default)
	 * for 10 more than the attempts, if those are bounded
	 */
	public void setMaxDeliveries(@Nullable Integer maxDeliveries) {
		this.jetStream.maxDeliveries = maxDeliveries;
	}

	/**
	 * Set where dead letters go.
	 * @param deadLetter the settings; by default {@link DeadLetterSettings#defaults()}
	 */
	public void setDeadLetter(DeadLetterSettings deadLetter) {
		this.jetStream.deadLetter = deadLetter;
	}

	/**
	 * Set what stores dead letters, to share it with {@code DeadLetterOperations}.
	 * @param deadLetters those of the same connection; by default this factory makes its
	 * own
	 */
	public void setDeadLetters(DeadLetters deadLetters) {
		this.jetStream.deadLetters = deadLetters;
	}

	/**
	 * Set whether the server is told that a message is in progress, and for how long.
	 * @param enabled whether it is; by default {@code true}
	 * @param longest how long from the start of its run, after which the run is reported
	 * as stuck; by default 30 minutes
	 */
	public void setAckExtension(boolean enabled, Duration longest) {
		this.jetStream.extendAcks = enabled;
		this.jetStream.longestExtension = longest;
	}

	/**
	 * Set how failed messages of JetStream listeners are tried again. A listener with an
	 * ordering key tries them in place, whatever is set here.
	 * @param retry the settings; by default {@link RetrySettings#defaults()}
	 */
	public void setRetry(RetrySettings retry) {
		this.jetStream.retry = retry;
	}

	/**
	 * Set what is asked first for a decision on a failed run of a JetStream listener.
	 * @param errorHandler the handler, or {@code null} for none
	 */
	public void setErrorHandler(@Nullable NatsErrorHandler errorHandler) {
		this.jetStream.errorHandler = errorHandler;
	}

	/**
	 * Set what decides on failed runs of JetStream listeners.
	 * @param failureHandler the handler; by default a {@code DefaultFailureHandler} with
	 * the retry settings and the error handler. Not asked for a listener with an error
	 * handler of its own
	 */
	public void setFailureHandler(FailureHandler failureHandler) {
		this.jetStream.failureHandler = failureHandler;
	}

	/**
	 * Set what publishes the results of methods with {@code @SendTo}.
	 * @param core for listeners of core NATS; by default with the converter of this
	 * factory
	 * @param jetStream for listeners of JetStream; by default with that converter, a
	 * timeout of five seconds, and 1,000 unconfirmed messages at once. Results come to
	 * both as bytes
	 */
	public void setResultOperations(NatsOperations core, JetStreamOperations jetStream) {
		this.adapters.setResultTargets(() -> resultTargets(core, jetStream));
	}

	private ResultTargets resultTargets(NatsOperations core, JetStreamOperations jetStream) {
		return new ResultTargets(core, jetStream, this.jetStream.deadLetters().streamIdentities());
	}

	/**
	 * Set what runs listeners.
	 * @param executor the executor, which must not run tasks on the calling thread and
	 * should not bound their number; by default daemon threads that are kept for a while
	 */
	public void setExecutor(Executor executor) {
		this.executor = executor;
	}

	/**
	 * Set the bound on messages that a JetStream listener has fetched and not settled.
	 * @param maxInFlight the bound, at least 1; by default 500
	 */
	public void setMaxInFlight(int maxInFlight) {
		this.jetStream.maxInFlight = maxInFlight;
	}

	/**
	 * Set the bound on the bytes of messages that a JetStream listener has fetched and
	 * not settled. A single message may be larger, and then is the only one.
	 * @param maxBytesInFlight the bound, or zero for none; by default 64 MB
	 */
	public void setMaxBytesInFlight(long maxBytesInFlight) {
		this.jetStream.maxBytesInFlight = maxBytesInFlight;
	}

	/**
	 * Set how many messages may wait for a core NATS listener.
	 * @param coreMaxInFlight the bound, at least 1; by default 65,536
	 */
	public void setCoreMaxInFlight(int coreMaxInFlight) {
		this.coreMaxInFlight = coreMaxInFlight;
	}

	/**
	 * Set how long running handlers may take to end when a container stops.
	 * @param shutdownTimeout the timeout; by default 20 seconds
	 */
	public void setShutdownTimeout(Duration shutdownTimeout) {
		this.jetStream.shutdownTimeout = shutdownTimeout;
	}

	/**
	 * Set what a container does when its consumer is gone while it runs.
	 * @param missingConsumer what it does; by default it waits
	 */
	public void setMissingConsumer(MissingConsumer missingConsumer) {
		this.jetStream.missingConsumer = missingConsumer;
	}

	/**
	 * Set how long a JetStream container may be unable to consume before it is reported.
	 * @param stallTimeout the timeout; by default 30 seconds
	 */
	public void setStallTimeout(Duration stallTimeout) {
		this.jetStream.stallTimeout = stallTimeout;
	}

	/**
	 * Set how long no message may arrive before a container publishes a
	 * {@code NatsListenerIdleEvent}, and again after each such time.
	 * @param idleEventInterval the interval, which is looked at about once a second;
	 * {@code null} (the default) for no such events
	 */
	public void setIdleEventInterval(@Nullable Duration idleEventInterval) {
		this.jetStream.events = new ListenerEventSettings(this.jetStream.events.publisher(), idleEventInterval);
	}

	/**
	 * Set where the events of containers are published, which a factory that is a bean
	 * need not be told.
	 * @param publisher the publisher
	 */
	@Override
	public void setApplicationEventPublisher(ApplicationEventPublisher publisher) {
		this.jetStream.events = new ListenerEventSettings(publisher, this.jetStream.events.idleInterval());
	}

	/**
	 * Set what is said for single listeners by their ids.
	 * @param overrides asked with the id of each listener; gives {@code null} for nothing
	 */
	public void setOverrides(Function<String, @Nullable NatsListenerOverrides> overrides) {
		this.overrides = overrides;
	}

	/**
	 * Set whether containers start with the application.
	 * @param autoStartup whether they do; by default {@code true}
	 */
	public void setAutoStartup(boolean autoStartup) {
		this.jetStream.autoStartup = autoStartup;
	}

	/**
	 * Refuse JetStream listeners.
	 * @param jetStreamDisabledBy what switched JetStream off, for the message, such as
	 * {@code nats.jetstream.enabled=false}; {@code null} (the default) allows them
	 */
	public void setJetStreamDisabledBy(@Nullable String jetStreamDisabledBy) {
		this.jetStream.disabledBy = jetStreamDisabledBy;
	}

	/**
	 * Set the domain or API prefix, and the timeout of requests.
	 * @param jetStreamOptions the options; by default those of jnats
	 */
	public void setJetStreamOptions(JetStreamOptions jetStreamOptions) {
		this.jetStream.options = jetStreamOptions;
	}

	/**
	 * Set whether the topology is only planned: then JetStream listeners do not start by
	 * themselves, since what they need may be missing.
	 * @param planOnly whether nothing is done for the topology
	 */
	public void setPlanOnly(boolean planOnly) {
		this.jetStream.planOnly = planOnly;
	}

	/**
	 * Set whether consumers that are missing and not declared may be made.
	 * @param provisioningMode the mode; by default they are made
	 */
	public void setProvisioningMode(ProvisioningMode provisioningMode) {
		this.jetStream.provisioningMode = provisioningMode;
	}

	/**
	 * Set the name of the application, which is kept in the metadata of the consumers and
	 * streams that its listeners have made.
	 * @param owner the name, or {@code null} (the default) to keep none
	 */
	public void setOwner(@Nullable String owner) {
		this.jetStream.owner = owner;
	}

	/**
	 * Set what the application declares.
	 * @param topology asked for each container; by default nothing is declared
	 */
	public void setTopology(Supplier<TopologyDefinition> topology) {
		this.jetStream.topology = topology;
	}

	/**
	 * Set what converts headers and variables of the subject.
	 * @param conversionService the conversion service; by default the shared one of
	 * Spring
	 */
	public void setConversionService(ConversionService conversionService) {
		this.adapters.setConversionService(conversionService);
	}

	/**
	 * Set what validates payloads with {@code @Valid} or {@code @Validated}.
	 * @param validator the validator, or {@code null} to refuse such parameters
	 */
	public void setValidator(@Nullable Validator validator) {
		this.adapters.setValidator(validator);
	}

	/**
	 * Set what is asked for each parameter of a method before the built-in ways.
	 * @param argumentResolvers the resolvers, in their order
	 */
	public void setArgumentResolvers(List<? extends HandlerMethodArgumentResolver> argumentResolvers) {
		this.adapters.setArgumentResolvers(argumentResolvers);
	}

	/**
	 * Set what sees each message before and after its listener.
	 * @param interceptors the interceptors, in their order; each is asked whether it
	 * supports a listener
	 */
	public void setInterceptors(List<? extends NatsMessageInterceptor> interceptors) {
		this.listeners.interceptors = List.copyOf(interceptors);
	}

	/**
	 * Set whether the runs and replies of listeners are observed.
	 * @param observationEnabled whether they are; by default {@code false}
	 */
	public void setObservationEnabled(boolean observationEnabled) {
		this.observing.enabled = observationEnabled;
	}

	/**
	 * Set how listeners are observed that are.
	 * @param registry the registry; by default one that does nothing
	 * @param convention names and tags of runs, or {@code null} for the default
	 * @param replyConvention names and tags of replies, or {@code null} for the default
	 */
	public void setObservation(ObservationRegistry registry, @Nullable NatsListenerObservationConvention convention,
			@Nullable NatsPublishObservationConvention replyConvention) {
		this.observing.registry = registry;
		this.observing.convention = convention;
		this.observing.replyConvention = replyConvention;
	}

	/**
	 * Set what maps the headers of messages for {@code @Header}, {@code @Headers} and
	 * Spring messages.
	 * @param headerMapper the mapper; by default a {@code DefaultNatsHeaderMapper}
	 */
	public void setHeaderMapper(NatsHeaderMapper headerMapper) {
		this.adapters.setHeaderMapper(headerMapper);
	}

	@Override
	public void setEmbeddedValueResolver(StringValueResolver resolver) {
		this.adapters.setValueResolver(resolver);
	}

	@Override
	public String getConnectionName() {
		return this.connection.getName();
	}

	/**
	 * Complete an endpoint with what is said for it by its id, and with the stream of its
	 * consumer.
	 */
	@Override
	public void addConnectionUser(ConnectionUser user) {
		this.connection.addUser(user);
	}

	@Override
	public NatsListenerEndpoint complete(NatsListenerEndpoint endpoint) {
		NatsListenerOverrides own = this.overrides.apply(endpoint.getId());
		return this.jetStream.complete((own != null) ? own.applyTo(endpoint) : endpoint);
	}

	/**
	 * The connection of its containers.
	 * @return the connection that this factory was made with
	 */
	public ConnectionHolder getConnection() {
		return this.connection;
	}

	@Override
	public MessageListenerContainer createContainer(NatsListenerEndpoint endpoint) {
		NatsListenerEndpoint complete = complete(endpoint);
		JetStreamContainers settings = this.jetStream.forListener(complete, this.overrides.apply(complete.getId()));
		BucketWatch watch = complete.getWatch();
		if (watch != null) {
			return this.watches.create(complete, watch, settings, executorOf(complete));
		}
		return complete.isJetStream() ? settings.create(complete, () -> this.listeners.single(complete),
				() -> this.listeners.batch(complete), executorOf(complete)) : createCoreContainer(complete, settings);
	}

	private MessageListenerContainer createCoreContainer(NatsListenerEndpoint endpoint, JetStreamContainers all) {
		EndpointChecks.checkCore(endpoint);
		CoreContainerSettings settings = new CoreContainerSettings(SubjectPatterns.distinct(endpoint.getSubjects()),
				endpoint.getQueue(), or(endpoint.getMaxInFlight(), this.coreMaxInFlight), all.shutdownTimeout,
				or(endpoint.getAutoStartup(), all.autoStartup), all.events);
		return new CoreListenerContainer(endpoint.getId(), this.connection, this.listeners.single(endpoint),
				executorOf(endpoint), settings);
	}

	@Override
	public @Nullable RedriveTarget createRedriveTarget(NatsListenerEndpoint endpoint) {
		return (endpoint.isJetStream() && endpoint.getWatch() == null)
				? this.listeners.redriveTarget(endpoint, this.jetStream.ackMode(endpoint)) : null;
	}

	private Executor executorOf(NatsListenerEndpoint endpoint) {
		return or(endpoint.getExecutor(), this.executor);
	}

	private static <T> T or(@Nullable T value, T fallback) {
		return (value != null) ? value : fallback;
	}

	@Override
	public void destroy() {
		this.threads.shutdown();
	}

}
