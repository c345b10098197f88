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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Function;

import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.SubjectTemplate;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.util.ClassUtils;

/**
 * Chooses what becomes of what a method returns; refuses what cannot work.
 */
final class ResultPlanner {

	private static final boolean reactor = ClassUtils.isPresent("reactor.core.publisher.Flux",
			ResultPlanner.class.getClassLoader());

	private final MethodListenerAdapterFactory settings;

	private final ListenerMethod method;

	private final boolean jetStream;

	private final MethodListenerContext context;

	private final Class<?> type;

	private final @Nullable ReactiveAdapter reactive;

	ResultPlanner(MethodListenerAdapterFactory settings, ListenerMethod method, boolean jetStream,
			MethodListenerContext context) {
		this.settings = settings;
		this.method = method;
		this.jetStream = jetStream;
		this.context = context;
		this.type = method.returnType();
		this.reactive = isStage() ? null : ReactiveAdapterRegistry.getSharedInstance().getAdapter(this.type);
	}

	/**
	 * Plan for a method that is called with single messages.
	 * @return what deals with the result, or {@code null} if there is none
	 */
	@Nullable ResultHandler plan(List<SubjectTemplate> subjects, NatsMessageConverter converter) {
		SendTo sendTo = sendTo();
		checkType();
		if (!hasValue()) {
			if (this.method.getMethodAnnotation(SendTo.class) != null) {
				throw this.method.failure(
						"it has @SendTo and returns %s, so there is nothing to send".formatted(name()),
						"Return what is to be sent, or remove @SendTo");
			}
			return isVoid() ? null : asynchronous(null);
		}
		List<SubjectTemplate> targets = (sendTo != null) ? targets(sendTo, subjects) : List.of();
		if (!targets.isEmpty()) {
			ForwardResult forward = new ForwardResult(targets, converter, outlet());
			return (this.reactive != null && this.reactive.isMultiValue())
					? forward.each(this.reactive, this.context::currentExecutor) : asynchronous(forward);
		}
		if (!this.jetStream) {
			return asynchronous(new ReplyResult(
					new ReplySender(this.settings.getConnection(), converter, this.context.observations())));
		}
		checkNobodyWaits();
		return asynchronous(null);
	}

	/**
	 * Plan for a method that is called with several messages.
	 */
	@Nullable ResultHandler planBatch() {
		if (this.method.getMethodAnnotation(SendTo.class) != null) {
			throw this.method.failure("it has @SendTo and takes several messages at once",
					"Publish with a JetStreamTemplate in the method, or take single messages");
		}
		checkType();
		if (isVoid()) {
			return null;
		}
		if (hasValue()) {
			checkNobodyWaits();
		}
		return asynchronous(null);
	}

