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

package io.github.natsspring.listener;

import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.natsspring.support.EditedMessage;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way through the interceptors to the listener and back. It ends once,
 * on whatever thread: the first of {@link #succeeded()} and {@link #failed} counts.
 */
final class InterceptedRun {

	private final InterceptorChain chain;

	private final MessageContext context;

	private final AtomicBoolean ended = new AtomicBoolean();

	private Message message;

	/**
	 * How many interceptors let the message pass.
	 */
	private int passed;

	InterceptedRun(InterceptorChain chain, Message message, boolean batch) {
		this.chain = chain;
		this.message = message;
		this.context = new MessageContext(chain.listenerId(), message, batch);
	}

	/**
	 * Ask the interceptors.
	 * @return the message for the listener, or {@code null} if it was discarded
	 * @throws Exception what an interceptor threw; the run has ended
	 */
	@Nullable Message begin() throws Exception {
		for (NatsMessageInterceptor interceptor : this.chain.interceptors()) {
			Message next;
			try {
				next = interceptor.before(this.message, this.context);
			}
			catch (Throwable ex) {
				failed(ex);
				returned();
				throw ex;
			}
			if (next == null) {
				this.context.discard();
				succeeded();
				returned();
				return null;
			}
			this.message = EditedMessage.replace(this.context.getOriginalMessage(), next);
			this.passed++;
		}
		return this.message;
	}

	/**
	 * End with the completion of a result.
	 * @param failure what it completed with, or {@code null}
	 */
	void end(@Nullable Throwable failure) {
		if (failure != null) {
			failed(unwrap(failure));
		}
		else {
			succeeded();
		}
	}

	static Throwable unwrap(Throwable failure) {
		Throwable cause = failure.getCause();
		return (failure instanceof CompletionException && cause != null) ? unwrap(cause) : failure;
	}

	void succeeded() {
		if (this.ended.compareAndSet(false, true)) {
			after((interceptor) -> interceptor.afterSuccess(this.message, this.context));
		}
	}

	void failed(Throwable failure) {
		if (failure instanceof AckMessageException && this.passed == this.chain.interceptors().length) {
			succeeded();
		}
		else if (this.ended.compareAndSet(false, true)) {
			after((interceptor) -> interceptor.afterFailure(this.message, this.context, failure));
		}
	}

	void returned() {
		after((interceptor) -> interceptor.afterReturn(this.message, this.context));
	}

	private void after(Step step) {
		for (int i = this.passed - 1; i >= 0; i--) {
			NatsMessageInterceptor interceptor = this.chain.interceptors()[i];
			try {
				step.call(interceptor);
			}
			catch (Throwable ex) {
				this.chain.logTrouble(interceptor, ex);
			}
		}
	}

	/**
	 * What is called of an interceptor.
	 */
	@FunctionalInterface
	private interface Step {

		void call(NatsMessageInterceptor interceptor) throws Exception;

	}

}
