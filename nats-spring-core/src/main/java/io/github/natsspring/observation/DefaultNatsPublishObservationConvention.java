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

import java.util.Locale;

import io.github.natsspring.support.NatsHeaders;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The default names and tags of a message that is sent. The subject is no tag of meters,
 * and not part of the span's name, since there may be any number of subjects; the stream
 * is, once it has confirmed the message.
 */
public class DefaultNatsPublishObservationConvention implements NatsPublishObservationConvention {

	/**
	 * A shared instance.
	 */
	public static final DefaultNatsPublishObservationConvention INSTANCE = new DefaultNatsPublishObservationConvention();

	@Override
	public String getName() {
		return "nats.template";
	}

	@Override
	public String getContextualName(NatsPublishContext context) {
		PublishAck ack = context.getPublishAck();
		return (ack != null) ? operation(context) + " " + ack.getStream() : operation(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(NatsPublishContext context) {
		PublishAck ack = context.getPublishAck();
		return KeyValues.of(NatsObservation.LowCardinality.SYSTEM.withValue("nats"),
				NatsObservation.LowCardinality.OPERATION_NAME.withValue(operation(context)),
				NatsObservation.LowCardinality.OPERATION_TYPE.withValue("send"),
				NatsObservation.LowCardinality.STREAM.withValue((ack != null) ? ack.getStream() : KeyValue.NONE_VALUE),
				NatsObservation.LowCardinality.CONNECTION.withValue(context.getConnectionName()));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(NatsPublishContext context) {
		KeyValues values = KeyValues.of(NatsObservation.HighCardinality.DESTINATION.withValue(context.getSubject()));
		Headers headers = context.getCarrier();
		values = with(values, NatsObservation.HighCardinality.MESSAGE_ID, headers, NatsHeaders.MESSAGE_ID);
		values = with(values, NatsObservation.HighCardinality.CONVERSATION_ID, headers, NatsHeaders.CORRELATION_ID);
		PublishAck ack = context.getPublishAck();
		return (ack != null)
				? values.and(NatsObservation.HighCardinality.STREAM_SEQUENCE.withValue(Long.toString(ack.getSeqno())))
				: values;
	}

	static KeyValues with(KeyValues values, NatsObservation.HighCardinality key, @Nullable Headers headers,
			String name) {
		String value = (headers != null) ? headers.getFirst(name) : null;
		return (value != null) ? values.and(key.withValue(value)) : values;
	}

	private static String operation(NatsPublishContext context) {
		return context.getOperation().name().toLowerCase(Locale.ROOT);
	}

}
