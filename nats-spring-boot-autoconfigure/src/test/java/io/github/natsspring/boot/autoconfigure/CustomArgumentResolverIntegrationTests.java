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

import java.nio.charset.StandardCharsets;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.annotation.NatsListenerConfigurer;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointRegistrar;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.ReflectionUtils;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;

/**
 * Tests for {@code HandlerMethodArgumentResolver} beans, and for what a
 * {@code NatsListenerConfigurer} sets for the methods of all listeners.
 */
class CustomArgumentResolverIntegrationTests extends AbstractArgumentTests {

	@Test
	void asksABeanForTheArgument() {
		this.contextRunner.withBean(Listener.class).withBean(TenantResolver.class).run((context) -> {
			publish("in", new Headers().put("Tenant", "acme"), "hello".getBytes(StandardCharsets.UTF_8));
			assertSeenTwice(context, this.stream + ".in acme hello");
		});
	}

	@Test
	void asksTheResolversOfAConfigurerFirst() {
		NatsListenerConfigurer configurer = (registrar) -> registrar
			.setCustomMethodArgumentResolvers(new FixedTenantResolver());
		this.contextRunner.withBean(Listener.class)
			.withBean(TenantResolver.class)
			.withBean(NatsListenerConfigurer.class, () -> configurer)
			.run((context) -> {
				publish("in", "hello");
				assertSeenTwice(context, "Tenant[name=fixed] hello");
			});
	}

	@Test
	void validatesWithTheValidatorOfAConfigurer() {
		this.contextRunner.withBean(ValidatedListener.class)
			.withBean(NatsListenerConfigurer.class, () -> (registrar) -> registrar.setValidator(new NameValidator()))
			.run((context) -> {
				publish("in", "{\"name\":\"\"}");
				publish("in", "{\"name\":\"acme\"}");
				assertSeenTwice(context, new Tenant("acme"));
				assertDeadLettered(context, MethodArgumentNotValidException.class, 1);
			});
	}

	@Test
	void givesWhatAConfigurerSetsToListenersThatAreAddedInCode() {
		this.contextRunner.withBean(Coded.class)
			.withBean(NatsListenerConfigurer.class, () -> new ValidatingConfigurer(this.stream))
			.run((context) -> {
				publish("in", "{\"name\":\"\"}");
				publish("in", "{\"name\":\"acme\"}");
				assertSeen(context, new Tenant("acme"));
				assertDeadLettered(context, MethodArgumentNotValidException.class, 1);
			});
	}

	record Tenant(String name) {

		@Override
		public String toString() {
			return this.name.startsWith("fixed") ? "Tenant[name=fixed]" : this.name;
		}

	}

	static class TenantResolver implements HandlerMethodArgumentResolver {

		@Override
		public boolean supportsParameter(MethodParameter parameter) {
			return parameter.getParameterType() == Tenant.class;
		}

		@Override
		public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) {
			return new Tenant(message.getHeaders().get(NatsHeaders.SUBJECT) + " " + message.getHeaders().get("Tenant"));
		}

	}

	static class FixedTenantResolver extends TenantResolver {

		@Override
		public Object resolveArgument(MethodParameter parameter, Message<?> message) {
			return new Tenant("fixed");
		}

	}

	static class NameValidator implements Validator {

		@Override
		public boolean supports(Class<?> type) {
			return type == Tenant.class;
		}

		@Override
		public void validate(Object target, Errors errors) {
			if (((Tenant) target).name().isEmpty()) {
				errors.reject("empty", "must not be empty");
			}
		}

	}

	static class Listener {

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.in")
		@NatsListener(stream = "${test}", consumer = "resolved")
		void on(Tenant tenant, String text, @Header(NatsHeaders.SUBJECT) String subject) {
			this.seen.add(tenant + " " + text);
		}

	}

	static class ValidatedListener {

		private final Seen seen;

		ValidatedListener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.in")
		@NatsListener(stream = "${test}", consumer = "validated")
		void on(@Validated Tenant tenant) {
			this.seen.add(tenant);
		}

	}

	static class Coded {

		private final Seen seen;

		Coded(Seen seen) {
			this.seen = seen;
		}

		void on(@Validated Tenant tenant) {
			this.seen.add(tenant);
		}

	}

	/**
	 * Adds the listener before the validator.
	 */
	static class ValidatingConfigurer implements NatsListenerConfigurer {

		private final String stream;

		@Autowired
		private @Nullable Coded coded;

		ValidatingConfigurer(String stream) {
			this.stream = stream;
		}

		@Override
		public void configureNatsListeners(NatsListenerEndpointRegistrar registrar) {
			registrar.registerEndpoint(NatsListenerEndpoint
				.forMethod("coded", this.coded, ReflectionUtils.findMethod(Coded.class, "on", Tenant.class))
				.stream(this.stream)
				.consumer("coded")
				.build());
			registrar.setValidator(new NameValidator());
		}

	}

}
