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
import java.util.Optional;

import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.Connection;
import io.nats.client.impl.NatsJetStreamMetaData;

import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.validation.annotation.Validated;

/**
 * Listeners whose method cannot be called with a message.
 */
final class MethodMistakes {

	private MethodMistakes() {
	}

	static class PrivateMethod {

		@NatsListener("a")
		private void on(String text) {
		}

	}

	static class StaticMethod {

		@NatsListener("a")
		static void on(String text) {
		}

	}

	static class TwoPayloads {

		@NatsListener("a")
		void on(String text, byte[] bytes) {
		}

	}

	static class PayloadAndMessageOfIt {

		@NatsListener("a")
		void on(String text, Message<String> message) {
		}

	}

	static class UnknownVariable {

		@NatsListener("orders.{region}.created")
		void on(@DestinationVariable String regoin) {
		}

	}

	static class VariableOfOneSubject {

		@NatsListener({ "orders.{region}", "parcels.*" })
		void on(@DestinationVariable String region) {
		}

	}

	static class VariableOfNoUse {

		@NatsListener("orders.{region}")
		void on(@DestinationVariable Runnable region) {
		}

	}

	static class UnknownHeader {

		@NatsListener("a")
		void on(@Header("nats_subjet") String subject) {
		}

	}

	static class JetStreamHeaderOnCore {

		@NatsListener("a")
		void on(@Header(NatsHeaders.STREAM) String stream) {
		}

	}

	static class HeaderOfNoUse {

		@NatsListener("a")
		void on(@Header("Priority") Runnable priority) {
		}

	}

	static class HeaderWithBadDefault {

		@NatsListener("a")
		void on(@Header(name = "Priority", defaultValue = "high") int priority) {
		}

	}

	static class HeaderThatMayBeMissing {

		@NatsListener("a")
		void on(@Header(name = "Priority", required = false) int priority) {
		}

	}

	static class HeadersAsList {

		@NatsListener("a")
		void on(@Headers List<String> headers) {
		}

	}

	static class PayloadByExpression {

		@NatsListener("a")
		void on(@Payload(expression = "customer.name") String name) {
		}

	}

	static class PayloadThatMayBeMissing {

		@NatsListener("a")
		void on(@Payload(required = false) int number) {
		}

	}

	static class ConnectionAsPayload {

		@NatsListener("a")
		void on(Connection connection) {
		}

	}

	static class OptionalAcknowledgment {

		@NatsListener(stream = "ORDERS", consumer = "work")
		void on(Optional<Acknowledgment> acknowledgment) {
		}

	}

	static class ValidWithoutValidator {

		@NatsListener("a")
		void on(@Validated Order order) {
		}

	}

	static class MetaDataOnCore {

		@NatsListener("a")
		void on(NatsJetStreamMetaData metaData) {
		}

	}

	static class AcknowledgmentOnCore {

		@NatsListener("a")
		void on(Acknowledgment acknowledgment) {
		}

	}

	static class ReturnedValueOnJetStream {

		@NatsListener(stream = "ORDERS", consumer = "work")
		String on(String text) {
			return "";
		}

	}

	static class SameIdAsAnother {

		@NatsListener(id = "other", subjects = "a")
		void on(String text) {
		}

	}

	static class SameDurableAsAnother {

		@NatsListener(stream = "ORDERS", consumer = "taken")
		void on(String text) {
		}

	}

	record Order(String sku) {
	}

	/**
	 * What the others collide with.
	 */
	static class Taken {

		@NatsListener(id = "other", subjects = "other")
		void first() {
		}

		@NatsListener(id = "taken", stream = "ORDERS", consumer = "taken")
		void second() {
		}

	}

}
