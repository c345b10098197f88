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
 * Marks a method that is told of the objects of an object-store bucket and of all
 * changes, one after the other in their order, in every instance of the application. It
 * takes a jnats {@code ObjectInfo}, an {@code InputStream} with the content of the object
 * (for a link, of what it leads to), or both, and returns nothing. The content is fetched
 * while it is read and not before, chunk by chunk; its end is only reached if size and
 * digest are right. It is closed when the method returns.
 * <p>
 * What the method throws is logged and counted, and the watch goes on with the next
 * change. After a lost connection it goes on where it was. A bucket that was deleted and
 * made again is read anew, which a {@code NatsBucketReplacedEvent} says. A
 * {@code NatsBucketStateReadEvent} says that the method was told of everything that was
 * there.
 * <p>
 * Repeatable, and usable as a meta-annotation. Text attributes may hold
 * <code>${placeholders}</code> and <code>#{expressions}</code>.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(NatsObjectStoreListeners.class)
@MessageMapping
public @interface NatsObjectStoreListener {

	/**
	 * The bucket, one of {@code nats.object-store} or one that is on the server.
	 * @return the name of the bucket
	 */
	String bucket();

	/**
	 * Whether the method is told of the objects that are in the bucket at a start, before
	 * the changes.
	 * @return whether that is so; else it is told of changes since the start only
	 */
	boolean includeCurrent() default true;

	/**
	 * Whether deletes are given to the method, too.
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
