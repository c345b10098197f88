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

package io.github.natsspring.listener;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import io.github.natsspring.support.EditedMessage;
import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link InterceptorChain}.
 */
class InterceptorChainTests {

	private final List<String> calls = new ArrayList<>();

	private final Acknowledgment acknowledgment = (Acknowledgment) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { Acknowledgment.class }, (proxy, method, args) -> {
				this.calls.add(method.getName());
				return null;
			});

	private @Nullable RuntimeException failure;

	@Test
	void isNotThereForAListenerThatNobodyIntercepts() {
		NatsMessageInterceptor others = new NatsMessageInterceptor() {

			@Override
			public boolean supports(String listenerId) {
				return listenerId.equals("other");
			}

		};
		assertThat(InterceptorChain.of("billing", List.of())).isNull();
		assertThat(InterceptorChain.of("billing", List.of(others))).isNull();
		assertThat(InterceptorChain.of("other", List.of(others))).isNotNull();
	}

	@Test
	void callsInterceptorsInTheirOrderAndBackAgain() throws Exception {
		run("a", recording("1"), recording("2"));
		assertThat(this.calls).containsExactly("1 before a", "2 before a", "listener a", "2 success a", "1 success a",
				"2 return", "1 return");
	}

	@Test
	void endsAFailedRunWithItsFailure() {
		this.failure = new IllegalStateException("broken");
		assertThatIllegalStateException().isThrownBy(() -> run("a", recording("1"))).withMessage("broken");
		assertThat(this.calls).containsExactly("1 before a", "listener a", "1 failure a broken", "1 return");
	}

	@Test
	void countsAMessageThatIsAcknowledgedByAnExceptionAsASuccess() {
		this.failure = new AckMessageException("enough");
		assertThatExceptionOfType(AckMessageException.class).isThrownBy(() -> run("a", recording("1")));
		assertThat(this.calls).contains("1 success a");
		this.calls.clear();
		this.failure = new NakMessageException(Duration.ZERO);
		assertThatExceptionOfType(NakMessageException.class).isThrownBy(() -> run("a", recording("1")));
		assertThat(this.calls).anyMatch((call) -> call.startsWith("1 failure a"));
	}

	@Test
	void handsOnAReplacedMessage() throws Exception {
		run("a", before((message) -> EditedMessage.of(message).withData("b".getBytes())), recording("2"));
		assertThat(this.calls).containsExactly("2 before b", "listener b", "2 success b", "2 return");
	}

	@Test
	void takesOnlySubjectHeadersAndBodyOfAMessageThatWasMadeByHand() throws Exception {
		Message[] seen = new Message[1];
		Message received = NatsMessage.builder().subject("orders").replyTo("inbox").data("a").build();
		InterceptorChain chain = chain(
				before((message) -> NatsMessage.builder().subject("parcels").replyTo("elsewhere").data("b").build()));
		chain.around((message, acknowledgment) -> seen[0] = message, false).onMessage(received, this.acknowledgment);
		assertThat(seen[0].getSubject()).isEqualTo("parcels");
		assertThat(seen[0].getData()).asString().isEqualTo("b");
		assertThat(seen[0].getReplyTo()).isEqualTo("inbox");
	}

	@Test
	void callsNobodyBehindOneThatDiscards() throws Exception {
		run("a", recording("1"), before((message) -> null), recording("3"));
		assertThat(this.calls).containsExactly("1 before a", "1 success a discarded", "1 return");
	}

	@Test
	void acknowledgesADiscardedMessageForAListenerThatSettlesByItself() throws Exception {
		chain(before((message) -> null)).around(this::listen, true).onMessage(message("a"), this.acknowledgment);
		assertThat(this.calls).containsExactly("ack");
	}

	@Test
	void failsTheRunIfAnInterceptorThrowsBeforeIt() {
		assertThatIllegalStateException().isThrownBy(() -> run("a", recording("1"), before((message) -> {
			throw new IllegalStateException("no");
		}), recording("3"))).withMessage("no");
		assertThat(this.calls).containsExactly("1 before a", "1 failure a no", "1 return");
	}

	@Test
	void hasTheListenerAnswerARequestThatAnInterceptorFailed() {
		RequestListener answers = new RequestListener() {

			@Override
			public void refuse(Message request, Throwable failure) {
				InterceptorChainTests.this.calls.add("refused " + failure.getMessage());
			}

			@Override
			public void onMessage(Message message, Acknowledgment acknowledgment) {
			}

		};
		NatsMessageListener listener = chain(before((message) -> {
			throw new IllegalStateException("no");
		})).around(answers, false);
		assertThatIllegalStateException().isThrownBy(() -> listener.onMessage(message("a"), this.acknowledgment));
		assertThat(this.calls).containsExactly("refused no");
	}

	@Test
	void goesOnWhenAnInterceptorThrowsAfterTheRun() throws Exception {
		run("a", recording("1"), new NatsMessageInterceptor() {

			@Override
			public void afterSuccess(Message message, MessageContext context) {
				throw new IllegalStateException("expected by the test");
			}

			@Override
			public void afterReturn(Message message, MessageContext context) {
				throw new AssertionError("expected by the test");
			}

		});
		assertThat(this.calls).containsExactly("1 before a", "listener a", "1 success a", "1 return");
	}

	@Test
	void endsTheRunOfAnAsynchronousResultWhenItIsThere() throws Exception {
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletionStage<?> result = async(work, recording("1"));
		assertThat(this.calls).containsExactly("1 before a", "1 return");
		work.complete("done");
		assertThat(this.calls).last().isEqualTo("1 success a");
		assertThat(result.toCompletableFuture()).isCompleted();
		this.calls.clear();
		CompletableFuture<String> failing = new CompletableFuture<>();
		CompletionStage<?> failed = async(failing.thenApply((value) -> value), recording("1"));
		failing.completeExceptionally(new IllegalStateException("broken"));
		assertThat(this.calls).containsExactly("1 before a", "1 return", "1 failure a broken");
		assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
	}

	private @Nullable CompletionStage<?> async(CompletionStage<?> work, NatsMessageInterceptor interceptor)
			throws Exception {
		NatsMessageListener listener = new NatsMessageListener() {

			@Override
			public void onMessage(Message message, Acknowledgment acknowledgment) {
			}

			@Override
			public CompletionStage<?> handle(Message message, Acknowledgment acknowledgment) {
				return work;
			}

		};
		return chain(interceptor).around(listener, false).handle(message("a"), this.acknowledgment);
	}

	@Test
	void endsTheRunsOfABatchWithAnAsynchronousResult() throws Exception {
		CompletableFuture<String> work = new CompletableFuture<>();
		NatsBatchListener listener = new NatsBatchListener() {

			@Override
			public void onMessages(List<Message> messages) {
			}

			@Override
			public CompletionStage<?> handle(List<Message> messages) {
				return work;
			}

		};
		CompletionStage<?> result = chain(recording("1"), dropping()).around(listener)
			.handle(List.of(message("a"), message("drop"), message("b")));
		assertThat(this.calls).doesNotContain("1 success a");
		work.completeExceptionally(new BatchListenerFailedException(1, new IllegalStateException("broken")));
		assertThat(this.calls).contains("1 success a", "1 failure b broken");
		assertThat(result.toCompletableFuture()).failsWithin(Duration.ofSeconds(20))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(FilteredBatchException.class);
	}

	@Test
	void keepsAttributesThroughARun() throws Exception {
		run("a", new NatsMessageInterceptor() {

			@Override
			public Message before(Message message, MessageContext context) {
				assertThat(context.getListenerId()).isEqualTo("billing");
				assertThat(context.getAttribute("started")).isNull();
				context.setAttribute("started", 42L);
				return message;
			}

			@Override
			public void afterSuccess(Message message, MessageContext context) {
				InterceptorChainTests.this.calls.add("attribute " + context.getAttribute("started"));
				context.setAttribute("started", null);
				InterceptorChainTests.this.calls.add("attribute " + context.getAttribute("started"));
			}

		});
		assertThat(this.calls).containsExactly("listener a", "attribute 42", "attribute null");
	}

	@Test
	void interceptsEachMessageOfABatchAndLeavesDiscardedOnesOut() throws Exception {
		batch(List.of("a", "drop", "b"), recording("1"), dropping());
		assertThat(this.calls).containsExactly("1 before a", "1 before drop", "1 success drop discarded", "1 return",
				"1 before b", "listener [a, b]", "1 success a", "1 success b", "1 return", "1 return");
	}

	@Test
	void callsNoListenerForABatchOfWhichNothingIsLeft() throws Exception {
		batch(List.of("drop", "drop"), dropping());
		assertThat(this.calls).isEmpty();
	}

	@Test
	void saysWhichMessagesOfAFailedBatchWereDiscarded() {
		this.failure = new IllegalStateException("broken");
		assertThatExceptionOfType(FilteredBatchException.class)
			.isThrownBy(() -> batch(List.of("drop", "a", "b"), dropping()))
			.withCause(this.failure)
			.satisfies((ex) -> assertThat(List.of(ex.isDone(0), ex.isDone(1), ex.isDone(2))).containsExactly(true,
					false, false));
		assertThatIllegalStateException().isThrownBy(() -> batch(List.of("a", "b"), dropping())).withMessage("broken");
	}

	@Test
	void endsTheRunsOfABatchAsItsMessagesAreSettled() {
		this.failure = new BatchListenerFailedException(1, new IllegalStateException("broken"));
		assertThatExceptionOfType(BatchListenerFailedException.class)
			.isThrownBy(() -> batch(List.of("a", "b", "c"), recording("1")));
		assertThat(this.calls).contains("1 success a", "1 failure b broken")
			.anyMatch((call) -> call.startsWith("1 failure c ") && !call.equals("1 failure c broken"));
	}

	@Test
	void handlesThoseBeforeAMessageThatAnInterceptorFails() {
		assertThatExceptionOfType(BatchListenerFailedException.class)
			.isThrownBy(() -> batch(List.of("a", "b", "bad", "c"), recording("1"), failing()))
			.satisfies((ex) -> assertThat(ex.getIndex()).isEqualTo(2))
			.withCause(new IllegalStateException("bad"))
			.satisfies((ex) -> assertThat(this.calls).contains("listener [a, b]", "1 success b", "1 failure bad bad")
				.doesNotContain("1 before c"));
		this.calls.clear();
		this.failure = new IllegalStateException("broken");
		assertThatExceptionOfType(PartialBatchException.class)
			.isThrownBy(() -> batch(List.of("a", "b", "bad", "c"), failing()))
			.satisfies((ex) -> assertThat(ex.getSize()).isEqualTo(2))
			.withCause(this.failure);
		assertThatExceptionOfType(BatchListenerFailedException.class)
			.isThrownBy(() -> batch(List.of("bad", "a"), failing()))
			.satisfies((ex) -> assertThat(ex.getIndex()).isZero());
	}

	private void run(String text, NatsMessageInterceptor... interceptors) throws Exception {
		chain(interceptors).around(this::listen, false).onMessage(message(text), this.acknowledgment);
	}

	private void batch(List<String> texts, NatsMessageInterceptor... interceptors) throws Exception {
		NatsBatchListener listener = (messages) -> {
			this.calls.add("listener " + messages.stream().map(InterceptorChainTests::text).toList());
			if (this.failure != null) {
				throw this.failure;
			}
		};
		chain(interceptors).around(listener).onMessages(texts.stream().map(InterceptorChainTests::message).toList());
	}

	private void listen(Message message, Acknowledgment acknowledgment) {
		this.calls.add("listener " + text(message));
		if (this.failure != null) {
			throw this.failure;
		}
	}

	private static InterceptorChain chain(NatsMessageInterceptor... interceptors) {
		InterceptorChain chain = InterceptorChain.of("billing", List.of(interceptors));
		assertThat(chain).isNotNull();
		return chain;
	}

	private static NatsMessageInterceptor dropping() {
		return before((message) -> text(message).equals("drop") ? null : message);
	}

	private static NatsMessageInterceptor failing() {
		return before((message) -> {
			if (text(message).equals("bad")) {
				throw new IllegalStateException("bad");
			}
			return message;
		});
	}

	private static NatsMessageInterceptor before(Before before) {
		return new NatsMessageInterceptor() {

			@Override
			public @Nullable Message before(Message message, MessageContext context) throws Exception {
				return before.apply(message);
			}

		};
	}

	private NatsMessageInterceptor recording(String name) {
		return new NatsMessageInterceptor() {

			@Override
			public Message before(Message message, MessageContext context) {
				InterceptorChainTests.this.calls.add(name + " before " + text(message));
				return message;
			}

			@Override
			public void afterSuccess(Message message, MessageContext context) {
				InterceptorChainTests.this.calls
					.add(name + " success " + text(message) + (context.isDiscarded() ? " discarded" : ""));
			}

			@Override
			public void afterFailure(Message message, MessageContext context, Throwable failure) {
				InterceptorChainTests.this.calls
					.add("%s failure %s %s".formatted(name, text(message), failure.getMessage()));
			}

			@Override
			public void afterReturn(Message message, MessageContext context) {
				InterceptorChainTests.this.calls.add(name + " return");
			}

		};
	}

	private static Message message(String text) {
		return NatsMessage.builder().subject("orders").data(text).build();
	}

	private static String text(Message message) {
		return new String(message.getData());
	}

	@FunctionalInterface
	private interface Before {

		@Nullable Message apply(Message message) throws Exception;

	}

}
