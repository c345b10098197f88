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

package io.github.natsspring.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Passes calls on to the object of the current connection; flushes wait in line for it.
 */
class DelegateInvocationHandler implements InvocationHandler {

	private static final Duration FOREVER = Duration.ofDays(36500);

	private final Supplier<?> target;

	private final String description;

	private final SubjectCheck subjects;

	DelegateInvocationHandler(Supplier<?> target, String description, SubjectCheck subjects) {
		this.target = target;
		this.description = description;
		this.subjects = subjects;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
		if (method.getDeclaringClass() == Object.class) {
			return switch (method.getName()) {
				case "equals" -> args != null && proxy == args[0];
				case "hashCode" -> System.identityHashCode(proxy);
				default -> this.description;
			};
		}
		if (method.getDeclaringClass() == NatsDelegate.class) {
			return this.target.get();
		}
		Object target = this.target.get();
		this.subjects.check(method, args);
		if (target instanceof Connection connection) {
			// Those of the user are pings like ours, see RoundTrips
			if (method.getName().equals("flush") && args != null) {
				flush(connection, (Duration) args[0]);
				return null;
			}
			if (method.getName().equals("RTT")) {
				return RoundTrips.measure(connection);
			}
		}
		try {
			return method.invoke(target, args);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private static void flush(Connection connection, @Nullable Duration timeout)
			throws TimeoutException, InterruptedException {
		// Of jnats: nothing means for ever
		if (timeout == null || timeout.isZero() || timeout.isNegative()) {
			timeout = FOREVER;
		}
		RoundTrips.flush(connection, timeout);
	}

}
