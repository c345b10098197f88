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

package io.github.natsspring.core;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.natsspring.support.LogPace;
import io.github.natsspring.support.Subjects;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The interceptors of a template. There is none for a template that nobody intercepts, so
 * that its messages cost nothing.
 */
final class PublishInterceptors {

	private static final Log logger = LogFactory.getLog(PublishInterceptors.class);

	private final NatsPublishInterceptor[] interceptors;

	private final LogPace pace = new LogPace();

	private PublishInterceptors(List<? extends NatsPublishInterceptor> interceptors) {
		this.interceptors = interceptors.toArray(NatsPublishInterceptor[]::new);
	}

	static @Nullable PublishInterceptors of(List<? extends NatsPublishInterceptor> interceptors) {
		return interceptors.isEmpty() ? null : new PublishInterceptors(interceptors);
	}

	/**
	 * Send on the caller's thread.
	 * @param message the message
	 * @param send sends it as the interceptors left it
	 * @return what sending gave; {@code null} if the message is one that nobody confirms
	 * and was discarded
	 */
	<T> @Nullable T around(OutgoingMessage message, Function<Outgoing, @Nullable T> send) {
		Run run = begin(message);
		if (message.isDiscarded()) {
			if (message.getKind() == OutgoingMessage.Kind.PUBLISH) {
				return null;
			}
			throw new NatsPublishDiscardedException(message.getSubject());
		}
		T result;
		try {
			result = send.apply(message.toOutgoing());
		}
		catch (RuntimeException | Error ex) {
			run.failed(ex);
			throw ex;
		}
		run.succeeded(result);
		return result;
	}

	/**
	 * Send without waiting.
	 * @param message the message
	 * @param send sends it as the interceptors left it; completes on a thread that may
	 * run code of users
	 * @return completes after the interceptors, on the thread that called them
	 */
	<T extends @Nullable Object> CompletableFuture<T> aroundAsync(OutgoingMessage message,
			Function<Outgoing, CompletableFuture<T>> send) {
		CompletableFuture<T> result = new CompletableFuture<>();
		Run run;
		try {
			run = begin(message);
		}
		catch (RuntimeException | Error ex) {
			result.completeExceptionally(ex);
			return result;
		}
		if (message.isDiscarded()) {
			result.completeExceptionally(new NatsPublishDiscardedException(message.getSubject()));
			return result;
		}
		CompletableFuture<T> sent;
		try {
			sent = send.apply(message.toOutgoing());
		}
		catch (RuntimeException | Error ex) {
			run.failed(ex);
			throw ex;
		}
		sent.whenComplete((value, ex) -> {
			if (ex != null) {
				run.failed(ex);
				result.completeExceptionally(ex);
			}
			else {
				run.succeeded(value);
				result.complete(value);
			}
		});
		return result;
	}

	private Run begin(OutgoingMessage message) {
		Run run = new Run(message);
		run.begin();
		return run;
	}

	/**
	 * One message on its way through the interceptors and back.
	 */
	private final class Run {

		private final OutgoingMessage message;

		private final AtomicBoolean ended = new AtomicBoolean();

		private int passed;

		Run(OutgoingMessage message) {
			this.message = message;
		}

		void begin() {
			for (NatsPublishInterceptor interceptor : PublishInterceptors.this.interceptors) {
				try {
					interceptor.before(this.message);
				}
				catch (Throwable ex) {
					failed(ex);
					throw ex;
				}
				if (this.message.isDiscarded()) {
					succeeded(null);
					return;
				}
				this.passed++;
			}
		}

		void succeeded(@Nullable Object result) {
			after((interceptor) -> interceptor.afterSuccess(this.message, result));
		}

		void failed(Throwable failure) {
			after((interceptor) -> interceptor.afterFailure(this.message, failure));
		}

		private void after(Consumer<NatsPublishInterceptor> call) {
			if (!this.ended.compareAndSet(false, true)) {
				return;
			}
			for (int i = this.passed - 1; i >= 0; i--) {
				NatsPublishInterceptor interceptor = PublishInterceptors.this.interceptors[i];
				try {
					call.accept(interceptor);
				}
				catch (Throwable ex) {
					PublishInterceptors.this.pace.log((more) -> logger
						.warn("Interceptor %s failed after a message to '%s', which has no effect on the message%s"
							.formatted(interceptor.getClass().getName(), Subjects.printable(this.message.getSubject()),
									more),
								ex));
				}
			}
		}

	}

}
