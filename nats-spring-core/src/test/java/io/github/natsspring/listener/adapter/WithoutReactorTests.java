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
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

import org.junit.jupiter.api.Test;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for results in an application without Reactor: this class is loaded once more,
 * with everything but that on the class path.
 */
class WithoutReactorTests {

	@Test
	void waitsForFutures() throws Exception {
		run(Futures.class);
	}

	@Test
	void refusesPublishersWithAnAction() {
		assertThatExceptionOfType(InvocationTargetException.class).isThrownBy(() -> run(Publishers.class))
			.havingCause()
			.withMessageContaining("java.util.concurrent.Flow$Publisher, and Reactor is not on the class path")
			.withMessageContaining("Add io.projectreactor:reactor-core");
	}

	private static void run(Class<?> type) throws Exception {
		List<URL> classPath = new ArrayList<>();
		for (String entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"))) {
			if (!entry.contains("reactor-core") && !entry.contains("reactive-streams")) {
				classPath.add(Path.of(entry).toUri().toURL());
			}
		}
		try (URLClassLoader loader = new URLClassLoader(classPath.toArray(URL[]::new),
				ClassLoader.getPlatformClassLoader())) {
			assertThat(ClassUtils.isPresent("reactor.core.publisher.Flux", loader)).isFalse();
			Method method = loader.loadClass(Main.class.getName()).getDeclaredMethod("create", String.class);
			method.setAccessible(true);
			method.invoke(null, type.getName());
		}
	}

	static class Main extends AbstractMethodListenerTests {

		static void create(String type) throws Exception {
			Class<?> bean = Main.class.getClassLoader().loadClass(type);
			Main main = new Main();
			try {
				main.create(bean.getDeclaredConstructor().newInstance(), method(bean), false)
					.handle(main.message("x"), main.acknowledgment);
			}
			finally {
				main.destroy();
			}
		}

	}

	static class Futures {

		CompletableFuture<String> on(String payload) {
			return new CompletableFuture<>();
		}

	}

	static class Publishers {

		Flow.Publisher<String> on(String payload) {
			return (subscriber) -> {
			};
		}

	}

}
