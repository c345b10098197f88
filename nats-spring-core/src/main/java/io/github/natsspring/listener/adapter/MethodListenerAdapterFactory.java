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
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.SubjectTemplate;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
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
	 * Set what resolves placeholders in names and default values of headers.
	 * @param valueResolver the resolver, or {@code null} for none
	 */
	public void setValueResolver(@Nullable StringValueResolver valueResolver) {
		this.valueResolver = valueResolver;
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
		ListenerMethod listenerMethod = new ListenerMethod(bean, method, description);
		NatsMessageConverter effective = (converter != null) ? converter : this.converter;
		ReplySender replies = checkResult(listenerMethod, jetStream) ? new ReplySender(this.connection, effective)
				: null;
		Argument[] arguments = new ArgumentPlanner(this, listenerMethod, List.copyOf(subjects), jetStream, effective)
			.plan();
		return new MethodListenerAdapter(listenerMethod, arguments, List.copyOf(subjects), replies);
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
		checkResult(listenerMethod, true);
		return new BatchMethodListenerAdapter(listenerMethod,
				BatchElement.plan(listenerMethod, (converter != null) ? converter : this.converter, this.validator));
	}

	/**
	 * Whether the method returns a reply.
	 */
	private boolean checkResult(ListenerMethod method, boolean jetStream) {
		Class<?> type = method.returnType();
		if (method.getMethodAnnotation(SendTo.class) != null) {
			throw method.failure("it has @SendTo, which is not supported yet",
					"Publish with a JetStreamTemplate or a NatsTemplate in the method");
		}
		if (type == void.class || type == Void.class) {
			return false;
		}
		if (jetStream && isAsynchronous(type)) {
			// The message would be acknowledged before the work is done
			throw method.failure("it returns %s, which is not supported".formatted(type.getName()),
					"Return void when the work is done, or set the ack mode 'manual' and settle later through an "
							+ "Acknowledgment parameter");
		}
		if (jetStream) {
			throw method.failure(
					"it returns %s, and a JetStream message has nobody to reply to".formatted(type.getName()),
					"Return void, and publish with a JetStreamTemplate what is to be sent on");
		}
		if (isAsynchronous(type) || org.springframework.messaging.Message.class.isAssignableFrom(type)
				|| io.nats.client.Message.class.isAssignableFrom(type)) {
			throw method.failure("it returns %s, which is not supported".formatted(type.getName()),
					"Return void, or the payload of the reply");
		}
		return true;
	}

	private boolean isAsynchronous(Class<?> type) {
		return CompletionStage.class.isAssignableFrom(type) || Future.class.isAssignableFrom(type)
				|| Callable.class.isAssignableFrom(type)
				|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
	}

}
