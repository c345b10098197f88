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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.SubjectTemplate;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.SendTo;

/**
 * Chooses what becomes of what a method returns; refuses what cannot work.
 */
final class ResultPlanner {

	private final MethodListenerAdapterFactory settings;

	private final ListenerMethod method;

	private final boolean jetStream;

	private final MethodListenerContext context;

	private final ResultType type;

	ResultPlanner(MethodListenerAdapterFactory settings, ListenerMethod method, boolean jetStream,
			MethodListenerContext context) {
		this.settings = settings;
		this.method = method;
		this.jetStream = jetStream;
		this.context = context;
		this.type = new ResultType(method);
	}

	/**
	 * Plan for a method that is called with single messages.
	 * @return what deals with the result, or {@code null} if there is none
	 */
	@Nullable ResultHandler plan(List<SubjectTemplate> subjects, NatsMessageConverter converter) {
		SendTo sendTo = sendTo();
		this.type.check();
		if (!this.type.hasValue()) {
			if (this.method.getMethodAnnotation(SendTo.class) != null) {
				throw this.method.failure(
						"it has @SendTo and returns %s, so there is nothing to send".formatted(this.type),
						"Return what is to be sent, or remove @SendTo");
			}
			return this.type.isVoid() ? null : asynchronous(null);
		}
		ResultWriter writer = new ResultWriter(converter, this.settings.getHeaderMapper());
		List<SubjectTemplate> targets = (sendTo != null)
				? new SendToTargets(this.settings, this.method, this.jetStream).plan(sendTo, subjects) : List.of();
		if (!targets.isEmpty()) {
			ForwardResult forward = new ForwardResult(targets, writer, outlet());
			ReactiveAdapter reactive = this.type.reactive();
			return (reactive != null && reactive.isMultiValue()) ? forward.each(reactive, this.context::currentExecutor)
					: asynchronous(forward);
		}
		if (!this.jetStream) {
			this.type.checkOneReply();
			return asynchronous(new ReplyResult(
					new ReplySender(this.settings.getConnection(), writer, this.context.observations())));
		}
		this.type.checkNobodyWaits();
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
		this.type.check();
		if (this.type.isVoid()) {
			return null;
		}
		if (this.type.hasValue()) {
			this.type.checkNobodyWaits();
		}
		return asynchronous(null);
	}

	private @Nullable ResultHandler asynchronous(@Nullable ResultHandler target) {
		Function<Object, CompletionStage<?>> source = source(target);
		return (source != null) ? new AsyncResult(source, target, this.context::currentExecutor) : target;
	}

	private @Nullable Function<Object, CompletionStage<?>> source(@Nullable ResultHandler target) {
		if (this.type.isStage()) {
			return (result) -> (CompletionStage<?>) result;
		}
		ReactiveAdapter adapter = this.type.reactive();
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

}
