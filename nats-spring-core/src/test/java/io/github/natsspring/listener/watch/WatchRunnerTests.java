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

package io.github.natsspring.listener.watch;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

import io.github.natsspring.listener.Acknowledgment;
import io.nats.client.Message;
import io.nats.client.impl.NatsJetStreamMetaData;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchRunner}.
 */
class WatchRunnerTests {

	private final WatchProgress progress = new WatchProgress();

	// A watch has nothing to settle
	private final Acknowledgment acknowledgment = (Acknowledgment) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { Acknowledgment.class }, (proxy, method, args) -> null);

	private final List<String> seen = new ArrayList<>();

	@Test
	void runsTheListenerAlthoughThoseWhoAreToldOfEventsAndFailuresFail() {
		WatchRunner runner = new WatchRunner("watch", BucketWatch.keyValue("b"), (message, acknowledgment) -> {
			this.seen.add(message.getSubject());
			throw new IllegalStateException("expected by the test");
		}, (failure) -> {
			this.seen.add("handler");
			throw new AssertionError("expected by the test");
		}, this.progress, (news) -> {
			this.seen.add(news.name());
			throw new AssertionError("expected by the test");
		});
		this.progress.replaced("c", 2, 2);
		runner.onMessage(message(1, 1), this.acknowledgment);
		runner.onMessage(message(2, 0), this.acknowledgment);
		assertThat(this.seen).containsExactly("REPLACED", "$KV.b.key1", "handler", "$KV.b.key2", "handler", "READ");
		assertThat(runner.failures()).isEqualTo(2);
	}

	private static Message message(long sequence, long pending) {
		return new NatsMessage("$KV.b.key" + sequence,
				"$JS.ACK.KV_b.c.1.%d.%d.1700000000000000000.%d".formatted(sequence, sequence, pending), new byte[0]) {

			@Override
			public boolean isJetStream() {
				return true;
			}

			@Override
			public NatsJetStreamMetaData metaData() {
				return new NatsJetStreamMetaData(this);
			}

		};
	}

}
