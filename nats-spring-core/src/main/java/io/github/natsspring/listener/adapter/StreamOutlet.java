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

package io.github.natsspring.listener.adapter;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.github.natsspring.core.JetStreamOperations;
import io.github.natsspring.deadletter.StreamIdentities;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;

/**
 * Publishes to streams, which confirm it. The id of each message is the same for every
 * run of the message that it was made of, so that no run stores it twice.
 */
final class StreamOutlet implements Outlet {

	private final JetStreamOperations operations;

	private final StreamIdentities identities;

	private final String listenerId;

	private final Executor executor;

	StreamOutlet(JetStreamOperations operations, StreamIdentities identities, String listenerId, Executor executor) {
		this.operations = operations;
		this.identities = identities;
		this.listenerId = listenerId;
		this.executor = executor;
	}

	@Override
	public CompletionStage<?> send(Message source, long number, String subject, Headers headers, byte[] body) {
		NatsJetStreamMetaData metaData = source.metaData();
		String suffix = this.listenerId + ":" + number;
		String id = this.identities.messageId(metaData, suffix);
		return publish(subject, headers, body, id).thenCompose((ack) -> {
			if (!ack.isDuplicate()) {
				return CompletableFuture.completedFuture(ack);
			}
			// Stored by an earlier run, or else the stream of the source was deleted and
			// made again, and what answers is a message of the earlier one
			return CompletableFuture
				.supplyAsync(() -> this.identities.refreshedMessageId(metaData, suffix), this.executor)
				.thenCompose((now) -> now.equals(id) ? CompletableFuture.completedFuture(ack)
						: publish(subject, headers, body, now));
		});
	}

	private CompletableFuture<PublishAck> publish(String subject, Headers headers, byte[] body, String id) {
		return this.operations.publishAsync(subject, body, (options) -> options.headers(headers).messageId(id));
	}

}
