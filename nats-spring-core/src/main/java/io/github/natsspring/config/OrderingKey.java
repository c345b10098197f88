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

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.support.SubjectTemplate;
import io.github.natsspring.support.Subjects;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelEvaluationException;
import org.springframework.expression.spel.SpelMessage;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * Finds the key that messages are kept in order by. It is asked for each message when it
 * arrives, on a thread of jnats: expressions see subject, variables and headers, which
 * cost little, and no types, beans or payload.
 */
final class OrderingKey implements Function<Message, @Nullable Object> {

	private static final Log logger = LogFactory.getLog(OrderingKey.class);

	private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");

	private static final Set<SpelMessage> MISTAKES = Set.of(SpelMessage.PROPERTY_OR_FIELD_NOT_READABLE,
			SpelMessage.METHOD_NOT_FOUND, SpelMessage.TYPE_NOT_FOUND, SpelMessage.NO_BEAN_RESOLVER_REGISTERED);

	private final String description;

	private final String text;

	private final List<SubjectTemplate> subjects;

	private final @Nullable String variable;

	private final @Nullable Expression expression;

	private final EvaluationContext context = SimpleEvaluationContext.forReadOnlyDataBinding()
		.withInstanceMethods()
		.build();

	private final AtomicBoolean failed = new AtomicBoolean();

	/**
	 * Create a key.
	 * @param description the listener in messages
	 * @param text a variable in braces, or an expression
	 * @param subjects the patterns that hold the variables
	 * @throws NatsListenerException if there is no such variable in each of the subjects,
	 * or the expression cannot work
	 */
	OrderingKey(String description, String text, List<SubjectTemplate> subjects) {
		this.description = description;
		this.text = text;
		this.subjects = subjects;
		Matcher matcher = VARIABLE.matcher(text);
		this.variable = matcher.matches() ? matcher.group(1) : null;
		this.expression = (this.variable == null) ? parse() : null;
		if (this.variable != null) {
			checkVariable(this.variable);
		}
	}

	private void checkVariable(String variable) {
		if (this.subjects.isEmpty()
				|| this.subjects.stream().anyMatch((subject) -> !subject.variables().contains(variable))) {
			throw new NatsListenerException(this.description,
					"its 'orderingKey' is '%s', and this variable is not in each of its subjects %s"
						.formatted(this.text, this.subjects),
					"Write {%s} for a token of each subject, or correct the name".formatted(variable));
		}
	}

	private Expression parse() {
		Expression expression;
		try {
			expression = new SpelExpressionParser().parseExpression(this.text);
		}
		catch (ParseException ex) {
			throw failure(ex);
		}
		try {
			expression.getValue(this.context, new View(new NatsMessage("none", null, null, null)));
		}
		catch (SpelEvaluationException ex) {
			if (MISTAKES.contains(ex.getMessageCode())) {
				throw failure(ex);
			}
			logger.trace("For want of headers and variables, which real messages may have", ex);
		}
		catch (RuntimeException ex) {
			logger.trace("Of a method, for a value that real messages may not have", ex);
		}
		return expression;
	}

	private NatsListenerException failure(RuntimeException ex) {
		return new NatsListenerException(this.description,
				"its 'orderingKey' is '%s', which is no usable expression: %s".formatted(this.text, ex.getMessage()),
				"Set a variable of the subject such as {region}, or an expression over 'subject', 'variables' and "
						+ "'headers' such as headers['Customer']",
				ex);
	}

	@Override
	public @Nullable Object apply(Message message) {
		Expression expression = this.expression;
		if (expression == null) {
			return variables(message).get(this.variable);
		}
		try {
			return expression.getValue(this.context, new View(message));
		}
		catch (RuntimeException ex) {
			String line = "Listener %s: its 'orderingKey' '%s' has no value for a message with subject '%s': %s"
				.formatted(this.description, this.text, Subjects.printable(message.getSubject()),
						Subjects.printable(ex.getMessage()));
			if (this.failed.compareAndSet(false, true)) {
				logger
					.warn(line + "; such messages are kept in order with each other, and logged at debug from now on");
			}
			else {
				logger.debug(line);
			}
			return null;
		}
	}

	private Map<String, String> variables(Message message) {
		for (SubjectTemplate template : this.subjects) {
			Map<String, String> values = template.extract(message.getSubject());
			if (values != null) {
				return values;
			}
		}
		return Map.of();
	}

	@Override
	public String toString() {
		return this.text;
	}

	/**
	 * What expressions see; public for SpEL.
	 */
	public final class View {

		private final Message message;

		View(Message message) {
			this.message = message;
		}

		/**
		 * The subject.
		 * @return the subject
		 */
		public String getSubject() {
			return this.message.getSubject();
		}

		/**
		 * The variables of the first pattern that the subject matches.
		 * @return values by name
		 */
		public Map<String, String> getVariables() {
			return variables(this.message);
		}

		/**
		 * The first value of each header.
		 * @return values by name
		 */
		public Map<String, String> getHeaders() {
			Headers headers = this.message.getHeaders();
			Map<String, String> values = new HashMap<>();
			if (headers != null) {
				headers.forEach((name, all) -> values.put(name, all.isEmpty() ? "" : all.get(0)));
			}
			return values;
		}

	}

}
