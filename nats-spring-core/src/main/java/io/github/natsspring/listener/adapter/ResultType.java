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

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;
import org.springframework.util.ClassUtils;

/**
 * What a method returns, at once or later; refuses what cannot be dealt with.
 */
final class ResultType {

	private static final boolean reactor = ClassUtils.isPresent("reactor.core.publisher.Flux",
			ResultType.class.getClassLoader());

	private final ListenerMethod method;

	private final Class<?> type;

	private final @Nullable ReactiveAdapter reactive;

	ResultType(ListenerMethod method) {
		this.method = method;
		this.type = method.returnType();
		this.reactive = isStage() ? null : ReactiveAdapterRegistry.getSharedInstance().getAdapter(this.type);
	}

	/**
	 * What adapts a reactive type, or {@code null} for any other.
	 */
	@Nullable ReactiveAdapter reactive() {
		return this.reactive;
	}

	void check() {
		ResolvableType elements = elements(single());
		if (isMessage((elements != null) ? elements : single(), io.nats.client.Message.class)) {
			throw this.method.failure("it returns %s, which is a message that was received".formatted(this),
					"Return the payload, or a Spring Message with the payload and the headers");
		}
		if (isStage()) {
			return;
		}
		if (Future.class.isAssignableFrom(this.type)) {
			throw this.method.failure("it returns %s, which cannot tell when it is done".formatted(this),
					"Return a CompletableFuture");
		}
		if (Callable.class.isAssignableFrom(this.type)) {
			throw this.method.failure("it returns %s, which nobody calls".formatted(this),
					"Return its value, or a CompletableFuture");
		}
		if ((this.reactive != null) ? !reactor : isPublisher(this.type)) {
			throw this.method.failure("it returns %s, and Reactor is not on the class path".formatted(this),
					"Add io.projectreactor:reactor-core, or return a CompletableFuture");
		}
	}

	private static boolean isPublisher(Class<?> type) {
		// That of Reactive Streams may be missing
		return Flow.Publisher.class.isAssignableFrom(type) || ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.anyMatch((candidate) -> candidate.getName().equals("org.reactivestreams.Publisher"));
	}

	/**
	 * A message of JetStream names where to acknowledge it, and nobody who waits for an
	 * answer.
	 */
	void checkNobodyWaits() {
		ResolvableType value = valueType();
		// What may be anything may be nothing
		if (value == null || (value.resolve() != null && value.resolve() != Object.class)) {
			throw this.method.failure("it returns %s, and a JetStream message has nobody to reply to".formatted(this),
					((value != null) ? "Return %s<Void>".formatted(this.type.getSimpleName()) : "Return void")
							+ ", or name in @SendTo the subject that the result is to be published to");
		}
	}

	/**
	 * A reply is a single message, so several Spring messages cannot be one.
	 */
	void checkOneReply() {
		ResolvableType several = elements(single());
		if (this.reactive != null && this.reactive.isMultiValue()) {
			several = single();
		}
		if (several != null && isMessage(several, Message.class)) {
			throw this.method.failure("it returns %s, and a reply is one message".formatted(this),
					"Return one Message, or name in @SendTo the subject that they are to be published to");
		}
	}

	private static boolean isMessage(ResolvableType type, Class<?> message) {
		return message.isAssignableFrom(type.toClass());
	}

	/**
	 * The type of the value that is there in the end.
	 */
	private ResolvableType single() {
		ResolvableType value = valueType();
		ResolvableType single = (value != null) ? value : this.method.resolvedReturnType();
		return (single.toClass() == Optional.class) ? single.getGeneric(0) : single;
	}

	/**
	 * The type of the elements of a value, or {@code null} if it has none.
	 */
	private static @Nullable ResolvableType elements(ResolvableType value) {
		if (value.isArray()) {
			return value.getComponentType();
		}
		return Collection.class.isAssignableFrom(value.toClass()) ? value.as(Collection.class).getGeneric(0) : null;
	}

	@Override
	public String toString() {
		ResolvableType value = valueType();
		return this.type.getName() + ((value != null && value.resolve() != null) ? "<" + value + ">" : "");
	}

	boolean isVoid() {
		return this.type == void.class || this.type == Void.class;
	}

	boolean isStage() {
		return CompletionStage.class.isAssignableFrom(this.type);
	}

	boolean hasValue() {
		ResolvableType value = valueType();
		return !isVoid() && !(this.reactive != null && this.reactive.isNoValue())
				&& !(value != null && value.resolve() == Void.class);
	}

	/**
	 * The type of what comes later, or {@code null} if the result is there at once.
	 */
	private @Nullable ResolvableType valueType() {
		if (!isStage() && this.reactive == null) {
			return null;
		}
		Class<?> holder = (this.reactive != null) ? this.reactive.getReactiveType() : CompletionStage.class;
		return this.method.resolvedReturnType().as(holder).getGeneric(0);
	}

}
