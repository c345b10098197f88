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

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import io.nats.client.Connection;
import io.nats.client.Options;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for delegates where jnats and this library have class loaders of their own, as
 * with the restarts of DevTools.
 */
class DelegateClassLoaderTests {

	@Test
	void delegatesToAClientThatIsInAParentClassLoader() throws Exception {
		ClassLoader child = new ChildFirst(getClass().getClassLoader(), "io.github.natsspring.");
		Supplier<?> delegate = (Supplier<?>) Class.forName(MakesDelegate.class.getName(), true, child)
			.getDeclaredConstructor()
			.newInstance();
		Object made = delegate.get();
		assertThat(made).isInstanceOf(Connection.class).isNotInstanceOf(NatsDelegate.class);
		assertThat(made.getClass().getInterfaces()).extracting(Class::getName)
			.containsExactly(Connection.class.getName(), NatsDelegate.class.getName());
	}

	@Test
	void delegatesToATypeThatIsInAChildClassLoader() throws Exception {
		ClassLoader child = new ChildFirst(getClass().getClassLoader(), DelegateClassLoaderTests.class.getName());
		Class<?> type = Class.forName(OfTheUser.class.getName(), true, child);
		ConnectionHolder holder = MakesDelegate.holder();
		Object made = holder.delegate(type, (connection) -> null);
		assertThat(type.isInstance(made)).isTrue();
		assertThat(made).isInstanceOf(NatsDelegate.class);
	}

	public static class MakesDelegate implements Supplier<Object> {

		static ConnectionHolder holder() {
			return new ConnectionHolder(new ConnectionSettings("test", Options::builder, StartupMode.FAIL_FAST,
					Duration.ofSeconds(1), Duration.ofSeconds(1), List.of(), List.of()));
		}

		@Override
		public Object get() {
			return holder().delegate(Connection.class, (connection) -> connection);
		}

	}

	public interface OfTheUser {

	}

	/**
	 * Has classes of its own.
	 */
	private static final class ChildFirst extends ClassLoader {

		private final String prefix;

		ChildFirst(ClassLoader parent, String prefix) {
			super(parent);
			this.prefix = prefix;
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (!name.startsWith(this.prefix)) {
				return super.loadClass(name, resolve);
			}
			synchronized (getClassLoadingLock(name)) {
				Class<?> loaded = findLoadedClass(name);
				return (loaded != null) ? loaded : define(name);
			}
		}

		private Class<?> define(String name) throws ClassNotFoundException {
			try (InputStream stream = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
				if (stream == null) {
					throw new ClassNotFoundException(name);
				}
				byte[] code = stream.readAllBytes();
				return defineClass(name, code, 0, code.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

}
