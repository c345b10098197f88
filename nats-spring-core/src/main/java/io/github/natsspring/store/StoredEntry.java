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

package io.github.natsspring.store;

import java.time.Instant;
import java.time.ZonedDateTime;

import io.nats.client.Message;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

/**
 * A revision of a key as it is stored, with the headers that jnats' entry leaves out.
 */
record StoredEntry(String bucket, String key, long revision, Instant created, @Nullable Headers headers,
		byte @Nullable [] body) {

	static StoredEntry of(String bucket, String key, MessageInfo info) {
		ZonedDateTime time = info.getTime();
		return new StoredEntry(bucket, key, info.getSeq(), (time != null) ? time.toInstant() : Instant.EPOCH,
				info.getHeaders(), info.getData());
	}

	static StoredEntry of(String bucket, String key, Message message) {
		return new StoredEntry(bucket, key, message.metaData().streamSequence(),
				message.metaData().timestamp().toInstant(), message.getHeaders(), message.getData());
	}

	KeyValueOperation operation() {
		return NatsKeyValueUtil.getOperation(this.headers);
	}

	boolean isDeleted() {
		return operation() != KeyValueOperation.PUT;
	}

	@Nullable String header(String name) {
		return (this.headers != null) ? this.headers.getFirst(name) : null;
	}

}
