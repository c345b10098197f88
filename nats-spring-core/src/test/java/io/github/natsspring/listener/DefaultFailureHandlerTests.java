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

import java.lang.reflect.Method;
import java.time.Duration;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

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

	private final DefaultFailureHandler steady = new DefaultFailureHandler(SECOND, 2, MINUTE, 0);

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
	void waitsLongestForWhatCannotBeReadAndCountsIt() {
		assertThat(decide(this.steady, 1, new MessageConversionException("no JSON"))).isEqualTo(MINUTE);
		assertThat(decide(this.steady, 1, new ClassCastException("no Order"))).isEqualTo(MINUTE);
		assertThat(decide(this.steady, 1, notValid())).isEqualTo(MINUTE);
		assertThat(this.steady.getUnreadableCount()).isEqualTo(3);
		assertThat(decide(this.steady, 1, new IllegalStateException("try again"))).isEqualTo(SECOND);
		assertThat(this.steady.getUnreadableCount()).isEqualTo(3);
	}

	@Test
	void logsWhichFieldIsNotValidButNotItsValue() {
		Logger logger = (Logger) LoggerFactory.getLogger(DefaultFailureHandler.class);
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		appender.start();
		logger.addAppender(appender);
		try {
			decide(this.steady, 1, notValid());
		}
		finally {
			logger.detachAppender(appender);
		}
		assertThat(appender.list).singleElement().satisfies((event) -> {
			assertThat(event.getLevel()).isEqualTo(Level.ERROR);
			assertThat(event.getFormattedMessage()).contains("sku must not be odd").doesNotContain("secret");
			assertThat(event.getThrowableProxy()).isNull();
		});
	}

	@Test
	void refusesSettingsThatMakeNoSense() {
		assertThatIllegalArgumentException().isThrownBy(() -> new DefaultFailureHandler(Duration.ZERO, 2, MINUTE, 0))
			.withMessageContaining("PT0S");
		assertThatIllegalArgumentException().isThrownBy(() -> new DefaultFailureHandler(SECOND, 0.5, MINUTE, 0))
			.withMessageContaining("0.5");
		assertThatIllegalArgumentException().isThrownBy(() -> new DefaultFailureHandler(MINUTE, 2, SECOND, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> new DefaultFailureHandler(SECOND, 2, MINUTE, 1.5));
	}

	private DefaultFailureHandler withRandom(double value) {
		return new DefaultFailureHandler(SECOND, 2, MINUTE, 0.2, () -> value);
	}

	private Duration delay(DefaultFailureHandler handler, long deliveries) {
		return decide(handler, deliveries, new IllegalStateException("expected"));
	}

	private Duration decide(DefaultFailureHandler handler, long deliveries, Throwable failure) {
		Message message = NatsMessage.builder().subject("orders.eu").data("secret").build();
		Decision decision = handler.decide(new FailedRun(message, deliveries, failure));
		return ((Decision.Redeliver) decision).delay();
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
