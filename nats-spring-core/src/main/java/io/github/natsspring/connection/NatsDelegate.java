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

/**
 * Implemented by the {@code Connection}, {@code JetStream}, {@code KeyValue} and similar
 * beans: they pass each call on to the object of the current connection.
 */
public interface NatsDelegate {

	/**
	 * The jnats object that calls go to at the moment. It is replaced when jnats gives up
	 * its connection, so do not keep it.
	 * @return the jnats object
	 */
	Object unwrap();

	/**
	 * The jnats object behind a bean.
	 * @param <T> the type of the bean
	 * @param bean a delegate or a jnats object
	 * @return the jnats object behind the delegate, or the object itself
	 */
	@SuppressWarnings("unchecked")
	static <T> T unwrap(T bean) {
		return (bean instanceof NatsDelegate delegate) ? (T) delegate.unwrap() : bean;
	}

}
