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

import java.lang.reflect.Proxy;

import io.github.natsspring.listener.NatsListenerException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for how listener methods are called, also through proxies.
 */
class MethodListenerInvocationTests extends AbstractMethodListenerTests {

	@Test
	void throwsWhatTheMethodThrows() {
		Error error = new AssertionError("expected");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> run(new Object() {
			void on() {
				throw error;
			}
		}, "")).isSameAs(error);
		IllegalArgumentException exception = new IllegalArgumentException("expected");
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> run(new Object() {
			void on() {
				throw exception;
			}
		}, "")).isSameAs(exception);
	}

	@Test
	void callsThroughProxies() throws Exception {
		ProxyFactory proxy = new ProxyFactory(new Implementation());
		proxy.setProxyTargetClass(false);
		create(proxy.getProxy(), method(Implementation.class), false).onMessage(message("hello"), this.acknowledgment);
		assertThat(Implementation.last).isEqualTo("hello");
		ProxyFactory subclass = new ProxyFactory(new Implementation());
		subclass.setProxyTargetClass(true);
		create(subclass.getProxy(), method(Implementation.class), false).onMessage(message("again"),
				this.acknowledgment);
		assertThat(Implementation.last).isEqualTo("again");
	}

	@Test
	void refusesAJdkProxyWithoutTheMethod() {
		ProxyFactory proxy = new ProxyFactory(new Hidden());
		proxy.setInterfaces(Runnable.class);
		Object bean = proxy.getProxy();
		assertThat(Proxy.isProxyClass(bean.getClass())).isTrue();
		assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> create(bean, method(Hidden.class), false))
			.withMessageContaining("none of its interfaces has the method");
	}

	interface Api {

		void on(String payload);

	}

	static class Implementation implements Api {

		static @Nullable String last;

		@Override
		public void on(String payload) {
			last = payload;
		}

	}

	static class Hidden implements Runnable {

		@Override
		public void run() {
		}

		void on(String payload) {
		}

	}

}