	private void checkType() {
		if (org.springframework.messaging.Message.class.isAssignableFrom(this.type)
				|| io.nats.client.Message.class.isAssignableFrom(this.type)) {
			throw this.method.failure("it returns %s, which is not supported".formatted(name()), "Return the payload");
		}
		if (isStage()) {
			return;
		}
		if (Future.class.isAssignableFrom(this.type)) {
			throw this.method.failure("it returns %s, which cannot tell when it is done".formatted(name()),
					"Return a CompletableFuture");
		}
		if (Callable.class.isAssignableFrom(this.type)) {
			throw this.method.failure("it returns %s, which nobody calls".formatted(name()),
					"Return its value, or a CompletableFuture");
		}
		if ((this.reactive != null) ? !reactor : isPublisher(this.type)) {
			throw this.method.failure("it returns %s, and Reactor is not on the class path".formatted(name()),
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
	private void checkNobodyWaits() {
		ResolvableType value = valueType();
		// What may be anything may be nothing
		if (value == null || (value.resolve() != null && value.resolve() != Object.class)) {
			throw this.method.failure("it returns %s, and a JetStream message has nobody to reply to".formatted(name()),
					((value != null) ? "Return %s<Void>".formatted(this.type.getSimpleName()) : "Return void")
							+ ", or name in @SendTo the subject that the result is to be published to");
		}
	}

	private String name() {
		ResolvableType value = valueType();
		return this.type.getName() + ((value != null && value.resolve() != null) ? "<" + value + ">" : "");
	}

	private boolean isVoid() {
		return this.type == void.class || this.type == Void.class;
	}

	private boolean isStage() {
		return CompletionStage.class.isAssignableFrom(this.type);
	}

	private boolean hasValue() {
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

	private @Nullable ResultHandler asynchronous(@Nullable ResultHandler target) {
		Function<Object, CompletionStage<?>> source = source(target);
		return (source != null) ? new AsyncResult(source, target, this.context::currentExecutor) : target;
	}

	private @Nullable Function<Object, CompletionStage<?>> source(@Nullable ResultHandler target) {
		if (isStage()) {
			return (result) -> (CompletionStage<?>) result;
		}
		ReactiveAdapter adapter = this.reactive;
		if (adapter == null) {
			return null;
		}
		if (target == null) {
			return (result) -> ReactiveResults.end(adapter, result);
		}
		return adapter.isMultiValue() ? (result) -> ReactiveResults.all(adapter, result)
				: (result) -> ReactiveResults.one(adapter, result);
	}

	private @Nullable SendTo sendTo() {
		SendTo own = this.method.getMethodAnnotation(SendTo.class);
		return (own != null) ? own
				: AnnotatedElementUtils.findMergedAnnotation(this.method.getContainingClass(), SendTo.class);
	}

	private Outlet outlet() {
		ResultTargets targets = this.settings.getResultTargets();
		if (this.jetStream) {
			return new StreamOutlet(targets.jetStream(), targets.identities(), this.context.id(),
					this.context.executor());
		}
		return (source, number, subject, headers, body) -> {
			targets.core().publish(subject, body, headers);
			return CompletableFuture.completedFuture(null);
		};
	}

	private List<SubjectTemplate> targets(SendTo sendTo, List<SubjectTemplate> subjects) {
		if (sendTo.value().length == 0) {
			if (this.jetStream) {
				throw this.method.failure(
						"its @SendTo names no subject, and a JetStream message has nobody to reply to",
						"Name the subject, as in @SendTo(\"orders.{region}.billed\")");
			}
			return List.of();
		}
		List<SubjectTemplate> targets = new ArrayList<>();
		for (String value : sendTo.value()) {
			targets.add(target(value, subjects));
		}
		return targets;
	}

	private SubjectTemplate target(String value, List<SubjectTemplate> subjects) {
		SubjectTemplate target;
		try {
			target = SubjectTemplate.parse(this.settings.resolve(value));
		}
		catch (RuntimeException ex) {
			throw this.method.failure("its @SendTo '%s' cannot be used: %s".formatted(value, ex.getMessage()),
					"Correct the subject", ex);
		}
		if (target.pattern().startsWith("$")) {
			throw this.method.failure("its @SendTo '%s' is '%s', which belongs to the server".formatted(value, target),
					"Name a subject that does not begin with '$'");
		}
		long wildcards = target.pattern().chars().filter((c) -> c == '*' || c == '>').count();
		if (wildcards > target.variables().size()) {
			throw this.method.failure("its @SendTo '%s' is '%s', which has a wildcard".formatted(value, target),
					"Name the exact subject; a {variable} stands for a token of the incoming one");
		}
		for (String variable : target.variables()) {
			if (subjects.isEmpty() || !subjects.stream().allMatch((one) -> one.variables().contains(variable))) {
				throw this.method.failure(
						"its @SendTo '%s' has the variable '%s', which is not in each of the subjects %s"
							.formatted(value, variable, subjects),
						"Write {%s} for a token of each subject, or correct the name".formatted(variable));
			}
		}
		return target;
	}

}
