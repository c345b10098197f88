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

package io.github.natsspring.boot.autoconfigure;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The application's listeners of a connection, which are found when it is about to be
 * made: they may themselves need beans that need the connection.
 *
 * @param <T> the interface of the listeners
 */
final class LateListeners<T> implements InvocationHandler {

	private final Class<T> type;

	private final ConnectionMembers members;

	private volatile @Nullable List<T> found;

	LateListeners(Class<T> type, ConnectionMembers members) {
		this.type = type;
		this.members = members;
	}

	/**
	 * Find them, if they have not been found.
	 */
	void find() {
		if (this.found == null) {
			this.found = this.members.ordered(this.type);
		}
	}

	/**
	 * One that passes each call on to all of them, and none before they were found.
	 */
	T all() {
		return this.type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { this.type }, this));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (method.getDeclaringClass() == Object.class) {
			return ofObject(proxy, method, arguments);
		}
		List<T> listeners = this.found;
		Throwable failure = null;
		for (T listener : (listeners != null) ? listeners : List.<T>of()) {
			try {
				method.invoke(listener, arguments);
			}
			catch (InvocationTargetException ex) {
				// The others are told, too
				failure = (failure != null) ? failure : ex.getTargetException();
			}
		}
		if (failure != null) {
			throw failure;
		}
		return null;
	}

	private Object ofObject(Object proxy, Method method, Object @Nullable [] arguments) {
		return switch (method.getName()) {
			case "equals" -> arguments != null && proxy == arguments[0];
			case "hashCode" -> System.identityHashCode(proxy);
			default -> this.type.getSimpleName() + "s of the application";
		};
	}

}
