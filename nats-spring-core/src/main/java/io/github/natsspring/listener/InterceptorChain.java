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

import java.util.List;

import io.github.natsspring.support.LogPace;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The interceptors of one listener. There is none for a listener that nobody intercepts,
 * so that its messages cost nothing.
 */
public final class InterceptorChain {

	private static final Log logger = LogFactory.getLog(InterceptorChain.class);

	private final String listenerId;

	private final NatsMessageInterceptor[] interceptors;

	private final LogPace pace = new LogPace();

	private InterceptorChain(String listenerId, List<NatsMessageInterceptor> interceptors) {
		this.listenerId = listenerId;
		this.interceptors = interceptors.toArray(NatsMessageInterceptor[]::new);
	}

	/**
	 * Choose the interceptors of a listener.
	 * @param listenerId the id of the listener
	 * @param interceptors all interceptors, in their order
	 * @return the chain, or {@code null} if none of them supports the listener
	 */
	public static @Nullable InterceptorChain of(String listenerId,
			List<? extends NatsMessageInterceptor> interceptors) {
		List<NatsMessageInterceptor> chosen = interceptors.stream()
			.filter((interceptor) -> interceptor.supports(listenerId))
			.<NatsMessageInterceptor>map((interceptor) -> interceptor)
			.toList();
		return chosen.isEmpty() ? null : new InterceptorChain(listenerId, chosen);
	}

	/**
	 * Intercept the messages of a listener.
	 * @param listener the listener
	 * @param settles whether the listener acknowledges by itself, so that a message which
	 * it does not see has to be acknowledged for it
	 * @return a listener around it
	 */
	public NatsMessageListener around(NatsMessageListener listener, boolean settles) {
		return new InterceptedListener(this, listener, settles);
	}

	/**
	 * Intercept the messages of a listener of batches.
	 * @param listener the listener
	 * @return a listener around it
	 */
	public NatsBatchListener around(NatsBatchListener listener) {
		return new InterceptedBatchListener(this, listener);
	}

	String listenerId() {
		return this.listenerId;
	}

	NatsMessageInterceptor[] interceptors() {
		return this.interceptors;
	}

	void logTrouble(NatsMessageInterceptor interceptor, Throwable ex) {
		String line = "Interceptor %s failed after a message of listener '%s', which has no effect on the message"
			.formatted(interceptor.getClass().getName(), this.listenerId);
		this.pace.log((more) -> logger.warn(FailureText.line(line + more, ex), FailureText.trace(ex)));
	}

}
