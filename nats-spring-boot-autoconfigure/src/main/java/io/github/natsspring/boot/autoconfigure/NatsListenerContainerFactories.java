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

package io.github.natsspring.boot.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.github.natsspring.config.ConfiguredListeners;
import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.deadletter.DeadLetters;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsMessageConverter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.thread.Threading;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.validation.Validator;

/**
 * Makes the container factory of each connection. What is said about listeners, all or a
 * single one, holds for those of each.
 */
class NatsListenerContainerFactories {

	private static final Log logger = LogFactory.getLog(NatsListenerContainerFactories.class);

	private final NatsProperties.Listener properties;

	private final NatsMessageConverter messageConverter;

	private final Environment environment;

	private final ObjectProvider<FailureHandler> failureHandler;

	private final ObjectProvider<NatsErrorHandler> errorHandler;

	private final ObjectProvider<Validator> validator;

	private final ObjectProvider<HandlerMethodArgumentResolver> argumentResolvers;

	private final ConversionService conversionService;

	private final ConfiguredListeners listeners;

	private final ObjectProvider<NatsListenerContainerFactoryCustomizer> customizers;

	private final ObjectProvider<NatsMessageInterceptor> interceptors;

	private final ObjectProvider<NatsHeaderMapper> headerMapper;

	NatsListenerContainerFactories(NatsProperties properties, NatsMessageConverter messageConverter,
			Environment environment, ObjectProvider<FailureHandler> failureHandler,
			ObjectProvider<NatsErrorHandler> errorHandler, ObjectProvider<Validator> validator,
			ObjectProvider<HandlerMethodArgumentResolver> argumentResolvers,
			ObjectProvider<NatsListenerContainerFactoryCustomizer> customizers,
			ObjectProvider<NatsMessageInterceptor> interceptors, ObjectProvider<NatsHeaderMapper> headerMapper,
			ListableBeanFactory beanFactory) {
		this.properties = properties.getListener();
		this.listeners = NatsListenerOverridesMapper.map(properties.getListeners());
		this.customizers = customizers;
		this.interceptors = interceptors;
		this.headerMapper = headerMapper;
		this.messageConverter = messageConverter;
		this.environment = environment;
		this.failureHandler = failureHandler;
		this.errorHandler = errorHandler;
		this.validator = validator;
		this.argumentResolvers = argumentResolvers;
		this.conversionService = conversionService(beanFactory);
		checkShutdown("nats.listener", properties.getListener().getShutdownTimeout(), environment);
		properties.getListeners().forEach((id, listener) -> {
			Duration shutdownTimeout = listener.getShutdownTimeout();
			if (shutdownTimeout != null) {
				checkShutdown(NatsListenerOverridesMapper.PREFIX + id, shutdownTimeout, environment);
			}
		});
	}

	/**
	 * For headers and variables of subjects, with the converters that are beans.
	 */
	private static ConversionService conversionService(ListableBeanFactory beanFactory) {
		ApplicationConversionService conversionService = new ApplicationConversionService();
		ApplicationConversionService.addBeans(conversionService, beanFactory);
		return conversionService;
	}

	DefaultNatsListenerContainerFactory createWithoutJetStream(NatsConnectionBeans beans, ConnectionHolder holder,
			NatsTopology topology) {
		return create(beans, holder, topology, null);
	}

	DefaultNatsListenerContainerFactory create(NatsConnectionBeans beans, ConnectionHolder holder,
			NatsTopology topology, @Nullable DeadLetters deadLetters) {
		DefaultNatsListenerContainerFactory factory = plain(holder);
		configure(factory, beans, topology, deadLetters);
		return factory;
	}

	/**
	 * A factory without any settings.
	 */
	DefaultNatsListenerContainerFactory plain(ConnectionHolder holder) {
		return new DefaultNatsListenerContainerFactory(holder, this.messageConverter);
	}

	/**
	 * What is said for single listeners.
	 */
	ConfiguredListeners listeners() {
		return this.listeners;
	}

