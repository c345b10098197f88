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

import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.handler.annotation.MessageMapping;

/**
 * Makes a method the listener of a JetStream consumer, or of core NATS subjects when
 * neither a stream nor a consumer is named. On a class, its {@link NatsHandler} methods
 * share the messages among them by their subjects.
 * <p>
 * Every attribute takes <code>${…}</code> placeholders and <code>#{…}</code> expressions,
 * and an empty text counts as not set. What cannot work fails at the start of the
 * application.
 * <p>
 * <b>Arguments</b>: the converted payload (of which there may be one; {@code @Payload},
 * {@code @Valid}, {@code Optional}, {@code @Nullable}), {@code @Header},
 * {@code @Headers}, {@code @DestinationVariable}, Spring's {@code Message<T>}, jnats'
 * {@code Message}, and for JetStream {@code NatsJetStreamMetaData} and
 * {@code Acknowledgment}. Further ones come from {@code HandlerMethodArgumentResolver}
 * beans.
 * <p>
 * <b>JetStream</b>: a message is acknowledged when the method returns, and delivered
 * again after a growing delay when it throws. Where there are dead letters, it becomes
 * one after 5 failed runs, and at once if it cannot be read; else it is tried for ever.
 * {@code AckMessageException}, {@code NakMessageException} and
 * {@code TermMessageException} settle it from any depth. What it returns takes a
 * {@code @SendTo} to go to.
 * <p>
 * <b>Core NATS</b>: a value that the method returns is the reply to a message that asks
 * for one, and {@code null} an empty reply. When such a method throws, the reply has the
 * headers {@code Nats-Service-Error} (without the text of the exception) and
 * {@code Nats-Service-Error-Code}: 400 for a message that could not be read, else 500. A
 * method that returns nothing never replies, since a message that is published to a
 * stream also asks for a reply, which is the stream's to give. What fails is logged, and
 * nothing is delivered again.
 */
