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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.listener.RequestListener;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link HandlerDispatcher}.
 */
class HandlerDispatcherTests {

	private final List<String> handled = new ArrayList<>();

	private final Acknowledgment acknowledgment = (Acknowledgment) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { Acknowledgment.class }, (proxy, method, args) -> null);

	@Test
	void givesEachMessageToTheHandlerOfItsSubject() throws Exception {
		HandlerDispatcher dispatcher = dispatcher(route("created", "orders.{id}.created"),
				route("deleted", "orders.{id}.deleted", "orders.deleted"), route("all", "audit.>"),
				route("exact", "orders.created"));
		for (String subject : List.of("orders.1.created", "orders.2.deleted", "orders.created", "orders.deleted",
				"audit.a.b.c", "orders.1.created")) {
			dispatcher.onMessage(message(subject), this.acknowledgment);
		}
		assertThat(this.handled).containsExactly("created orders.1.created", "deleted orders.2.deleted",
				"exact orders.created", "deleted orders.deleted", "all audit.a.b.c", "created orders.1.created");
	}

	@Test
	void findsTheSameHandlerAmongMoreSubjectsThanItKeeps() {
		NatsMessageListener created = listener("created");
		NatsMessageListener deleted = listener("deleted");
		HandlerDispatcher dispatcher = dispatcher(
				new HandlerDispatcher.Route(List.of(SubjectTemplate.parse("orders.{id}.created")), created),
				new HandlerDispatcher.Route(List.of(SubjectTemplate.parse("orders.{id}.deleted")), deleted));
		for (int round = 0; round < 2; round++) {
			for (int i = 0; i < 5000; i++) {
				assertThat(dispatcher.find("orders.%d.created".formatted(i))).isSameAs(created);
				assertThat(dispatcher.find("orders.%d.deleted".formatted(i))).isSameAs(deleted);
			}
		}
		assertThat(dispatcher.find("orders.1.moved")).isNull();
	}

	@Test
	void failsForASubjectThatAnInterceptorMadeUp() {
		HandlerDispatcher dispatcher = dispatcher(route("created", "orders.created"));
		assertThatIllegalStateException()
			.isThrownBy(() -> dispatcher.onMessage(message("orders.other"), this.acknowledgment))
			.withMessage("No handler of test.Orders matches the subject 'orders.other'");
	}

	@Test
	void asksTheHandlerToAnswerARequestThatFailedBefore() {
		RequestListener answers = new RequestListener() {

			@Override
			public void refuse(Message request, Throwable failure) {
				HandlerDispatcherTests.this.handled.add("refused " + request.getSubject());
			}

			@Override
			public void onMessage(Message message, Acknowledgment acknowledgment) {
			}

		};
		HandlerDispatcher dispatcher = dispatcher(
				new HandlerDispatcher.Route(List.of(SubjectTemplate.parse("price.*")), answers),
				route("silent", "note.*"));
		dispatcher.refuse(message("price.tea"), new IllegalStateException());
		dispatcher.refuse(message("note.tea"), new IllegalStateException());
		dispatcher.refuse(message("nothing"), new IllegalStateException());
		assertThat(this.handled).containsExactly("refused price.tea");
	}

	private HandlerDispatcher dispatcher(HandlerDispatcher.Route... routes) {
		return new HandlerDispatcher("test.Orders", List.of(routes));
	}

	private HandlerDispatcher.Route route(String name, String... subjects) {
		return new HandlerDispatcher.Route(Arrays.stream(subjects).map(SubjectTemplate::parse).toList(),
				listener(name));
	}

	private NatsMessageListener listener(String name) {
		return (message, acknowledgment) -> this.handled.add(name + " " + message.getSubject());
	}

	private static Message message(String subject) {
		return NatsMessage.builder().subject(subject).build();
	}

}
