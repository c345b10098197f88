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

package io.github.natsspring.annotation;

import java.lang.reflect.Method;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointBuilder;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.SubjectTemplate;
import io.github.natsspring.support.Suggestions;
import io.nats.client.api.DeliverPolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanExpressionContext;
import org.springframework.beans.factory.config.BeanExpressionResolver;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.ObjectUtils;
import org.springframework.util.StringUtils;

/**
 * Resolves the attributes of one {@link NatsListener}; whatever cannot be resolved names
 * the method, the attribute and the value.
 */
class ListenerAttributes {

	private final ConfigurableBeanFactory beanFactory;

	private final String description;

	/**
	 * Create attributes.
	 * @param method the method, or {@code null} for the class itself
	 */
	ListenerAttributes(ConfigurableBeanFactory beanFactory, Class<?> targetClass, @Nullable Method method) {
		this.beanFactory = beanFactory;
		this.description = describe(targetClass, method);
	}

	static String describe(Class<?> targetClass, @Nullable Method method) {
		return (method != null) ? targetClass.getName() + "#" + method.getName() : targetClass.getName();
	}

	String describe() {
		return this.description;
	}

	NatsListenerEndpoint toEndpoint(Object bean, Method method, String defaultId, NatsListener annotation) {
		return toEndpoint((id) -> NatsListenerEndpoint.forMethod(id, bean, method), defaultId, annotation);
	}

	/**
	 * Make an endpoint of an annotation.
	 * @param target begins with what is called, for the id
	 */
	NatsListenerEndpoint toEndpoint(Function<String, NatsListenerEndpointBuilder> target, String defaultId,
			NatsListener annotation) {
		String id = text("id", annotation.id());
		NatsListenerEndpointBuilder builder = target.apply((id != null) ? id : defaultId);
		subjects(builder, annotation.subjects());
		builder.queue(text("queue", annotation.queue()));
		builder.stream(text("stream", annotation.stream()));
		builder.consumer(text("consumer", annotation.consumer()));
		builder.ordered(annotation.ordered());
		builder.deliverPolicy(
				parseName("deliverPolicy", annotation.deliverPolicy(), this::deliverPolicy, deliverPolicies()));
		parse("startSequence", annotation.startSequence(), (text) -> builder.startSequence(Long.valueOf(text)),
				"a stream sequence of at least 1");
		builder.startTime(parse("startTime", annotation.startTime(), ZonedDateTime::parse,
				"a time in ISO 8601 with an offset, as in 2026-11-21T08:00:00Z"));
		parse("concurrency", annotation.concurrency(), (text) -> builder.concurrency(Integer.valueOf(text)),
				"a number of at least 1");
		builder.orderingKey(text("orderingKey", annotation.orderingKey()));
		builder.ackMode(parseName("ackMode", annotation.ackMode(), this::ackMode, ackModes()));
		builder.errorHandler(bean("errorHandler", annotation.errorHandler(), NatsErrorHandler.class));
		parse("maxInFlight", annotation.maxInFlight(), (text) -> builder.maxInFlight(Integer.valueOf(text)),
				"a number of at least 1");
		parse("batchSize", annotation.batchSize(), (text) -> builder.batchSize(Integer.valueOf(text)),
				"a number of at least 1");
		parse("batchTimeout", annotation.batchTimeout(),
				(text) -> builder.batchTimeout(DurationFormatterUtils.detectAndParse(text)),
				"a duration of zero or more, as in 200ms");
		builder.singleActive(annotation.singleActive());
		builder.autoStartup(parseName("autoStartup", annotation.autoStartup(), this::bool, List.of("true", "false")));
		builder.messageConverter(bean("messageConverter", annotation.messageConverter(), NatsMessageConverter.class));
		builder.executor(bean("executor", annotation.executor(), Executor.class));
		return builder.build();
	}

	/**
	 * The subjects of a handler.
	 */
	List<SubjectTemplate> subjects(String[] values) {
		List<SubjectTemplate> templates = new ArrayList<>();
		withSubjects(values, (subjects) -> subjects.forEach((text) -> templates.add(SubjectTemplate.parse(text))));
		return templates;
	}

	private void subjects(NatsListenerEndpointBuilder builder, String[] values) {
		withSubjects(values, (subjects) -> builder.subjects(subjects.toArray(String[]::new)));
	}

	private void withSubjects(String[] values, Consumer<List<String>> parser) {
		List<String> subjects = new ArrayList<>();
		for (String value : values) {
			addAll("subjects", value, resolve("subjects", value), subjects);
		}
		try {
			parser.accept(subjects);
		}
		catch (IllegalArgumentException ex) {
			throw new NatsListenerException(this.description,
					"its attribute 'subjects' cannot be used: %s".formatted(ex.getMessage()), "Correct the subject",
					ex);
		}
	}

