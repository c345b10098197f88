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

package io.github.natsspring.config;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Future;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.NatsListenerException;

import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;

/**
 * Refuses methods whose proxy runs them on another thread, as with {@code @Async}, and
 * whose end nobody would learn of: a message would be acknowledged before it is handled,
 * and lost when that fails.
 */
final class AsyncChecks {

	private AsyncChecks() {
	}

	static void check(NatsListenerEndpoint endpoint, AckMode ackMode) {
		Method method = endpoint.getMethod();
		if (method == null || ackMode == AckMode.MANUAL || ackMode == AckMode.NONE
				|| Future.class.isAssignableFrom(method.getReturnType())) {
			return;
		}
		if (endpoint.getBean() instanceof Advised proxy && isHandedOver(proxy, method)) {
			throw new NatsListenerException(endpoint.getDescription(),
					"the method is run on another thread (@Async) and returns %s, so that its ack mode '%s' would acknowledge messages before they are handled"
						.formatted(method.getReturnType().getName(),
								ackMode.name().toLowerCase(Locale.ROOT).replace('_', '-')),
					"Remove @Async and set 'concurrency' or 'executor' instead, or set the ack mode 'manual' and settle each message through an Acknowledgment parameter");
		}
	}

	/**
	 * Also refuses methods that would handle the updates of a bucket in another order.
	 */
	static void checkWatch(NatsListenerEndpoint endpoint) {
		Method method = endpoint.getMethod();
		if (method != null && endpoint.getBean() instanceof Advised proxy && isHandedOver(proxy, method)) {
			throw new NatsListenerException(endpoint.getDescription(),
					"the method is run on another thread (@Async), so that updates would overtake each other",
					"Remove @Async: each update is handled on a thread of the listener, after the one before it");
		}
	}

	private static boolean isHandedOver(Advised proxy, Method method) {
		Class<?> target = AopProxyUtils.ultimateTargetClass(proxy);
		return Arrays.stream(proxy.getAdvisors())
			.filter((advisor) -> advisor.getAdvice() instanceof AsyncExecutionInterceptor)
			.anyMatch((advisor) -> matches(advisor, method, target));
	}

	private static boolean matches(Advisor advisor, Method method, Class<?> target) {
		return !(advisor instanceof PointcutAdvisor pointcut)
				|| (pointcut.getPointcut().getClassFilter().matches(target)
						&& pointcut.getPointcut().getMethodMatcher().matches(method, target));
	}

}
