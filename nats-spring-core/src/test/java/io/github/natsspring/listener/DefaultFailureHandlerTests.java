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

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;

import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.validation.BeanPropertyBindingResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link DefaultFailureHandler}.
 */
class DefaultFailureHandlerTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final RetrySettings STEADY = new RetrySettings(RetrySettings.Mode.REDELIVER, 0, SECOND, 2, MINUTE, 0,
			List.of(), RetrySettings.OnExhausted.DEAD_LETTER);

	private final DefaultFailureHandler steady = new DefaultFailureHandler(STEADY, null);

	@Test
	void doublesTheDelayWithEachDeliveryUpToTheLongest() {
		assertThat(delay(this.steady, 1)).isEqualTo(SECOND);
		assertThat(delay(this.steady, 2)).isEqualTo(Duration.ofSeconds(2));
		assertThat(delay(this.steady, 6)).isEqualTo(Duration.ofSeconds(32));
		assertThat(delay(this.steady, 7)).isEqualTo(MINUTE);
		assertThat(delay(this.steady, 100_000)).isEqualTo(MINUTE);
		assertThat(delay(this.steady, 0)).isEqualTo(SECOND);
	}

	@Test
	void spreadsTheDelayToBothSidesButNotBeyondTheLongest() {
		assertThat(delay(withRandom(0), 1)).isEqualTo(Duration.ofMillis(800));
		assertThat(delay(withRandom(0.5), 1)).isEqualTo(SECOND);
		assertThat(delay(withRandom(1), 1)).isEqualTo(Duration.ofMillis(1200));
		assertThat(delay(withRandom(0), 50)).isEqualTo(Duration.ofSeconds(48));
		assertThat(delay(withRandom(1), 50)).isEqualTo(MINUTE);
	}

	@Test
	void retriesInPlaceWithDelaysByAttempt() {
		DefaultFailureHandler handler = new DefaultFailureHandler(STEADY.withMode(RetrySettings.Mode.IN_PLACE), null);
		assertThat(handler.decide(failure(3, 1, new IllegalStateException())))
			.isEqualTo(new Decision.RetryInPlace(Duration.ofSeconds(4)));
	}

	@Test
	void triesNoMoreWhenTheAttemptsAreUsedUp() {
		DefaultFailureHandler handler = new DefaultFailureHandler(STEADY.withMaxAttempts(3), null);
		assertThat(handler.decide(failure(2, 2, new IllegalStateException()))).isInstanceOf(Decision.Redeliver.class);
		assertThat(handler.decide(failure(3, 3, new IllegalStateException()))).isEqualTo(new Decision.DeadLetter());
	}

	@Test
	void countsNoDeliveriesThatNeverRanAsAttempts() {
		DefaultFailureHandler handler = new DefaultFailureHandler(STEADY.withMaxAttempts(3), null);
		assertThat(handler.decide(failure(1, 9, new IllegalStateException()))).isInstanceOf(Decision.Redeliver.class);
	}

	@Test
	void copesWithCausesThatGoRoundInACircle() {
		RetrySettings settings = new RetrySettings(RetrySettings.Mode.REDELIVER, 0, SECOND, 2, MINUTE, 0,
				List.of(IOException.class), RetrySettings.OnExhausted.DEAD_LETTER);
		IllegalStateException one = new IllegalStateException("one");
		one.initCause(new IllegalArgumentException("other", one));
		assertThat(new DefaultFailureHandler(settings, null).decide(failure(1, 1, one)))
			.isEqualTo(new Decision.Redeliver(SECOND));
	}

	@Test
	void triesForEverWithoutABound() {
		assertThat(this.steady.decide(failure(1_000_000, 1_000_000, new IllegalStateException())))
			.isEqualTo(new Decision.Redeliver(MINUTE));
	}

	@Test
	void doesNotTryAgainWhatWillFailAgainAndCountsIt() {
		for (Throwable fatal : List.of(new MessageConversionException("no JSON"), new ClassCastException("no Order"),
				notValid(), new FatalListenerException("never"))) {
			assertThat(this.steady.decide(failure(1, 1, fatal))).isEqualTo(new Decision.DeadLetter());
		}
		assertThat(this.steady.getUnreadableCount()).isEqualTo(4);
		this.steady.decide(failure(1, 1, new IllegalStateException("try again")));
		assertThat(this.steady.getUnreadableCount()).isEqualTo(4);
	}

	@Test
	void doesNotTryAgainWhatTheUserNames() {
		DefaultFailureHandler handler = new DefaultFailureHandler(new RetrySettings(RetrySettings.Mode.REDELIVER, 0,
				SECOND, 2, MINUTE, 0, List.of(IOException.class), RetrySettings.OnExhausted.DISCARD), null);
		assertThat(handler.decide(failure(1, 1, new UncheckedIOException(new FileNotFoundException()))))
			.isEqualTo(new Decision.Discard());
		assertThat(handler.decide(failure(1, 1, new IllegalStateException()))).isInstanceOf(Decision.Redeliver.class);
	}

	@Test
	void asksTheErrorHandlerFirstAndDecidesItselfWhenThatFails() {
		DefaultFailureHandler handler = new DefaultFailureHandler(STEADY, (failure) -> switch (failure.attempts()) {
			case 1 -> new Decision.Discard();
			case 2 -> null;
			default -> throw new IllegalStateException("no idea");
		});
		assertThat(handler.decide(failure(1, 1, new IllegalStateException()))).isEqualTo(new Decision.Discard());
		assertThat(handler.decide(failure(2, 1, new IllegalStateException()))).isInstanceOf(Decision.Redeliver.class);
		assertThat(handler.decide(failure(3, 1, new IllegalStateException()))).isInstanceOf(Decision.Redeliver.class);
	}

	@Test
	void describesWhichFieldIsNotValidButNotItsValue() {
		assertThat(failure(1, 1, notValid()).describeException()).contains("sku must not be odd")
			.doesNotContain("secret");
	}

	@Test
	void refusesSettingsThatMakeNoSense() {
		assertThatIllegalArgumentException().isThrownBy(() -> settings(Duration.ZERO, 2, MINUTE, 0))
			.withMessageContaining("PT0S");
		assertThatIllegalArgumentException().isThrownBy(() -> settings(SECOND, 0.5, MINUTE, 0))
			.withMessageContaining("0.5");
		assertThatIllegalArgumentException().isThrownBy(() -> settings(MINUTE, 2, SECOND, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> settings(SECOND, 2, MINUTE, 1.5));
		assertThatIllegalArgumentException().isThrownBy(() -> STEADY.withMaxAttempts(-1));
	}

	private static RetrySettings settings(Duration initial, double multiplier, Duration max, double jitter) {
		return new RetrySettings(RetrySettings.Mode.REDELIVER, 0, initial, multiplier, max, jitter, List.of(),
				RetrySettings.OnExhausted.DEAD_LETTER);
	}

	private DefaultFailureHandler withRandom(double value) {
		return new DefaultFailureHandler(settings(SECOND, 2, MINUTE, 0.2), null, () -> value);
	}

	private Duration delay(DefaultFailureHandler handler, long deliveries) {
		Decision decision = handler
			.decide(failure((int) deliveries, deliveries, new IllegalStateException("expected")));
		return ((Decision.Redeliver) decision).delay();
	}

	private FailedRun failure(int attempts, long deliveries, Throwable exception) {
		Message message = NatsMessage.builder().subject("orders.eu").data("secret").build();
		return new FailedRun("listener", message, attempts, deliveries, exception);
	}

	private MethodArgumentNotValidException notValid() {
		Item item = new Item("secret");
		BeanPropertyBindingResult result = new BeanPropertyBindingResult(item, "item");
		result.rejectValue("sku", "odd", "must not be odd");
		return new MethodArgumentNotValidException(new GenericMessage<>(""), parameter(), result);
	}

	private MethodParameter parameter() {
		for (Method method : getClass().getDeclaredMethods()) {
			if (method.getName().equals("listen")) {
				return new MethodParameter(method, 0);
			}
		}
		throw new IllegalStateException("No such method");
	}

	void listen(Item item) {
	}

	public static class Item {

		private final String sku;

		Item(String sku) {
			this.sku = sku;
		}

		public String getSku() {
			return this.sku;
		}

	}

}
