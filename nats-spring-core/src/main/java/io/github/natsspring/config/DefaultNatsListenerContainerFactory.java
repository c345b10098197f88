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

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionUser;
import io.github.natsspring.core.JetStreamOperations;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.core.NatsOperations;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.core.NatsTemplateSettings;
import io.github.natsspring.deadletter.RedriveTarget;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.listener.adapter.MethodListenerAdapterFactory;
import io.github.natsspring.listener.adapter.ResultTargets;
import io.github.natsspring.listener.core.CoreContainerSettings;
import io.github.natsspring.listener.core.CoreListenerContainer;
import io.github.natsspring.listener.watch.BucketWatch;
import io.github.natsspring.observation.NatsListenerObservationConvention;
import io.github.natsspring.observation.NatsPublishObservationConvention;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsMessageConverter;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.EmbeddedValueResolverAware;
import org.springframework.core.convert.ConversionService;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.StringValueResolver;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.validation.Validator;

/**
 * Makes containers over one connection: of core NATS for an endpoint that names neither a
 * stream nor a consumer, of JetStream for the others. Settings must be made before the
 * first container.
 */
public class DefaultNatsListenerContainerFactory extends AbstractNatsListenerContainerFactory
		implements NatsListenerContainerFactory, EmbeddedValueResolverAware, DisposableBean {

	/**
	 * The bound on messages in flight of a JetStream listener, unless set otherwise.
	 */
	public static final int DEFAULT_MAX_IN_FLIGHT = 500;

	/**
	 * The bound on messages in flight of a JetStream listener whose handler takes only
	 * microseconds, unless the bound is set: for as long as all of them are less than 100
	 * ms of work, and not more than half of the consumer's max-ack-pending.
	 */
	public static final int DEFAULT_QUICK_MAX_IN_FLIGHT = 4000;

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
		super(connection);
		this.connection = connection;
		this.adapters = new MethodListenerAdapterFactory(connection, converter);
		this.listeners = new EndpointListeners(this.adapters, this.jetStream::ackMode, this::executorOf);
		this.adapters.setResultTargets(SingletonSupplier
			.of(() -> resultTargets(new NatsTemplate(connection, converter, NatsTemplateSettings.defaults()),
					new JetStreamTemplate(connection, converter, this.jetStream.options,
							JetStreamTemplateSettings.defaults()))));
		this.observing = new ListenerObserving(connection.getName(), (id) -> this.overrides.apply(id));
		this.listeners.observations = this.observing;
		this.watches = new WatchContainers(connection, this.adapters, converter, () -> this.listeners.interceptors,
				this.observing);
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
	 * Set how many messages may wait for a core NATS listener.
	 * @param coreMaxInFlight the bound, at least 1; by default 65,536
	 */
	public void setCoreMaxInFlight(int coreMaxInFlight) {
		this.coreMaxInFlight = coreMaxInFlight;
	}

	/**
	 * Set what is said for single listeners by their ids.
	 * @param overrides asked with the id of each listener; gives {@code null} for nothing
	 */
	public void setOverrides(Function<String, @Nullable NatsListenerOverrides> overrides) {
		this.overrides = overrides;
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
	 * Set whether the runs of listeners are observed, with what comes of them: replies,
	 * and dead letters.
	 * @param observationEnabled whether they are; by default {@code false}. Needs a
	 * registry, too: {@link #setObservation}
	 */
	public void setObservationEnabled(boolean observationEnabled) {
		this.observing.enabled = observationEnabled;
	}

	/**
	 * Set how the listeners are observed that are. Their dead letters are as well, unless
	 * {@link #setDeadLetters} was told of others, which have a setting of their own.
	 * @param registry the registry; by default {@link ObservationRegistry#NOOP}, with
	 * which no listener is observed, whatever {@link #setObservationEnabled} and
	 * overrides say
	 * @param convention names and tags of runs, or {@code null} for the default
	 * @param replyConvention names and tags of replies and dead letters, or {@code null}
	 * for the default
	 */
	public void setObservation(ObservationRegistry registry, @Nullable NatsListenerObservationConvention convention,
			@Nullable NatsPublishObservationConvention replyConvention) {
		this.observing.registry = registry;
		this.observing.convention = convention;
		this.observing.replyConvention = replyConvention;
		this.jetStream.observeDeadLetters = (letters) -> letters.setObservation(registry, replyConvention);
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

	@Override
	public void addConnectionUser(ConnectionUser user) {
		this.connection.addUser(user);
	}

	/**
	 * Complete an endpoint with what is said for it by its id, and with the stream of its
	 * consumer.
	 */
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
		if (!endpoint.isJetStream() || endpoint.getWatch() != null) {
			return null;
		}
		NatsListenerOverrides own = this.overrides.apply(endpoint.getId());
		Duration longest = or((own != null) ? own.longestExtension : null, this.jetStream.longestExtension);
		return this.listeners.redriveTarget(endpoint, this.jetStream.ackMode(endpoint), longest);
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
