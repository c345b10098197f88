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

import java.util.stream.Collectors;

import io.github.natsspring.connection.Redaction;
import io.github.natsspring.support.Subjects;
import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.validation.FieldError;

/**
 * What may be logged of a failed run: one line whatever the message or the exception has
 * in it, and no values of the payload.
 */
public final class FailureText {

	private FailureText() {
	}

	/**
	 * Whether an exception says that a message will fail again however often it is tried.
	 * @param exception the exception
	 * @return {@code true} for conversion, validation, argument and class cast exceptions
	 * and for {@link FatalListenerException}
	 */
	public static boolean isFatal(Throwable exception) {
		return quotes(exception) || exception instanceof ClassCastException
				|| exception instanceof FatalListenerException;
	}

	/**
	 * Add an exception to a line, unless its stack trace can be logged.
	 * @param line the line
	 * @param exception the exception
	 * @return the line, with class and message of an exception without
	 * {@linkplain #trace(Throwable) trace}
	 */
	public static String line(String line, Throwable exception) {
		return quotes(exception) ? line + ": " + describe(exception) : line;
	}

	/**
	 * What may be logged with its stack trace.
	 * @param exception the exception of a failed run
	 * @return the exception, or {@code null} if it is one of converters and validators,
	 * which may quote the payload and say nothing by their trace
	 */
	public static @Nullable Throwable trace(Throwable exception) {
		return quotes(exception) ? null : exception;
	}

	private static boolean quotes(Throwable exception) {
		return Redaction.quotesPayload(exception);
	}

	/**
	 * Describe an exception without values of the payload, which validation and
	 * conversion put into their messages.
	 * @param exception the exception
	 * @return class and message, in one line
	 */
	public static String describe(Throwable exception) {
		String type = exception.getClass().getName();
		String message = message(exception);
		return (message != null) ? type + ": " + Subjects.printable(message) : type;
	}

	/**
	 * The message of an exception without values of the payload.
	 * @param exception the exception
	 * @return the message as it is, perhaps of several lines, or our own words in the
	 * place of one that quotes values, or {@code null} if there is none
	 */
	public static @Nullable String message(Throwable exception) {
		if (exception instanceof MethodArgumentNotValidException notValid && notValid.getBindingResult() != null) {
			return notValid.getBindingResult()
				.getAllErrors()
				.stream()
				.map((error) -> (error instanceof FieldError field)
						? "%s %s".formatted(field.getField(), field.getDefaultMessage())
						: String.valueOf(error.getCode()))
				.collect(Collectors.joining(", "));
		}
		if (exception instanceof ConversionFailedException failed) {
			return "a value cannot be converted to " + failed.getTargetType().getType().getTypeName();
		}
		if (exception instanceof ConversionException && !(exception instanceof ConverterNotFoundException)) {
			return null;
		}
		return exception.getMessage();
	}

}