	private void addAll(String attribute, String value, @Nullable Object resolved, List<String> subjects) {
		if (resolved instanceof Collection<?> collection) {
			collection.forEach((element) -> addAll(attribute, value, element, subjects));
		}
		else if (resolved instanceof Object[] array) {
			Arrays.asList(array).forEach((element) -> addAll(attribute, value, element, subjects));
		}
		else if (resolved == null || !StringUtils.hasText(resolved.toString())) {
			throw new NatsListenerException(this.description,
					"its attribute 'subjects' holds '%s', which is an empty subject".formatted(value),
					"Set a subject such as orders.{region}.created, or remove the attribute");
		}
		else {
			subjects.add(resolved.toString().trim());
		}
	}

	@Nullable String text(String attribute, String value) {
		Object resolved = resolve(attribute, value);
		return (resolved != null && StringUtils.hasText(resolved.toString())) ? resolved.toString().trim() : null;
	}

	private <T> @Nullable T parseName(String attribute, String value, Function<String, T> parser, List<String> names) {
		return parse(attribute, value, parser, (text) -> StringUtils
			.capitalize(Suggestions.didYouMean(text, names, "set one of " + String.join(", ", names))));
	}

	private <T> @Nullable T parse(String attribute, String value, Function<String, T> parser, String expected) {
		return parse(attribute, value, parser, (text) -> "Set " + expected);
	}

	private <T> @Nullable T parse(String attribute, String value, Function<String, T> parser,
			UnaryOperator<String> action) {
		String text = text(attribute, value);
		if (text == null) {
			return null;
		}
		try {
			return parser.apply(text);
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			throw new NatsListenerException(this.description, "its attribute '%s' is '%s'%s, which is no valid value"
				.formatted(attribute, text, origin(text, value)), action.apply(text), ex);
		}
	}

	@Nullable Boolean flag(String attribute, String value) {
		return parse(attribute, value, this::bool, "'true' or 'false'");
	}

	private String origin(String text, String value) {
		return text.equals(value) ? "" : " (from '%s')".formatted(value);
	}

	private Boolean bool(String text) {
		return switch (text.toLowerCase(Locale.ROOT)) {
			case "true" -> Boolean.TRUE;
			case "false" -> Boolean.FALSE;
			default -> throw new IllegalArgumentException("Neither true nor false");
		};
	}

	private AckMode ackMode(String text) {
		return AckMode.valueOf(text.replace('-', '_').toUpperCase(Locale.ROOT));
	}

	private List<String> ackModes() {
		return Arrays.stream(AckMode.values())
			.map((mode) -> mode.name().toLowerCase(Locale.ROOT).replace('_', '-'))
			.toList();
	}

	private DeliverPolicy deliverPolicy(String text) {
		String name = text.replace('-', '_');
		return Arrays.stream(DeliverPolicy.values())
			.filter((policy) -> policy.toString().equalsIgnoreCase(name)
					|| policy.name().equalsIgnoreCase(name.replace("_", "")))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("No such deliver policy"));
	}

	private List<String> deliverPolicies() {
		return Arrays.stream(DeliverPolicy.values()).map((policy) -> policy.toString().replace('_', '-')).toList();
	}

	<T> @Nullable T bean(String attribute, String value, Class<T> type) {
		Object resolved = resolve(attribute, value);
		if (type.isInstance(resolved)) {
			return type.cast(resolved);
		}
		if (ObjectUtils.isEmpty(resolved)) {
			return null;
		}
		try {
			return this.beanFactory.getBean(resolved.toString(), type);
		}
		catch (BeansException ex) {
			throw new NatsListenerException(this.description,
					"its attribute '%s' is '%s'%s, which is no usable bean: %s".formatted(attribute, resolved,
							origin(resolved.toString(), value), ex.getMessage()),
					StringUtils.capitalize(Suggestions.didYouMean(resolved.toString(), beans(type),
							"name a bean of type " + type.getName())),
					ex);
		}
	}

	private List<String> beans(Class<?> type) {
		return (this.beanFactory instanceof ListableBeanFactory beans)
				? List.of(beans.getBeanNamesForType(type, true, false)) : List.of();
	}

	@Nullable Object resolve(String attribute, String value) {
		if (value.isEmpty()) {
			return null;
		}
		try {
			String text = this.beanFactory.resolveEmbeddedValue(value);
			// Unknown ones may be left as they are, without a configurer of placeholders
			if (text != null && text.contains("${")) {
				throw new IllegalArgumentException("there is no such property");
			}
			BeanExpressionResolver expressions = this.beanFactory.getBeanExpressionResolver();
			return (expressions != null) ? expressions.evaluate(text, new BeanExpressionContext(this.beanFactory, null))
					: text;
		}
		catch (RuntimeException ex) {
			throw new NatsListenerException(this.description,
					"its attribute '%s' is '%s', which cannot be resolved: %s".formatted(attribute, value,
							ex.getMessage()),
					"Set the property, give it a default as in ${name:default}, or correct the expression", ex);
		}
	}

}
