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

import io.github.natsspring.support.NatsHeaders;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.jspecify.annotations.Nullable;

/**
 * The default names and tags of a listener's run. The subject of the message is no tag of
 * meters; the patterns that the listener names are.
 */
public class DefaultNatsListenerObservationConvention implements NatsListenerObservationConvention {

	/**
	 * A shared instance.
	 */
	public static final DefaultNatsListenerObservationConvention INSTANCE = new DefaultNatsListenerObservationConvention();

	/**
	 * The same names and tags at less cost, for the runs of one listener.
	 * @param listener the listener of each context
	 * @return the convention
	 */
	public static NatsListenerObservationConvention of(NatsListenerContext.Listener listener) {
		return new ListenerConvention(listener);
	}

	@Override
	public String getName() {
		return "nats.listener";
	}

	@Override
	public String getContextualName(NatsListenerContext context) {
		return contextualName(context.getListener());
	}

	static String contextualName(NatsListenerContext.Listener listener) {
		return "process " + ((listener.stream() != null) ? listener.stream() : listener.subjects());
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(NatsListenerContext context) {
		return keyValues(context.getListener());
	}

	static KeyValues keyValues(NatsListenerContext.Listener listener) {
		return KeyValues.of(NatsObservation.LowCardinality.SYSTEM.withValue("nats"),
				NatsObservation.LowCardinality.OPERATION_NAME.withValue("process"),
				NatsObservation.LowCardinality.OPERATION_TYPE.withValue("process"),
				NatsObservation.LowCardinality.DESTINATION_TEMPLATE.withValue(orNone(listener.subjects())),
				NatsObservation.LowCardinality.STREAM.withValue(orNone(listener.stream())),
				NatsObservation.LowCardinality.CONSUMER_GROUP.withValue(orNone(listener.group())),
				NatsObservation.LowCardinality.LISTENER_ID.withValue(listener.id()),
				NatsObservation.LowCardinality.CONNECTION.withValue(listener.connectionName()));
	}

	private static String orNone(@Nullable String value) {
		return (value != null && !value.isEmpty()) ? value : KeyValue.NONE_VALUE;
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(NatsListenerContext context) {
		if (context.isBatch()) {
			return KeyValues.of(NatsObservation.HighCardinality.BATCH_COUNT
				.withValue(Integer.toString(context.getMessages().size())));
		}
		Message message = context.getMessages().get(0);
		KeyValues values = KeyValues.of(NatsObservation.HighCardinality.DESTINATION.withValue(message.getSubject()),
				NatsObservation.HighCardinality.BODY_SIZE.withValue(Integer.toString(message.getData().length)));
		Headers headers = message.getHeaders();
		values = DefaultNatsPublishObservationConvention.with(values, NatsObservation.HighCardinality.MESSAGE_ID,
				headers, NatsHeaders.MESSAGE_ID);
		values = DefaultNatsPublishObservationConvention.with(values, NatsObservation.HighCardinality.CONVERSATION_ID,
				headers, NatsHeaders.CORRELATION_ID);
		if (!message.isJetStream()) {
			return values;
		}
		NatsJetStreamMetaData metaData = message.metaData();
		return values.and(
				NatsObservation.HighCardinality.STREAM_SEQUENCE.withValue(Long.toString(metaData.streamSequence())),
				NatsObservation.HighCardinality.DELIVERY_COUNT.withValue(Long.toString(metaData.deliveredCount())));
	}

}
