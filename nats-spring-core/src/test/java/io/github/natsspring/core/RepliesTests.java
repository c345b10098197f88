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

package io.github.natsspring.core;

import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Replies}.
 */
class RepliesTests {

	@ParameterizedTest
	@ValueSource(
			strings = { "{\"stream\":\"ORDERS\",\"seq\":1}", "{\"stream\":\"ORDERS\", \"seq\":4,\"duplicate\": true}",
					"{\"stream\":\"ORDERS\", \"domain\":\"hub\", \"seq\":18446744073709551615}",
					"{\"stream\":\"a\\\"b\",\"seq\":1}", "{\"stream\":\"S\",\"seq\":3,\"val\":\"42\"}",
					"{\"stream\":\"S\",\"seq\":3,\"batch\":\"x\",\"count\":2}" })
	void recognisesTheConfirmationOfAStream(String reply) {
		assertThat(Replies.isAck(message(reply))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "{\"stream\":\"ORDERS\"}", "{\"seq\":1,\"stream\":\"ORDERS\"}",
			"{\"stream\":\"ORDERS\",\"seq\":1,\"items\":[]}", "{\"stream\":\"ORDERS\",\"seq\":\"1\"}",
			"{\"stream\":5,\"seq\":1}", "[{\"stream\":\"ORDERS\",\"seq\":1}]", "{\"stream\":\"ORDERS\",\"seq\":1} {}" })
	void takesNothingElseForIt(String reply) {
		assertThat(Replies.isAck(message(reply))).isFalse();
	}

	private static NatsMessage message(String body) {
		return NatsMessage.builder().subject("reply").data(body).build();
	}

}
