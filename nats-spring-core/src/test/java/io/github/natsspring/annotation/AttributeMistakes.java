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

package io.github.natsspring.annotation;

import java.util.List;

/**
 * Listeners with an attribute that cannot be what it is.
 */
final class AttributeMistakes {

	private AttributeMistakes() {
	}

	static class UnresolvedPlaceholder {

		@NatsListener("orders.${no.such.property}")
		void on(String text) {
		}

	}

	static class UnresolvedNumber {

		@NatsListener(stream = "ORDERS", consumer = "work", concurrency = "${no.such.number}")
		void on(String text) {
		}

	}

	static class BadExpression {

		@NatsListener("#{orders.}")
		void on(String text) {
		}

	}

	static class ExpressionWithoutBean {

		@NatsListener(stream = "ORDERS", consumer = "work", concurrency = "#{@nobody.size}")
		void on(String text) {
		}

	}

	static class EmptySubject {

		@NatsListener("${nothing}")
		void on(String text) {
		}

	}

	static class SubjectWithTwoDots {

		@NatsListener("orders..created")
		void on(String text) {
		}

	}

	static class SubjectWithBlank {

		@NatsListener("orders created")
		void on(String text) {
		}

	}

	static class VariableInAToken {

		@NatsListener("orders.{region}-{id}")
		void on(String text) {
		}

	}

	static class VariableTwice {

		@NatsListener("orders.{id}.{id}")
		void on(String text) {
		}

	}

	static class RestInTheMiddle {

		@NatsListener("orders.>.created")
		void on(String text) {
		}

	}

	static class NoConcurrency {

		@NatsListener(stream = "ORDERS", consumer = "work", concurrency = "0")
		void on(String text) {
		}

	}

	static class WrittenConcurrency {

		@NatsListener(stream = "ORDERS", consumer = "work", concurrency = "${many}")
		void on(String text) {
		}

	}

	static class NegativeMaxInFlight {

		@NatsListener(subjects = "a", maxInFlight = "-1")
		void on(String text) {
		}

	}

	static class NoBatchSize {

		@NatsListener(stream = "ORDERS", consumer = "work", batchSize = "0")
		void on(String text) {
		}

	}

	static class SoonBatchTimeout {

		@NatsListener(stream = "ORDERS", consumer = "work", batchSize = "9", batchTimeout = "soon")
		void on(List<String> texts) {
		}

	}

	static class NegativeBatchTimeout {

		@NatsListener(stream = "ORDERS", consumer = "work", batchSize = "9", batchTimeout = "-5s")
		void on(List<String> texts) {
		}

	}

	static class MisspeltAckMode {

		@NatsListener(stream = "ORDERS", consumer = "work", ackMode = "manul")
		void on(String text) {
		}

	}

	static class MisspeltDeliverPolicy {

		@NatsListener(stream = "ORDERS", consumer = "work", deliverPolicy = "lst")
		void on(String text) {
		}

	}

	static class StartSequenceZero {

		@NatsListener(stream = "ORDERS", consumer = "work", startSequence = "0")
		void on(String text) {
		}

	}

	static class StartTimeYesterday {

		@NatsListener(stream = "ORDERS", consumer = "work", startTime = "yesterday")
		void on(String text) {
		}

	}

	static class StartTimeWithoutOffset {

		@NatsListener(stream = "ORDERS", consumer = "work", startTime = "2026-11-21T08:00:00")
		void on(String text) {
		}

	}

	static class PerhapsAutoStartup {

		@NatsListener(subjects = "a", autoStartup = "perhaps")
		void on(String text) {
		}

	}

	static class NoErrorHandler {

		@NatsListener(stream = "ORDERS", consumer = "work", errorHandler = "strct")
		void on(String text) {
		}

	}

	static class TextAsErrorHandler {

		@NatsListener(stream = "ORDERS", consumer = "work", errorHandler = "text")
		void on(String text) {
		}

	}

	static class NoMessageConverter {

		@NatsListener(subjects = "a", messageConverter = "nobody")
		void on(String text) {
		}

	}

	static class NoExecutor {

		@NatsListener(subjects = "a", executor = "pol")
		void on(String text) {
		}

	}

	static class NoContainerFactory {

		@NatsListener(subjects = "a", containerFactory = "fctory")
		void on(String text) {
		}

	}

	static class NoConnection {

		@NatsListener(subjects = "a", connection = "backup")
		void on(String text) {
		}

	}

	static class ConnectionOfAnotherFactory {

		@NatsListener(subjects = "a", connection = "backup", containerFactory = "natsListenerContainerFactory")
		void on(String text) {
		}

	}

	static class StreamThatIsASubject {

		@NatsListener(stream = "orders.>", consumer = "work")
		void on(String text) {
		}

	}

	static class ConsumerWithBlank {

		@NatsListener(stream = "ORDERS", consumer = "my work")
		void on(String text) {
		}

	}

	static class QueueWithBlank {

		@NatsListener(subjects = "a", queue = "my group")
		void on(String text) {
		}

	}

}
