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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.NatsNoRespondersException;
import io.github.natsspring.core.NatsRemoteException;
import io.github.natsspring.core.NatsRequestTimeoutException;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.core.NatsTemplateSettings;
import io.github.natsspring.core.NatsUnexpectedReplyException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what goes wrong with a request, seen at both ends: a {@link NatsListener}
 * method that returns a value, a future or a Mono, and the {@link NatsTemplate} that
 * asks.
 */
class RequestErrorsIntegrationTests extends AbstractResultTests {

	private NatsTemplate template;

	@BeforeEach
	void startListener() {
		start(Shop.class);
		this.template = new NatsTemplate(this.context.get(ConnectionHolder.class), ListenerContext.converter(),
				NatsTemplateSettings.defaults());
	}

	@ParameterizedTest
	@ValueSource(strings = { "value", "future", "mono" })
	void answersAndReadsTheAnswer(String kind) {
		assertThat(ask(kind, "apple")).isEqualTo(new Price("apple", 42));
		assertThat(askLater(kind, "apple")).succeedsWithin(ANSWER).isEqualTo(new Price("apple", 42));
	}

	@ParameterizedTest
	@ValueSource(strings = { "value", "future", "mono" })
	void throwsARemoteExceptionWhenTheListenerFails(String kind) {
		assertThatExceptionOfType(NatsRemoteException.class).isThrownBy(() -> ask(kind, "broken"))
			.withMessageContaining("IllegalStateException")
			.withMessageNotContaining("secret")
			.satisfies((ex) -> {
				assertThat(ex.getCode()).isEqualTo(500);
				assertThat(ex.getSubject()).isEqualTo(subject(kind));
			});
		assertThat(askLater(kind, "broken")).failsWithin(ANSWER)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(NatsRemoteException.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "value", "future", "mono" })
	void throwsARemoteExceptionWithABadRequestWhenTheListenerCannotReadTheRequest(String kind) {
		assertThatExceptionOfType(NatsRemoteException.class)
			.isThrownBy(() -> this.template.request(subject(kind), "{not json", Price.class))
			.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(400));
	}

	@ParameterizedTest
	@ValueSource(strings = { "value", "future", "mono" })
	void throwsATimeoutWhenTheListenerIsTooSlow(String kind) {
		Duration timeout = Duration.ofMillis(200);
		assertThatExceptionOfType(NatsRequestTimeoutException.class)
			.isThrownBy(() -> this.template.request(subject(kind), new Query("slow"), Price.class, timeout));
		assertThat(this.template.requestAsync(subject(kind), new Query("slow"), Price.class, timeout))
			.failsWithin(ANSWER)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(NatsRequestTimeoutException.class);
		// The listener is none the worse for it
		assertThat(this.template.request(subject(kind), new Query("apple"), Price.class, ANSWER))
			.isEqualTo(new Price("apple", 42));
	}

	@Test
	void saysThatNobodyListens() {
		assertThatExceptionOfType(NatsNoRespondersException.class).isThrownBy(() -> ask("nothing", "apple"));
		assertThat(askLater("nothing", "apple")).failsWithin(ANSWER)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(NatsNoRespondersException.class);
	}

	@Test
	void saysThatAStreamAnsweredInsteadOfAListener() {
		assertThatExceptionOfType(NatsUnexpectedReplyException.class).isThrownBy(() -> ask("in.captured", "apple"))
			.withMessageContaining("captures the subject");
		assertThat(askLater("in.captured", "apple")).failsWithin(ANSWER)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(NatsUnexpectedReplyException.class);
	}

	private String subject(String kind) {
		return stream() + "." + kind;
	}

	private Price ask(String kind, String sku) {
		return this.template.request(subject(kind), new Query(sku), Price.class);
	}

	private CompletableFuture<Price> askLater(String kind, String sku) {
		return this.template.requestAsync(subject(kind), new Query(sku), Price.class);
	}

	static class Shop {

		@NatsListener("${test}.value")
		Price value(Query query) throws Exception {
			if (query.sku().equals("slow")) {
				new CompletableFuture<Void>().completeOnTimeout(null, 500, TimeUnit.MILLISECONDS).get();
			}
			return price(query);
		}

		@NatsListener("${test}.future")
		CompletableFuture<Price> future(Query query) {
			return CompletableFuture.supplyAsync(() -> price(query),
					CompletableFuture.delayedExecutor(query.sku().equals("slow") ? 500 : 10, TimeUnit.MILLISECONDS));
		}

		@NatsListener("${test}.mono")
		Mono<Price> mono(Query query) {
			return Mono.delay(Duration.ofMillis(query.sku().equals("slow") ? 500 : 10)).map((tick) -> price(query));
		}

		private static Price price(Query query) {
			if (query.sku().equals("broken")) {
				throw new IllegalStateException("password=secret");
			}
			return new Price(query.sku(), 42);
		}

	}

	record Query(String sku) {
	}

	record Price(String sku, int price) {
	}

}
