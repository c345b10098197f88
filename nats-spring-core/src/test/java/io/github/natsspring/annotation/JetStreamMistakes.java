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

import io.github.natsspring.listener.Acknowledgment;

import org.springframework.messaging.handler.annotation.Header;

/**
 * Listeners whose attributes contradict each other or what the application declares.
 */
final class JetStreamMistakes {

	private JetStreamMistakes() {
	}

	static class NothingToListenTo {

		@NatsListener(queue = "all")
		void on(String text) {
		}

	}

	static class OrderedOnADurable {

		@NatsListener(stream = "ORDERS", consumer = "work", ordered = true)
		void on(String text) {
		}

	}

	static class OrderedAndConcurrent {

		@NatsListener(stream = "ORDERS", ordered = true, concurrency = "4")
		void on(String text) {
		}

	}

	static class OrderedByKey {

		@NatsListener(stream = "ORDERS", subjects = "orders.{region}", ordered = true, orderingKey = "{region}")
		void on(String text) {
		}

	}

	static class OrderedAndSingleActive {

		@NatsListener(stream = "ORDERS", ordered = true, singleActive = true)
		void on(String text) {
		}

	}

	static class OrderedInBatches {

		@NatsListener(stream = "ORDERS", ordered = true, batchSize = "5")
		void on(List<String> texts) {
		}

	}

	static class OrderedAndSettled {

		@NatsListener(stream = "ORDERS", ordered = true, ackMode = "manual")
		void on(String text) {
		}

	}

	static class OrderedWithAcknowledgment {

		@NatsListener(stream = "ORDERS", ordered = true)
		void on(String text, Acknowledgment acknowledgment) {
		}

	}

	static class OrderedOnCore {

		@NatsListener(subjects = "orders.>", ordered = true)
		void on(String text) {
		}

	}

	static class QueueOnJetStream {

		@NatsListener(stream = "ORDERS", consumer = "work", queue = "all")
		void on(String text) {
		}

	}

	static class ConcurrencyOnCore {

		@NatsListener(subjects = "orders.>", concurrency = "4")
		void on(String text) {
		}

	}

	static class AckModeOnCore {

		@NatsListener(subjects = "orders.>", ackMode = "manual")
		void on(String text) {
		}

	}

	static class BatchSizeOnCore {

		@NatsListener(subjects = "orders.>", batchSize = "10")
		void on(List<String> texts) {
		}

	}

	static class SingleActiveOnCore {

		@NatsListener(subjects = "orders.>", singleActive = true)
		void on(String text) {
		}

	}

	static class MoreHandlersThanMessages {

		@NatsListener(stream = "ORDERS", consumer = "work", concurrency = "8", maxInFlight = "4")
		void on(String text) {
		}

	}

	static class BatchWithoutList {

		@NatsListener(stream = "ORDERS", consumer = "work", batchSize = "10")
		void on(String text) {
		}

	}

	static class BatchWithoutParameter {

		@NatsListener(stream = "ORDERS", consumer = "work", batchSize = "10")
		void on() {
		}

	}

	static class BatchOfAnything {

		@NatsListener(stream = "ORDERS", consumer = "work", batchSize = "10")
		void on(List<?> texts) {
		}

	}

	static class BatchWithHeader {

		@NatsListener(stream = "ORDERS", consumer = "work", batchSize = "10")
		void on(List<String> texts, @Header("Priority") int priority) {
		}

	}

	static class BatchSettledByHand {

		@NatsListener(stream = "ORDERS", consumer = "work", batchSize = "10", ackMode = "manual")
		void on(List<String> texts) {
		}

	}

	static class BatchByKey {

		@NatsListener(stream = "ORDERS", consumer = "work", subjects = "orders.{region}", batchSize = "10",
				orderingKey = "{region}")
		void on(List<String> texts) {
		}

	}

	static class BatchAboveMessages {

		@NatsListener(stream = "ORDERS", consumer = "work", batchSize = "10", maxInFlight = "5")
		void on(List<String> texts) {
		}

	}

	static class TimeoutWithoutBatch {

		@NatsListener(stream = "ORDERS", consumer = "work", batchTimeout = "1s")
		void on(String text) {
		}

	}

	static class KeyThatIsNoVariable {

		@NatsListener(stream = "ORDERS", consumer = "work", subjects = "orders.{region}", orderingKey = "{customer}")
		void on(String text) {
		}

	}

	static class KeyThatIsNoExpression {

		@NatsListener(stream = "ORDERS", consumer = "work", orderingKey = "headers[")
		void on(String text) {
		}

	}

	static class KeyWithoutAcknowledgements {

		@NatsListener(stream = "ORDERS", consumer = "work", subjects = "orders.{region}", orderingKey = "{region}",
				ackMode = "none")
		void on(String text) {
		}

	}

	static class ManualWithoutAcknowledgment {

		@NatsListener(stream = "ORDERS", consumer = "work", ackMode = "manual")
		void on(String text) {
		}

	}

	static class AcknowledgmentForNothing {

		@NatsListener(stream = "ORDERS", consumer = "work", ackMode = "none")
		void on(String text, Acknowledgment acknowledgment) {
		}

	}

	static class DeliverPolicyOfADeclaredConsumer {

		@NatsListener(stream = "ORDERS", consumer = "billing", deliverPolicy = "new")
		void on(String text) {
		}

	}

	static class StartSequenceOfADeclaredConsumer {

		@NatsListener(stream = "ORDERS", consumer = "billing", startSequence = "7")
		void on(String text) {
		}

	}

	static class SubjectsBesideTheDeclaredFilter {

		@NatsListener(stream = "ORDERS", consumer = "billing", subjects = "orders.{region}.closed")
		void on(String text) {
		}

	}

	static class TwoBeginnings {

		@NatsListener(stream = "ORDERS", consumer = "work", startSequence = "7", startTime = "2026-11-21T08:00:00Z")
		void on(String text) {
		}

	}

	static class BeginningWithoutItsTime {

		@NatsListener(stream = "ORDERS", consumer = "work", deliverPolicy = "by-start-time")
		void on(String text) {
		}

	}

	static class BeginningInSpiteOfASequence {

		@NatsListener(stream = "ORDERS", consumer = "work", deliverPolicy = "new", startSequence = "7")
		void on(String text) {
		}

	}

	static class SingleActiveWithoutDurable {

		@NatsListener(stream = "ORDERS", singleActive = true)
		void on(String text) {
		}

	}

	static class ConsumerOfNoStream {

		@NatsListener(consumer = "unheard-of")
		void on(String text) {
		}

	}

	static class ConsumerOfTwoStreams {

		@NatsListener(consumer = "twice")
		void on(String text) {
		}

	}

}
