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
import java.util.List;

import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerHandler;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.support.SubjectTemplate;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for classes with {@link NatsListener} and their {@link NatsHandler} methods.
 */
class ClassListenersTests extends AbstractNatsListenerAnnotationTests {

	@Test
	void makesOneListenerOfAClass() {
		this.properties.put("region", "eu");
		NatsListenerEndpoint endpoint = endpoints(Orders.class).get(0);
		assertThat(endpoint.getId()).isEqualTo("listener");
		assertThat(endpoint.getDescription()).isEqualTo(Orders.class.getName());
		assertThat(endpoint.getStream()).isEqualTo("ORDERS");
		assertThat(endpoint.getConsumer()).isEqualTo("billing");
		assertThat(endpoint.getHandlers()).extracting((handler) -> handler.method().getName())
			.containsExactly("created", "deleted", "moved");
		assertThat(subjects(endpoint.getHandlers().get(1))).containsExactly("orders.eu.deleted", "orders.eu.gone");
		assertThat(endpoint.getSubjects()).extracting(SubjectTemplate::toString)
			.containsExactly("orders.{region}.created", "orders.eu.deleted", "orders.eu.gone", "moved.a", "moved.b");
	}

	@Test
	void makesAListenerForEachAnnotationAndLeavesOtherMethodsAlone() {
		assertThat(endpoints(Twice.class)).extracting(NatsListenerEndpoint::getId)
			.containsExactly("listener", "listener-2", "listener-alone");
	}

	@Test
	void findsMetaAnnotations() {
		NatsListenerEndpoint endpoint = endpoints(Composed.class).get(0);
		assertThat(endpoint.getConsumer()).isEqualTo("billing");
		assertThat(subjects(endpoint.getHandlers().get(0))).containsExactly("orders.created");
	}

	@Test
	void findsHandlersOfASuperclass() {
		assertThat(endpoints(Inherited.class).get(0).getHandlers()).hasSize(2);
	}

	@Test
	void refusesAClassWithoutHandlers() {
		assertThatFailureOf(WithoutHandlers.class)
			.hasMessageContaining("Listener %s: it has @NatsListener on the class, and no method for its messages"
				.formatted(WithoutHandlers.class.getName()));
	}

	@Test
	void refusesHandlersOfAClassThatIsNoListener() {
		assertThatFailureOf(OnlyHandler.class)
			.hasMessageContaining("Listener %s#on: it has @NatsHandler, and its class no @NatsListener"
				.formatted(OnlyHandler.class.getName()));
	}

	@Test
	void refusesAMethodThatIsBoth() {
		assertThatFailureOf(Both.class).hasMessageContaining("#on: it has both @NatsListener and @NatsHandler");
	}

	@Test
	void namesTheMethodOfASubjectThatCannotBeResolved() {
		assertThatFailureOf(Orders.class).hasMessageContaining(
				"%s#deleted: its attribute 'subjects' is 'orders.${region}.deleted'".formatted(Orders.class.getName()));
	}

	private List<NatsListenerEndpoint> endpoints(Class<?> type) {
		this.context.registerBean("listener", type);
		this.context.refresh();
		return this.context.getBean(RecordingFactory.class).containers.stream()
			.map((container) -> container.endpoint)
			.toList();
	}

	private <T> AbstractThrowableAssert<?, ? extends Throwable> assertThatFailureOf(Class<T> type) {
		this.context.registerBean("listener", type);
		Throwable failure = catchThrowable(this.context::refresh);
		while (failure != null && !(failure instanceof NatsListenerException)) {
			failure = failure.getCause();
		}
		return assertThat(failure).isNotNull();
	}

	private static List<String> subjects(NatsListenerHandler handler) {
		return handler.subjects().stream().map(SubjectTemplate::toString).toList();
	}

	@NatsListener(stream = "ORDERS", consumer = "billing")
	static class Orders {

		@NatsHandler("orders.{region}.created")
		void created() {
		}

		@NatsHandler(subjects = { "orders.${region}.deleted", "orders.${region}.gone" })
		void deleted() {
		}

		@NatsHandler("#{{'moved.a', 'moved.b'}}")
		void moved() {
		}

	}

	@NatsListener(stream = "ORDERS", consumer = "billing")
	@NatsListener(stream = "ORDERS", consumer = "shipping")
	static class Twice {

		@NatsHandler("orders.created")
		void on() {
		}

		@NatsListener("orders.alone")
		void alone() {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@NatsListener(stream = "ORDERS")
	@interface OrdersListener {

		@AliasFor(annotation = NatsListener.class)
		String consumer();

	}

	@Retention(RetentionPolicy.RUNTIME)
	@NatsHandler("orders.created")
	@interface Created {

	}

	@OrdersListener(consumer = "billing")
	static class Composed {

		@Created
		void on() {
		}

	}

	static class Parent {

		@NatsHandler("orders.created")
		void created() {
		}

	}

	@NatsListener(stream = "ORDERS", consumer = "billing")
	static class Inherited extends Parent {

		@NatsHandler("orders.deleted")
		void deleted() {
		}

	}

	@NatsListener(stream = "ORDERS", consumer = "billing")
	static class WithoutHandlers {

		@NatsListener("orders.alone")
		void alone() {
		}

	}

	static class OnlyHandler {

		@NatsHandler("orders.created")
		void on() {
		}

	}

	@NatsListener(stream = "ORDERS", consumer = "billing")
	static class Both {

		@NatsHandler("orders.created")
		@NatsListener("orders.created")
		void on() {
		}

	}

}
