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

package io.github.natsspring.boot.autoconfigure;

import java.util.List;
import java.util.Map;

import io.github.natsspring.annotation.NatsListener;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.converter.MessageConversionException;

/**
 * Tests for JSON that a listener method takes as a record, with generics, and in a list.
 */
class JsonPayloadIntegrationTests extends AbstractArgumentTests {

	@Test
	void readsJsonAsTheTypeOfTheParameter() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("record", "{\"sku\":\"tea\",\"lines\":[{\"price\":2}]}");
			publish("list", "application/json", "[{\"price\":3}]");
			publish("map", "application/json", "{\"eu\":[{\"price\":4}]}");
			publish("page", "application/vnd.shop+json", "{\"content\":[{\"price\":5}],\"number\":1}");
			assertSeenTwice(context, new Order("tea", List.of(new Line(2))), List.of(new Line(3)),
					Map.of("eu", List.of(new Line(4))), new Page<>(List.of(new Line(5)), 1));
		});
	}

	@Test
	void readsEachMessageOfABatch() {
		this.contextRunner.withBean(BatchListener.class).run((context) -> {
			publish("batch", "{\"price\":1}");
			publish("batch", "application/json", "{\"price\":2}");
			assertSeen(context, new Line(1), new Line(2));
		});
	}

	@Test
	void deadLettersWhatIsNoJsonOrAnotherTypeAndGoesOn() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("record", "{\"sku\":");
			publish("list", "application/json", "{\"price\":3}");
			publish("map", "application/xml", "<eu/>");
			publish("record", "{\"sku\":\"tea\",\"lines\":[]}");
			assertSeenTwice(context, new Order("tea", List.of()));
			assertDeadLettered(context, MessageConversionException.class, 3);
		});
	}

	record Line(int price) {
	}

	record Order(String sku, List<Line> lines) {
	}

	record Page<T>(List<T> content, int number) {
	}

	/**
	 * Fixes its type in a subclass.
	 */
	abstract static class PageListener<T> {

		final Seen seen;

		PageListener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.page")
		@NatsListener(stream = "${test}", consumer = "page", subjects = "${test}.page")
		void page(Page<T> page) {
			this.seen.add(page);
		}

	}

	static class Listener extends PageListener<Line> {

		Listener(Seen seen) {
			super(seen);
		}

		@NatsListener("${test}.record")
		@NatsListener(stream = "${test}", consumer = "record", subjects = "${test}.record")
		void order(Order order) {
			this.seen.add(order);
		}

		@NatsListener("${test}.list")
		@NatsListener(stream = "${test}", consumer = "list", subjects = "${test}.list")
		void lines(List<Line> lines) {
			this.seen.add(lines);
		}

		@NatsListener("${test}.map")
		@NatsListener(stream = "${test}", consumer = "map", subjects = "${test}.map")
		void byRegion(Map<String, List<Line>> lines) {
			this.seen.add(lines);
		}

	}

	static class BatchListener {

		private final Seen seen;

		BatchListener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "batch", subjects = "${test}.batch", batchSize = "10")
		void lines(List<Line> lines) {
			lines.forEach(this.seen::add);
		}

	}

}
