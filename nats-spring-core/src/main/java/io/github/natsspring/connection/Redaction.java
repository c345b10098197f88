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

package io.github.natsspring.connection;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.ConversionException;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;

/**
 * Keeps secrets out of texts: jnats prints the URLs of servers with user and password,
 * and some exceptions quote payloads.
 */
public final class Redaction {

	private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/\\s]*@");

	private Redaction() {
	}

	/**
	 * Take user and password out of every URL in a text. Without a scheme, anything up to
	 * the last {@code @} is taken for them.
	 * @param text the text, may be {@code null}
	 * @return the text without credentials
	 */
	public static String redact(@Nullable Object text) {
		String string = String.valueOf(text);
		if (string.indexOf('@') < 0) {
			return string;
		}
		return USER_INFO.matcher(string).replaceAll("***@");
	}

	/**
	 * Whether the text of an exception may quote a payload, as those of converters and
	 * validators do.
	 * @param exception the exception
	 * @return {@code true} if the text should not be logged
	 */
	public static boolean quotesPayload(Throwable exception) {
		return exception instanceof MessageConversionException || exception instanceof MethodArgumentResolutionException
				|| exception instanceof ConversionException;
	}

	/**
	 * Take user and password out of the URL of a server, which may lack its scheme.
	 * @param url the URL
	 * @return the URL without credentials
	 */
	public static String redactUrl(@Nullable Object url) {
		String string = String.valueOf(url);
		int at = string.lastIndexOf('@');
		if (at < 0) {
			return string;
		}
		int scheme = string.indexOf("://");
		return ((scheme >= 0 && scheme < at) ? string.substring(0, scheme + 3) : "") + "***@"
				+ string.substring(at + 1);
	}

}
