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
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.messaging.handler.annotation.MessageMapping;

/**
 * Marks a method that is given the entries of a key-value bucket and all changes, one
 * after the other in their order, in every instance of the application. It takes the
 * value, converted to the type of the parameter, a jnats {@code KeyValueEntry}, variables
 * of the key with {@code @DestinationVariable}, or several of these, and returns nothing.
 * <p>
 * What the method throws is logged and counted, and the watch goes on with the next
 * change. After a lost connection it goes on where it was: where the bucket keeps one
 * revision of a key, the method may not see those in between, but always the last. A
 * bucket that was deleted and made again is read anew, which a
 * {@code NatsBucketReplacedEvent} says. A {@code NatsBucketStateReadEvent} says that the
 * method was given everything that was there.
 * <p>
 * Repeatable, and usable as a meta-annotation. Text attributes may hold
 * <code>${placeholders}</code> and <code>#{expressions}</code>.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(NatsKeyValueListeners.class)
@MessageMapping
public @interface NatsKeyValueListener {

	/**
	 * The bucket, one of {@code nats.key-value} or one that is on the server.
	 * @return the name of the bucket
	 */
	String bucket();

	/**
	 * Keys or patterns, in which {@code *} and <code>{name}</code> stand for one token
	 * and {@code >} for all that follow, as in <code>user.{id}</code>. By default all
	 * keys.
	 * @return the keys
	 */
	String[] keys() default {};

	/**
	 * Whether what is in the bucket at a start is given to the method, the last value of
	 * each key, before the changes.
	 * @return whether that is so; else only changes since the start are
	 */
	boolean includeCurrent() default true;

	/**
	 * Whether all revisions that the bucket keeps are given to the method at a start, and
	 * not only the last of each key. Not without current values.
	 * @return whether that is so
	 */
	boolean includeHistory() default false;

	/**
	 * Whether deletes and purges are given to the method, too. The value is {@code null}
	 * then, so that a parameter that takes it is {@code @Nullable} or an
	 * {@code Optional}; a {@code KeyValueEntry} has the operation.
	 * @return whether that is so
	 */
	boolean includeDeletes() default false;

	/**
	 * The id of the container. By default made of the names of the bean and of the
	 * method.
	 * @return the id
	 */
	String id() default "";

	/**
	 * The name of the connection, one of {@code nats.connections}. By default the first
	 * one, whose name is {@code default}.
	 * @return the name
	 */
	String connection() default "";

	/**
	 * The name of a {@code NatsErrorHandler} bean that is told of runs that failed. What
	 * it decides is ignored: the watch goes on. By default that of the container factory.
	 * @return the name of the bean
	 */
	String errorHandler() default "";

	/**
	 * Whether the container starts with the application. By default that of the container
	 * factory.
	 * @return {@code true} or {@code false}
	 */
	String autoStartup() default "";

}
