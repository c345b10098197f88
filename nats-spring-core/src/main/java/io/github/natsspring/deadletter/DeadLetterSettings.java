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

package io.github.natsspring.deadletter;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.natsspring.support.SubjectTemplate;
import org.jspecify.annotations.Nullable;

/**
 * Whether and where the dead letters of a listener are stored.
 *
 * @param enabled whether there are dead letters; {@code null} (the default) for as soon
 * as a stream captures the subject, or {@code stream} is set
 * @param subject the subject, in which <code>{stream}</code> and <code>{consumer}</code>
 * stand for one token each
 * @param stream the name of the stream that is to hold them, in which the same variables
 * may occur anywhere; {@code null} for any stream that captures the subject, or
 * {@value #DEFAULT_STREAM} where one has to be made
 * @param includeStackTrace whether letters hold the stack trace, of which they keep 4 KB
 */
public record DeadLetterSettings(@Nullable Boolean enabled, String subject, @Nullable String stream,
		boolean includeStackTrace) {

	/**
	 * The subject unless set otherwise.
	 */
	public static final String DEFAULT_SUBJECT = "dlq.{stream}.{consumer}";

	/**
	 * The name of the stream unless set otherwise.
	 */
	public static final String DEFAULT_STREAM = "{stream}_DLQ";

	private static final List<String> VARIABLES = List.of("stream", "consumer");

	private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");

	/**
	 * Create settings.
	 * @throws IllegalArgumentException if the subject or the name of the stream is none;
	 * the message names the property
	 */
	public DeadLetterSettings {
		checkSubject(subject);
		if (stream != null) {
			checkStream(stream);
		}
	}

	/**
	 * On as soon as a stream captures the default subject; without stack traces.
	 * @return the settings
	 */
	public static DeadLetterSettings defaults() {
		return new DeadLetterSettings(null, DEFAULT_SUBJECT, null, false);
	}

	String subjectFor(String stream, String consumer) {
		return SubjectTemplate.parse(replace(this.subject, stream, consumer)).pattern();
	}

	String streamFor(String stream, String consumer) {
		return replace(streamTemplate(), stream, consumer);
	}

	/**
	 * What a stream of this name has to capture, so that further listeners need no update
	 * of it.
	 */
	String capturedBy(String stream, String consumer) {
		String template = streamTemplate();
		return replace(this.subject, template.contains("{stream}") ? stream : "*",
				template.contains("{consumer}") ? consumer : "*");
	}

	private String streamTemplate() {
		return (this.stream != null) ? this.stream : DEFAULT_STREAM;
	}

	private static String replace(String template, String stream, String consumer) {
		return template.replace("{stream}", stream).replace("{consumer}", consumer);
	}

	private static void checkSubject(String subject) {
		SubjectTemplate template;
		try {
			template = SubjectTemplate.parse(subject);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("nats.listener.dead-letter.subject: " + ex.getMessage(), ex);
		}
		for (String variable : template.variables()) {
			checkVariable("subject", subject, variable);
		}
		if (subject.indexOf('*') >= 0 || subject.indexOf('>') >= 0) {
			throw new IllegalArgumentException(
					"nats.listener.dead-letter.subject '%s': wildcards cannot be published to; use {stream} and {consumer}"
						.formatted(subject));
		}
	}

	private static void checkStream(String stream) {
		Matcher matcher = VARIABLE.matcher(stream);
		while (matcher.find()) {
			checkVariable("stream", stream, matcher.group(1));
		}
		String literal = matcher.replaceAll("x");
		if (!literal.matches("[!-~&&[^.*>/\\\\{}]]+")) {
			throw new IllegalArgumentException(
					"nats.listener.dead-letter.stream '%s': '.', '*', '>', '/', '\\', blanks and what is not ASCII are not allowed in the name of a stream"
						.formatted(stream));
		}
	}

	private static void checkVariable(String property, String value, String variable) {
		if (!VARIABLES.contains(variable)) {
			throw new IllegalArgumentException(
					"nats.listener.dead-letter.%s '%s': there is no variable {%s}, only {stream} and {consumer}"
						.formatted(property, value, variable));
		}
	}

}
