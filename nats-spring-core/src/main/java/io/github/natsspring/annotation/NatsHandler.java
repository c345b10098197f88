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

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.handler.annotation.MessageMapping;

/**
 * Makes a method handle some of the messages of a class with {@link NatsListener}: those
 * whose subject matches. The handlers of a class share one consumer, or one subscription,
 * and so one order; arguments and results are as for a method with {@link NatsListener},
 * and each handler has its own.
 * <p>
 * Each subject that the listener gets is for exactly one handler. A subject that two of
 * them match, and one that the listener would get and none of them matches, fails the
 * start of the application.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@MessageMapping
public @interface NatsHandler {

	/**
	 * Alias for {@link #subjects()}.
	 * @return the subjects
	 */
	@AliasFor("subjects")
	String[] value() default {};

	/**
	 * Subjects or patterns, at least one. {@code {name}} stands for one token and fills a
	 * {@code @DestinationVariable}. Placeholders and expressions are resolved.
	 * @return the subjects
	 */
	@AliasFor("value")
	String[] subjects() default {};

}
