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

import java.util.Map;

import io.nats.client.impl.Headers;

import org.springframework.messaging.MessageHeaders;

/**
 * Says which headers of a NATS message a Spring {@code Message} has, and the other way
 * round. A bean of this type takes the place of {@link DefaultNatsHeaderMapper}.
 * Implementations are called from many threads at once.
 */
public interface NatsHeaderMapper {

	/**
	 * Map the headers of a Spring message that is sent.
	 * @param headers the headers, with the {@code id} and {@code timestamp} that Spring
	 * adds
	 * @param target takes what is to travel: names and values of printable ASCII
	 */
	void fromHeaders(MessageHeaders headers, Headers target);

	/**
	 * Map the headers of a message that was received. What a listener knows of the
	 * message beside its headers, under names that begin with {@code nats_}, is added
	 * afterwards and cannot be replaced.
	 * @param source the headers
	 * @param target takes the values for {@code @Header}, {@code @Headers} and Spring
	 * messages
	 */
	void toHeaders(Headers source, Map<String, Object> target);

}
