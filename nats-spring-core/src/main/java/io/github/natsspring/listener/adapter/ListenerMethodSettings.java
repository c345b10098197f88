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

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.ConversionService;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.validation.Validator;

/**
 * How a method gets its arguments, where that differs from what the container factory
 * says.
 *
 * @param validator validates payloads with {@code @Valid} or {@code @Validated}, or
 * {@code null} for that of the container factory
 * @param argumentResolvers asked for each parameter before those of the container factory
 * @param conversionService converts headers and variables of the subject, or {@code null}
 * for that of the container factory
 */
public record ListenerMethodSettings(@Nullable Validator validator,
		List<HandlerMethodArgumentResolver> argumentResolvers, @Nullable ConversionService conversionService) {

	/**
	 * Create settings.
	 * @param validator the validator, or {@code null}
	 * @param argumentResolvers the resolvers, in their order
	 * @param conversionService the conversion service, or {@code null}
	 */
	public ListenerMethodSettings {
		argumentResolvers = List.copyOf(argumentResolvers);
	}

}
