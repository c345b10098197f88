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

package io.github.natsspring.annotation;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.nats.client.api.KeyValueEntry;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what the attributes of {@link NatsKeyValueListener} and the beans around it
 * say, against a real server.
 */
class KeyValueListenerDeclarationsIntegrationTests extends AbstractKeyValueListenerTests {

	@Test
	void watchesSeveralPatternsAlsoThoseThatOverlap() throws Exception {
		Several listener = start(Several.class);
		for (String key : List.of("user.1", "user.admin", "group.admin", "group.1", "device.x.y", "device", "other")) {
			this.bucket.put(key, key);
		}
		await().untilAsserted(
				() -> assertThat(listener.seen).containsExactly("user.1", "user.admin", "group.admin", "device.x.y"));
	}

	@Test
	void watchesKeysOfAListExpression() throws Exception {
		this.context.context().registerBean("watched", List.class, () -> List.of("a.*", "b"));
		Listed listener = start(Listed.class);
		for (String key : List.of("a.1", "b", "c", "a.1.2")) {
			this.bucket.put(key, key);
		}
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("a.1", "b"));
	}

	@Test
	void takesWhatAConfigurerSaysForAllListeners() throws Exception {
		this.context.context()
			.registerBean(NatsListenerConfigurer.class,
					() -> (registrar) -> registrar.setCustomMethodArgumentResolvers(new TenantResolver()));
		this.bucket.put("a", "x");
		WithTenant listener = start(WithTenant.class);
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("x of blue"));
	}

	@Test
	void callsABeanOfAnotherScopeThroughItsProxy() throws Exception {
		this.context.context().register(Fresh.class);
		this.context.start();
		this.bucket.put("a", "1");
		this.bucket.put("b", "2");
		await().untilAsserted(() -> assertThat(Fresh.seen).containsExactly("1 1", "2 1"));
	}

	@Test
	void takesMetaAnnotationsAndSeveralAnnotations() throws Exception {
		Composed listener = start(Composed.class);
		this.bucket.put("left.1", "1");
		this.bucket.put("right.1", "2");
		this.bucket.put("meta.1", "3");
		await().untilAsserted(() -> assertThat(listener.seen).containsExactlyInAnyOrder("1", "2", "3"));
		assertThat(this.context.container("listener-twice")).isNotNull();
		assertThat(this.context.container("listener-twice-2")).isNotNull();
	}

	@Test
	void startsLaterWhenItDoesNotStartByItself() throws Exception {
		NotStarted listener = start(NotStarted.class);
		this.bucket.put("a", "1");
		assertThat(this.context.container("later").isRunning()).isFalse();
		this.context.container("later").start();
		await().untilAsserted(() -> assertThat(listener.seen).containsExactly("1"));
	}

	static class WithTenant extends Seen {

		@NatsKeyValueListener(bucket = "${test}")
		void changed(String value, Tenant tenant) {
			this.seen.add(value + " of " + tenant.name());
		}

	}

	record Tenant(String name) {
	}

	static class TenantResolver implements HandlerMethodArgumentResolver {

		@Override
		public boolean supportsParameter(MethodParameter parameter) {
			return parameter.getParameterType() == Tenant.class;
		}

		@Override
		public Object resolveArgument(MethodParameter parameter, Message<?> message) {
			return new Tenant("blue");
		}

	}

	@Component
	@Scope(scopeName = BeanDefinition.SCOPE_PROTOTYPE, proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class Fresh {

		static final Queue<String> seen = new ConcurrentLinkedQueue<>();

		private int calls;

		@NatsKeyValueListener(bucket = "${test}")
		void changed(String value) {
			seen.add(value + " " + ++this.calls);
		}

	}

	static class Several extends Seen {

		@NatsKeyValueListener(bucket = "${test}", keys = { "user.*", "*.admin", "device.>" })
		void on(KeyValueEntry entry) {
			see(entry.getKey());
		}

	}

	static class Listed extends Seen {

		@NatsKeyValueListener(bucket = "${test}", keys = "#{@watched}")
		void on(KeyValueEntry entry) {
			see(entry.getKey());
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@NatsKeyValueListener(bucket = "${test}")
	@interface Watched {

		@AliasFor(annotation = NatsKeyValueListener.class, attribute = "keys")
		String[] value();

	}

	static class Composed extends Seen {

		@NatsKeyValueListener(bucket = "${test}", keys = "left.*")
		@NatsKeyValueListener(bucket = "${test}", keys = "right.*")
		void twice(String value) {
			see(value);
		}

		@Watched("meta.*")
		void meta(byte[] value) {
			see(new String(value, StandardCharsets.UTF_8));
		}

	}

	static class NotStarted extends Seen {

		@NatsKeyValueListener(id = "later", bucket = "${test}", autoStartup = "#{false}")
		void on(String value) {
			see(value);
		}

	}

}
