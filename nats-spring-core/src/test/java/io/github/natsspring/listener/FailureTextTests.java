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

import org.junit.jupiter.api.Test;

import org.springframework.core.MethodParameter;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.util.ReflectionUtils;
import org.springframework.validation.BeanPropertyBindingResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link FailureText}.
 */
class FailureTextTests {

	private static final String SECRET = "4111-1111";

	@Test
	void saysToWhatAValueCannotBeConvertedButNotTheValue() {
		ConversionFailedException exception = catchThrowableOfType(ConversionFailedException.class,
				() -> new DefaultConversionService().convert(SECRET, Integer.class));
		assertThat(exception).hasMessageContaining(SECRET);
		assertThat(FailureText.describe(exception)).isEqualTo(
				ConversionFailedException.class.getName() + ": a value cannot be converted to java.lang.Integer");
		assertThat(FailureText.line("Failed", exception)).startsWith("Failed: ").doesNotContain(SECRET);
		assertThat(FailureText.trace(exception)).isNull();
	}

	@Test
	void saysOnlyTheClassOfAnyOtherExceptionOfAConverter() {
		assertThat(FailureText.describe(new Custom("no card: " + SECRET))).isEqualTo(Custom.class.getName());
		assertThat(FailureText.message(new Custom("no card: " + SECRET))).isNull();
	}

	@Test
	void saysWhichConverterIsMissing() {
		assertThat(FailureText.describe(new ConverterNotFoundException(TypeDescriptor.valueOf(String.class),
				TypeDescriptor.valueOf(Thread.class))))
			.contains("java.lang.String", "java.lang.Thread");
	}

	@Test
	void saysWhichFieldIsNotValidButNotItsValue() {
		MethodArgumentNotValidException exception = notValid();
		assertThat(exception).hasMessageContaining(SECRET);
		assertThat(FailureText.message(exception)).isEqualTo("card must be\na number, odd");
		assertThat(FailureText.describe(exception))
			.isEqualTo(MethodArgumentNotValidException.class.getName() + ": card must be\\u000aa number, odd");
	}

	@Test
	void keepsTheMessageOfAnyOtherException() {
		assertThat(FailureText.message(new IllegalStateException("no\nstock"))).isEqualTo("no\nstock");
		assertThat(FailureText.describe(new IllegalStateException("no\nstock")))
			.isEqualTo("java.lang.IllegalStateException: no\\u000astock");
		assertThat(FailureText.describe(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
	}

	private static MethodArgumentNotValidException notValid() {
		BeanPropertyBindingResult result = new BeanPropertyBindingResult(new Payment(), "payment");
		result.rejectValue("card", "number", "must be\na number");
		result.reject("odd", "not " + SECRET);
		Method method = ReflectionUtils.findMethod(FailureTextTests.class, "listen", Payment.class);
		return new MethodArgumentNotValidException(new GenericMessage<>(""), new MethodParameter(method, 0), result);
	}

	void listen(Payment payment) {
	}

	public static class Payment {

		public String getCard() {
			return SECRET;
		}

	}

	@SuppressWarnings("serial")
	private static final class Custom extends ConversionException {

		Custom(String message) {
			super(message);
		}

	}

}
