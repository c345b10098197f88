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

package io.github.natsspring.listener.adapter;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.support.DefaultNatsHeaderMapper;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.SubjectTemplate;
import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.Assert;
import org.springframework.util.StringValueResolver;
import org.springframework.validation.Validator;

/**
 * Makes listeners of methods. Everything that can be decided from the signature is
 * decided here, so that a method which cannot work fails the start of the application.
 */
public class MethodListenerAdapterFactory {

	private final ConnectionHolder connection;

	private final NatsMessageConverter converter;

	private ConversionService conversionService = DefaultConversionService.getSharedInstance();

	private @Nullable Validator validator;

	private List<HandlerMethodArgumentResolver> argumentResolvers = List.of();

	private @Nullable StringValueResolver valueResolver;

	private NatsHeaderMapper headerMapper = DefaultNatsHeaderMapper.INSTANCE;

	private @Nullable Supplier<ResultTargets> resultTargets;

	/**
	 * Create a factory.
	 * @param connection where replies are sent
	 * @param converter converts payloads and replies
	 */
	public MethodListenerAdapterFactory(ConnectionHolder connection, NatsMessageConverter converter) {
		this.connection = connection;
		this.converter = converter;
	}

	/**
	 * Set what converts headers and variables of the subject.
	 * @param conversionService the conversion service; by default the shared one of
	 * Spring
	 */
	public void setConversionService(ConversionService conversionService) {
		this.conversionService = conversionService;
	}

	/**
	 * Set what validates payloads with {@code @Valid} or {@code @Validated}.
	 * @param validator the validator, or {@code null} to refuse such parameters
	 */
	public void setValidator(@Nullable Validator validator) {
		this.validator = validator;
	}

	/**
	 * Set what is asked for each parameter before the built-in ways.
	 * @param argumentResolvers the resolvers, in their order
	 */
	public void setArgumentResolvers(List<? extends HandlerMethodArgumentResolver> argumentResolvers) {
		this.argumentResolvers = List.copyOf(argumentResolvers);
	}

	/**
	 * Set what resolves placeholders and expressions in names and default values of
	 * headers, and in {@code @SendTo}.
	 * @param valueResolver the resolver, or {@code null} for none
	 */
	public void setValueResolver(@Nullable StringValueResolver valueResolver) {
		this.valueResolver = valueResolver;
	}

	/**
	 * Set what maps headers.
	 * @param headerMapper the mapper; by default a {@code DefaultNatsHeaderMapper}
	 */
	public void setHeaderMapper(NatsHeaderMapper headerMapper) {
		this.headerMapper = headerMapper;
	}

	NatsHeaderMapper getHeaderMapper() {
		return this.headerMapper;
	}

	/**
	 * Set what publishes the results of methods with {@code @SendTo}.
	 * @param resultTargets asked for each such method
	 */
	public void setResultTargets(Supplier<ResultTargets> resultTargets) {
		this.resultTargets = resultTargets;
	}

	ResultTargets getResultTargets() {
		Supplier<ResultTargets> resultTargets = this.resultTargets;
		Assert.state(resultTargets != null, "There is nothing to publish results with; set 'resultTargets'");
		return resultTargets.get();
	}

	ConnectionHolder getConnection() {
		return this.connection;
	}

	/**
	 * A factory like this one, but for some settings.
	 * @param overrides the other settings, or {@code null} for none
	 * @return the factory
	 */
	public MethodListenerAdapterFactory with(@Nullable ListenerMethodSettings overrides) {
		if (overrides == null) {
			return this;
		}
		MethodListenerAdapterFactory factory = new MethodListenerAdapterFactory(this.connection, this.converter);
		factory.conversionService = (overrides.conversionService() != null) ? overrides.conversionService()
				: this.conversionService;
		factory.validator = (overrides.validator() != null) ? overrides.validator() : this.validator;
		List<HandlerMethodArgumentResolver> resolvers = new ArrayList<>(overrides.argumentResolvers());
		resolvers.addAll(this.argumentResolvers);
		factory.argumentResolvers = List.copyOf(resolvers);
		factory.valueResolver = this.valueResolver;
		factory.headerMapper = this.headerMapper;
		factory.resultTargets = this.resultTargets;
		return factory;
	}

