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

package io.github.natsspring.boot.autoconfigure;

import java.util.HexFormat;
import java.util.List;

import io.github.natsspring.annotation.NatsListener;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

/**
 * Tests for bytes that a listener method takes as a {@code byte[]}.
 */
class BytesPayloadIntegrationTests extends AbstractArgumentTests {

	private static final byte[] BYTES = { 0, -1, 13, 10, 127 };

	@Test
	void givesTheBytesWhateverTheirContentType() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("bytes", null, BYTES);
			publish("bytes", new Headers().put("Content-Type", "application/octet-stream"), BYTES);
			publish("bytes", new Headers().put("Content-Type", "application/json"), BYTES);
			publish("bytes", null, new byte[0]);
			assertSeenTwice(context, "00ff0d0a7f", "00ff0d0a7f", "00ff0d0a7f", "");
		});
	}

	@Test
	void givesTheBytesOfEachMessageOfABatch() {
		this.contextRunner.withBean(BatchListener.class).run((context) -> {
			publish("bytes", null, BYTES);
			publish("bytes", null, new byte[] { 1 });
			assertSeen(context, "00ff0d0a7f", "01");
		});
	}

	static class Listener {

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.bytes")
		@NatsListener(stream = "${test}", consumer = "bytes")
		void on(byte[] bytes) {
			this.seen.add(HexFormat.of().formatHex(bytes));
		}

	}

	static class BatchListener {

		private final Seen seen;

		BatchListener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "bytes", batchSize = "10")
		void on(List<byte[]> bytes) {
			bytes.forEach((each) -> this.seen.add(HexFormat.of().formatHex(each)));
		}

	}

}
