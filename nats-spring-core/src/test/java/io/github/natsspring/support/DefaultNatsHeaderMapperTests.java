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

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.MessageHeaders;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link DefaultNatsHeaderMapper}.
 */
class DefaultNatsHeaderMapperTests {

	private final DefaultNatsHeaderMapper mapper = DefaultNatsHeaderMapper.INSTANCE;

	@Test
	void givesASingleValueAsTextAndSeveralAsAList() {
		Map<String, Object> target = new HashMap<>();
		this.mapper.toHeaders(new Headers().put("Region", "eu").put("Tag", "a", "b"), target);
		assertThat(target).containsOnly(entry("Region", "eu"), entry("Tag", List.of("a", "b")));
	}

	@Test
	void sendsSimpleValuesAsText() {
		UUID id = UUID.randomUUID();
		Instant time = Instant.parse("2026-11-21T08:00:00Z");
		Headers target = map(Map.of("Region", "eu", "Count", 3, "Last", true, "Order", id, "Time", time, "Tag",
				List.of("a", 1), MessageHeaders.CONTENT_TYPE, MimeTypeUtils.APPLICATION_JSON));
		assertThat(target).isEqualTo(new Headers().put("Region", "eu")
			.put("Count", "3")
			.put("Last", "true")
			.put("Order", id.toString())
			.put("Time", "2026-11-21T08:00:00Z")
			.put("Tag", "a", "1")
			.put("Content-Type", "application/json"));
	}

	@Test
	void leavesOutWhatDoesNotTravel() {
		Headers target = map(Map.of("nats_subject", "orders", "Object", new Object(), "Text", "\u00e9", "Line", "a\nb",
				"a b", "c", "a:b", "c", MessageHeaders.REPLY_CHANNEL, "here", "Empty", List.of(), "Mixed",
				List.of("a", new Object())));
		assertThat(target.isEmpty()).as(target.toString()).isTrue();
	}

	private Headers map(Map<String, Object> headers) {
		Headers target = new Headers();
		this.mapper.fromHeaders(new MessageHeaders(headers), target);
		return target;
	}

}