	ConversionService getConversionService() {
		return this.conversionService;
	}

	@Nullable Validator getValidator() {
		return this.validator;
	}

	List<HandlerMethodArgumentResolver> getArgumentResolvers() {
		return this.argumentResolvers;
	}

	String resolve(String value) {
		String resolved = (this.valueResolver != null) ? this.valueResolver.resolveStringValue(value) : value;
		return (resolved != null) ? resolved : value;
	}

	/**
	 * Make a listener that calls a method.
	 * @param bean the object, which may be a proxy
	 * @param method the method, of the class behind a proxy
	 * @param description the listener in messages, as {@code class#method}
	 * @param subjects the patterns whose variables the method may ask for
	 * @param jetStream whether messages come from JetStream rather than from core NATS
	 * @param converter converts payloads and replies, or {@code null} for that of this
	 * factory
	 * @return the listener
	 * @throws io.github.natsspring.listener.NatsListenerException if the method cannot be
	 * a listener
	 */
	public NatsMessageListener create(Object bean, Method method, String description, List<SubjectTemplate> subjects,
			boolean jetStream, @Nullable NatsMessageConverter converter) {
		return create(bean, method, description, subjects, jetStream, converter,
				new MethodListenerContext(description, ForkJoinPool.commonPool()));
	}

	/**
	 * Make a listener that calls a method.
	 * @param bean the object, which may be a proxy
	 * @param method the method, of the class behind a proxy
	 * @param description the listener in messages, as {@code class#method}
	 * @param subjects the patterns whose variables the method may ask for
	 * @param jetStream whether messages come from JetStream rather than from core NATS
	 * @param converter converts payloads and results, or {@code null} for that of this
	 * factory
	 * @param context the listener that this is for
	 * @return the listener
	 * @throws io.github.natsspring.listener.NatsListenerException if the method cannot be
	 * a listener
	 */
	public NatsMessageListener create(Object bean, Method method, String description, List<SubjectTemplate> subjects,
			boolean jetStream, @Nullable NatsMessageConverter converter, MethodListenerContext context) {
		ListenerMethod listenerMethod = new ListenerMethod(bean, method, description);
		NatsMessageConverter effective = (converter != null) ? converter : this.converter;
		ResultHandler results = new ResultPlanner(this, listenerMethod, jetStream, context).plan(List.copyOf(subjects),
				effective);
		Argument[] arguments = new ArgumentPlanner(this, listenerMethod, List.copyOf(subjects), jetStream, effective)
			.plan();
		return new MethodListenerAdapter(listenerMethod, arguments, List.copyOf(subjects), this.headerMapper, results);
	}

	/**
	 * Make a listener that calls a method with several messages of JetStream at once.
	 * @param bean the object, which may be a proxy
	 * @param method the method, of the class behind a proxy, with a list as its only
	 * parameter
	 * @param description the listener in messages, as {@code class#method}
	 * @param converter converts payloads, or {@code null} for that of this factory
	 * @return the listener
	 * @throws io.github.natsspring.listener.NatsListenerException if the method cannot be
	 * a listener of batches
	 */
	public NatsBatchListener createBatch(Object bean, Method method, String description,
			@Nullable NatsMessageConverter converter) {
		ListenerMethod listenerMethod = new ListenerMethod(bean, method, description);
		ResultHandler results = new ResultPlanner(this, listenerMethod, true,
				new MethodListenerContext(description, Runnable::run))
			.planBatch();
		return new BatchMethodListenerAdapter(listenerMethod,
				BatchElement.plan(listenerMethod, (converter != null) ? converter : this.converter, this.validator),
				this.headerMapper, results);
	}

}
