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

package io.github.natsspring.deadletter;

import java.time.Instant;

import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;
import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message as a consumer delivered it once, made of what is stored. It has metadata but
 * nothing to settle, and no reply subject that could be answered by accident.
 */
final class DetachedMessage extends NatsMessage {

	private final NatsJetStreamMetaData metaData;

	DetachedMessage(DeadLetterOrigin origin, @Nullable Headers headers, byte[] data) {
		super(origin.subject(), null, headers, data);
		this.metaData = new NatsJetStreamMetaData(new WithReply(replyOf(origin)));
	}

	@Override
	public boolean isJetStream() {
		return true;
	}

	@Override
	public NatsJetStreamMetaData metaData() {
		return this.metaData;
	}

	/**
	 * The subject to settle a delivery at.
	 */
	static String replyOf(DeadLetterOrigin origin) {
		Instant time = origin.timestamp();
		return "$JS.ACK.%s.%s.%d.%d.1.%d%09d.0".formatted(origin.stream(), origin.consumer(),
				Math.max(1, origin.deliveries()), origin.sequence(), time.getEpochSecond(), time.getNano());
	}

	/**
	 * Carries the reply subject from which jnats reads metadata.
	 */
	private static final class WithReply extends NatsMessage {

		WithReply(String reply) {
			super("x", reply, null, null);
		}

		@Override
		public boolean isJetStream() {
			return true;
		}

	}

}
