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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Calls the method of a listener, and throws what the method throws.
 */
final class MethodCall {

	private final Object bean;

	private final Method method;

	MethodCall(ListenerMethod method) {
		this.bean = method.bean();
		this.method = method.invocable();
	}

	@Nullable Object invoke(@Nullable Object... values) throws Exception {
		try {
			return this.method.invoke(this.bean, values);
		}
		catch (InvocationTargetException ex) {
			Throwable target = ex.getTargetException();
			if (target instanceof Exception exception) {
				throw exception;
			}
			if (target instanceof Error error) {
				throw error;
			}
			throw ex;
		}
		catch (IllegalArgumentException ex) {
			// Only of the call itself: what the method throws comes wrapped
			throw new ClassCastException("The method %s cannot be called with arguments of the types %s"
				.formatted(this.method, Arrays.stream(values).map(this::typeOf).toList()));
		}
	}

	private String typeOf(@Nullable Object value) {
		return (value != null) ? value.getClass().getName() : "null";
	}

	@Override
	public String toString() {
		return this.method.toString();
	}

}