@Target({ ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@MessageMapping
@Repeatable(NatsListeners.class)
public @interface NatsListener {

	/**
	 * The id of the container, unique in the application. By default the name of the bean
	 * and of the method, as in {@code billing-on}.
	 * @return the id
	 */
	String id() default "";

	/**
	 * Alias for {@link #subjects()}.
	 * @return the subjects
	 */
	@AliasFor("subjects")
	String[] value() default {};

	/**
	 * Subjects or patterns. {@code {name}} stands for one token and fills a
	 * {@code @DestinationVariable}. Core NATS needs at least one. For a consumer that
	 * exists they only name variables: each of its filters must be matched whole by one
	 * pattern. On a class they say what it listens to, by default what its handlers are
	 * for.
	 * @return the subjects
	 */
	@AliasFor("value")
	String[] subjects() default {};

	/**
	 * The queue group of a core NATS listener: one member of the group gets each message.
	 * By default there is none, and each instance gets each message.
	 * @return the queue group
	 */
	String queue() default "";

	/**
	 * The stream of the consumer. Without a {@link #consumer()}, each instance has an
	 * ephemeral one of its own and gets every message from its start on, or from where
	 * {@link #deliverPolicy()} says. It is made at each start, made again whenever it is
	 * gone (behind what this instance has handled, as long as the stream is the same
	 * one), and deleted when the container stops. Refused on a stream whose retention is
	 * not {@code limits}.
	 * @return the stream
	 */
	String stream() default "";

	/**
	 * The durable consumer: declared in the application, or already on the server, or
	 * else made from this annotation when the provisioning mode creates. Without a stream
	 * it is legal when exactly one declared stream has a consumer of that name.
	 * @return the name of the consumer
	 */
	String consumer() default "";

	/**
	 * Whether each instance handles every message exactly in the order of the stream,
	 * which takes a {@link #stream()} and no {@link #consumer()}. Nothing is
	 * acknowledged: each start begins anew where {@link #deliverPolicy()} says, by
	 * default at the first message of the stream; within a run, whatever happens to the
	 * connection or the server, no message is skipped and none is handled twice. One that
	 * failed is tried again in place, before those behind it; when it is given up it
	 * becomes a dead letter, and where there are none the container ends as failed.
	 * <p>
	 * One handler at a time; {@code concurrency}, {@code batchSize}, {@code orderingKey},
	 * {@code singleActive} and an {@code Acknowledgment} are refused.
	 * @return whether that is so
	 */
	boolean ordered() default false;

	/**
	 * Where a consumer that is made from this annotation begins: {@code all} (the default
	 * of durable and ordered ones), {@code last}, {@code last-per-subject}, {@code new}
	 * (the default of ephemeral ones), {@code by-start-sequence} or
	 * {@code by-start-time}. Has no effect on a consumer that is on the server already;
	 * refused on one that the application declares.
	 * @return the deliver policy, case ignored
	 */
	String deliverPolicy() default "";

	/**
	 * The stream sequence at which a consumer that is made from this annotation begins,
	 * at least 1. Implies {@code by-start-sequence}.
	 * @return the sequence
	 */
	String startSequence() default "";

	/**
	 * The time at which a consumer that is made from this annotation begins, in ISO 8601
	 * with an offset, as in {@code 2026-11-21T08:00:00Z}. Implies {@code by-start-time}.
	 * @return the time
	 */
	String startTime() default "";

	/**
	 * JetStream: how many runs of the method there may be at once in this instance. By
	 * default that of the container factory, which is 1: one message at a time, in the
	 * order of the stream except for those that failed and come back later.
	 * @return the number, at least 1
	 */
	String concurrency() default "";

	/**
	 * JetStream: what messages are kept in order by, within this instance. Those with the
	 * same key are handled one after the other, and one that failed is tried again before
	 * those behind it ({@code retry.mode} is {@code in-place} then), while other keys go
	 * on beside it, up to {@link #concurrency()} at once.
	 * <p>
	 * Either <code>{name}</code>, a variable of each of the {@link #subjects()}; or a
	 * SpEL expression over {@code subject}, {@code variables} and {@code headers}, such
	 * as {@code headers['Customer']} (the first value of a header) or
	 * {@code variables['region'] + variables['customer']}. Messages without a key are
	 * kept in order with each other.
	 * @return the key
	 */
	String orderingKey() default "";

	/**
	 * JetStream: {@code auto} acknowledges when the method returns,
	 * {@code auto-confirmed} also waits for the server's confirmation (in a pipeline),
	 * {@code manual} leaves it to the method, which needs an {@code Acknowledgment}
	 * parameter, and {@code none} is for a consumer whose ack policy is none. By default
	 * that of the container factory.
	 * @return the ack mode, case ignored
	 */
	String ackMode() default "";

	/**
	 * JetStream: the name of a {@code NatsErrorHandler} bean, which decides what becomes
	 * of a message whose run failed. By default that of the container factory: with
	 * Spring Boot the only bean of that type.
	 * @return the name of the bean
	 */
	String errorHandler() default "";

	/**
	 * JetStream: the exact bound on messages that are fetched and not settled, in this
	 * instance. Core NATS: how many messages may wait for the method; further ones are
	 * dropped and counted. By default that of the container factory.
	 * @return the bound, at least 1
	 */
	String maxInFlight() default "";

	/**
	 * JetStream: how many messages the method is given at the most. Above 1 it takes
	 * exactly one parameter: a {@code List<T>} of converted payloads, a list of jnats'
	 * {@code Message}, or a list of Spring's {@code Message<T>}. By default 1, and a list
	 * is the payload of one message.
	 * <p>
	 * A {@code BatchListenerFailedException} says which message failed: those before it
	 * are acknowledged, and those behind it are handled again. After any other exception
	 * the messages are handled again one by one.
	 * @return the size, at least 1 and not above {@link #maxInFlight()}
	 */
	String batchSize() default "";

	/**
	 * JetStream: how long the first message of a batch waits for others, as in
	 * {@code 200ms} or {@code PT0.2S}; without a unit in milliseconds. Zero takes what is
	 * there. By default 100 ms.
	 * @return the timeout
	 */
	String batchTimeout() default "";

	/**
	 * JetStream: whether one instance at a time consumes, which keeps order across
	 * instances; when it stops or fails, another takes over after the priority timeout of
	 * the consumer, 2 minutes unless set otherwise. Needs nats-server 2.11 and a consumer
	 * with a priority group and the priority policy {@code pinned-client}; one that is
	 * made from this annotation has the group {@code active}.
	 * @return whether that is so
	 */
	boolean singleActive() default false;

	/**
	 * Whether the container starts with the application. By default that of the container
	 * factory.
	 * @return {@code true} or {@code false}
	 */
	String autoStartup() default "";

	/**
	 * The name of a {@code NatsMessageConverter} bean. By default that of the container
	 * factory.
	 * @return the name of the bean
	 */
	String messageConverter() default "";

	/**
	 * The name of the {@code NatsListenerContainerFactory} bean that makes the container.
	 * By default {@code natsListenerContainerFactory}, or that of the connection.
	 * @return the name of the bean
	 */
	String containerFactory() default "";

	/**
	 * The name of the connection, one of {@code nats.connections}. By default the first
	 * one, whose name is {@code default}; not together with a container factory of
	 * another connection.
	 * @return the name
	 */
	String connection() default "";

	/**
	 * The name of an {@code Executor} bean that runs the method. By default that of the
	 * container factory. It must not run tasks on the thread that hands them over.
	 * @return the name of the bean
	 */
	String executor() default "";

}