	/**
	 * Configure a factory over the connection of the other beans.
	 */
	void configure(DefaultNatsListenerContainerFactory factory, NatsConnectionBeans beans, NatsTopology topology,
			@Nullable DeadLetters deadLetters) {
		ConfiguredConnection connection = beans.configured();
		NatsProperties.JetStream jetStream = connection.properties().getJetstream();
		factory.setTopology(topology::get);
		factory.setJetStreamOptions(beans.jetStreamOptions());
		factory.setProvisioningMode(jetStream.getProvisioning());
		ConnectionHolder holder = factory.getConnection();
		factory.setResultOperations(beans.template(holder, this.messageConverter),
				beans.jetStreamTemplate(holder, this.messageConverter));
		beans.observe(factory);
		factory.setOwner(beans.topologySettings().owner());
		factory.setPlanOnly(jetStream.isPlanOnly());
		if (deadLetters != null) {
			factory.setDeadLetters(deadLetters);
		}
		if (!jetStream.isEnabled()) {
			factory.setJetStreamDisabledBy(connection.property("jetstream.enabled") + "=false");
		}
		factory.setErrorHandler(this.errorHandler.getIfUnique());
		this.failureHandler.ifUnique(factory::setFailureHandler);
		factory.setArgumentResolvers(this.argumentResolvers.orderedStream().toList());
		factory.setValidator(this.validator.getIfUnique());
		factory.setInterceptors(this.interceptors.orderedStream().toList());
		this.headerMapper.ifUnique(factory::setHeaderMapper);
		factory.setConversionService(this.conversionService);
		map(factory, this.properties);
		if (Threading.VIRTUAL.isActive(this.environment)) {
			factory.setExecutor(new VirtualThreadTaskExecutor("nats-listener-"));
		}
		factory.setOverrides(this.listeners);
		this.customizers.orderedStream().forEach((customizer) -> customizer.customize(factory));
	}

	private static void map(DefaultNatsListenerContainerFactory factory, NatsProperties.Listener listener) {
		PropertyMapper map = PropertyMapper.get();
		map.from(listener::isAutoStartup).to(factory::setAutoStartup);
		map.from(listener::getConcurrency).to(factory::setConcurrency);
		map.from(listener::getAckMode).to(factory::setAckMode);
		map.from(listener.getRetry()::getMaxAttempts).to(factory::setMaxAttempts);
		map.from(listener.getRetry()::getMaxDeliveries).to(factory::setMaxDeliveries);
		map.from(listener::getMaxInFlight).to(factory::setMaxInFlight);
		map.from(listener.getMaxBytesInFlight()::toBytes).to(factory::setMaxBytesInFlight);
		map.from(listener::getShutdownTimeout).to(factory::setShutdownTimeout);
		map.from(listener::getStallTimeout).to(factory::setStallTimeout);
		map.from(listener::getIdleEventInterval).to(factory::setIdleEventInterval);
		map.from(listener::isObservationEnabled).to(factory::setObservationEnabled);
		map.from(listener::getMissingConsumer).to(factory::setMissingConsumer);
		factory.setRetry(retry(listener.getRetry()));
		factory.setDeadLetter(deadLetter(listener.getDeadLetter()));
		factory.setAckExtension(listener.getAckExtension().isEnabled(), listener.getAckExtension().getMaxDuration());
	}

	/**
	 * Spring goes on without those who do not end in time, and closes the connection.
	 */
	private static void checkShutdown(String prefix, Duration shutdownTimeout, Environment environment) {
		Duration phase = Binder.get(environment)
			.bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
			.orElse(Duration.ofSeconds(30));
		if (shutdownTimeout.compareTo(phase) > 0) {
			logger.warn(("%s.shutdown-timeout is %s, but spring.lifecycle.timeout-per-shutdown-phase only %s:"
					+ " handlers that run longer are cut off, and their messages delivered again. Raise the phase's"
					+ " timeout above that of listeners")
				.formatted(prefix, text(shutdownTimeout), text(phase)));
		}
	}

	private static String text(Duration duration) {
		return DurationStyle.SIMPLE.print(duration,
				(duration.toMillisPart() == 0) ? ChronoUnit.SECONDS : ChronoUnit.MILLIS);
	}

	private static RetrySettings retry(NatsProperties.Retry retry) {
		List<Class<? extends Throwable>> notRetryable = retry.getNotRetryable();
		return new RetrySettings(retry.getMode(), 0, retry.getInitialInterval(), retry.getMultiplier(),
				retry.getMaxInterval(), retry.getJitter(), (notRetryable != null) ? notRetryable : List.of(),
				retry.getOnExhausted());
	}

	private static DeadLetterSettings deadLetter(NatsProperties.DeadLetter deadLetter) {
		return new DeadLetterSettings(deadLetter.getEnabled(), deadLetter.getSubject(), deadLetter.getStream(),
				deadLetter.isIncludeStackTrace());
	}

}
