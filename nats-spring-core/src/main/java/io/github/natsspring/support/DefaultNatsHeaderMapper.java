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

package io.github.natsspring.support;

import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.nats.client.impl.Headers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.MessageHeaders;
import org.springframework.util.MimeType;

/**
 * Maps headers as text, under the names they have.
 * <p>
 * Received: a header with one value is a {@code String}, one with several a {@code List}.
 * <p>
 * Sent: text, numbers, booleans, enums, UUIDs, times, MIME types and collections of them,
 * each as its text; {@code contentType} as {@code Content-Type}. Left out are other
 * objects, Spring's {@code id} and {@code timestamp}, what begins with {@code nats_}, and
 * what NATS cannot carry, which is anything but printable ASCII.
 */
public final class DefaultNatsHeaderMapper implements NatsHeaderMapper {

	private static final Log logger = LogFactory.getLog(DefaultNatsHeaderMapper.class);

	/**
	 * The mapper, which has no state.
	 */
	public static final DefaultNatsHeaderMapper INSTANCE = new DefaultNatsHeaderMapper();

	@Override
	public void fromHeaders(MessageHeaders headers, Headers target) {
		headers.forEach((name, value) -> {
			if (!travels(name)) {
				return;
			}
			List<String> texts = texts(value);
			if (texts == null || !isName(name)) {
				logger.debug("The header '%s' does not travel, its value is a %s".formatted(Subjects.printable(name),
						value.getClass().getName()));
				return;
			}
			target.put(MessageHeaders.CONTENT_TYPE.equals(name) ? NatsHeaders.CONTENT_TYPE : name, texts);
		});
	}

	private static boolean travels(String name) {
		return !name.startsWith("nats_") && !name.equals(MessageHeaders.ID) && !name.equals(MessageHeaders.TIMESTAMP)
				&& !name.equals(MessageHeaders.REPLY_CHANNEL) && !name.equals(MessageHeaders.ERROR_CHANNEL);
	}

	private static boolean isName(String name) {
		return !name.isEmpty() && name.chars().allMatch((c) -> c > ' ' && c < 127 && c != ':');
	}

	private static @Nullable List<String> texts(Object value) {
		if (!(value instanceof Collection<?> values)) {
			String text = text(value);
			return (text != null) ? List.of(text) : null;
		}
		List<String> texts = new ArrayList<>(values.size());
		for (Object element : values) {
			String text = text(element);
			if (text == null) {
				return null;
			}
			texts.add(text);
		}
		return texts.isEmpty() ? null : texts;
	}

	private static @Nullable String text(@Nullable Object value) {
		boolean simple = value instanceof CharSequence || value instanceof Number || value instanceof Boolean
				|| value instanceof Character || value instanceof Enum<?> || value instanceof UUID
				|| value instanceof TemporalAccessor || value instanceof MimeType;
		if (!simple || value == null) {
			return null;
		}
		String text = value.toString();
		return text.chars().allMatch((c) -> (c >= ' ' && c < 127) || c == '\t') ? text : null;
	}

	@Override
	public void toHeaders(Headers source, Map<String, Object> target) {
		source.forEach((name, values) -> target.put(name, (values.size() == 1) ? values.get(0) : List.copyOf(values)));
	}

}
