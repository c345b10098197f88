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

package io.github.natsspring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations and their keys, which follow OpenTelemetry's semantic conventions for
 * messaging where those say something.
 */
public enum NatsObservation implements ObservationDocumentation {

	/**
	 * A message is sent.
	 */
	PUBLISH {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultNatsPublishObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { LowCardinality.SYSTEM, LowCardinality.OPERATION_NAME, LowCardinality.OPERATION_TYPE,
					LowCardinality.STREAM, LowCardinality.CONNECTION };
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return new KeyName[] { HighCardinality.DESTINATION, HighCardinality.MESSAGE_ID,
					HighCardinality.CONVERSATION_ID, HighCardinality.STREAM_SEQUENCE };
		}

	},

	/**
	 * A listener handles a message or a batch.
	 */
	LISTENER {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultNatsListenerObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { LowCardinality.SYSTEM, LowCardinality.OPERATION_NAME, LowCardinality.OPERATION_TYPE,
					LowCardinality.DESTINATION_TEMPLATE, LowCardinality.STREAM, LowCardinality.CONSUMER_GROUP,
					LowCardinality.LISTENER_ID, LowCardinality.CONNECTION };
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinality.values();
		}

	};

	/**
	 * Keys with few values, for meters and spans. What does not apply is {@code none}.
	 */
	public enum LowCardinality implements KeyName {

		/**
		 * Always {@code nats}.
		 */
		SYSTEM("messaging.system"),

		/**
		 * {@code publish}, {@code request}, {@code reply} or {@code process}.
		 */
		OPERATION_NAME("messaging.operation.name"),

		/**
		 * {@code send} or {@code process}.
		 */
		OPERATION_TYPE("messaging.operation.type"),

		/**
		 * The patterns of a listener's subjects, as they are written.
		 */
		DESTINATION_TEMPLATE("messaging.destination.template"),

		/**
		 * The stream.
		 */
		STREAM("messaging.nats.stream"),

		/**
		 * The durable consumer or the queue of a listener.
		 */
		CONSUMER_GROUP("messaging.consumer.group.name"),

		/**
		 * The id of a listener.
		 */
		LISTENER_ID("nats.listener.id"),

		/**
		 * The name of the connection.
		 */
		CONNECTION("nats.connection");

		private final String key;

		LowCardinality(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * Keys with any number of values, for spans only. What does not apply is left out.
	 */
	public enum HighCardinality implements KeyName {

		/**
		 * The subject of the message.
		 */
		DESTINATION("messaging.destination.name"),

		/**
		 * The message id.
		 */
		MESSAGE_ID("messaging.message.id"),

		/**
		 * The correlation id.
		 */
		CONVERSATION_ID("messaging.message.conversation_id"),

		/**
		 * The sequence of the message in its stream.
		 */
		STREAM_SEQUENCE("messaging.nats.stream.sequence"),

		/**
		 * How often the message was delivered.
		 */
		DELIVERY_COUNT("messaging.nats.delivery.count"),

		/**
		 * The number of bytes of the message.
		 */
		BODY_SIZE("messaging.message.body.size"),

		/**
		 * The number of messages of a batch.
		 */
		BATCH_COUNT("messaging.batch.message_count");

		private final String key;

		HighCardinality(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}
