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

package io.github.natsspring.listener.pull;

import io.nats.client.support.Status;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PullProtocol}.
 */
class PullProtocolTests {

	@Test
	void readsTheIdOfThePullFromTheSubjectOfAStatus() {
		assertThat(PullProtocol.pullId("_INBOX.abc.42")).isEqualTo(42);
		assertThat(PullProtocol.pullId("_INBOX.abc.x")).isEqualTo(-1);
	}

	@Test
	void understandsHeartbeats() {
		assertThat(decode(100, "Idle Heartbeat", 5)).isEqualTo(new PullEvent.Heartbeat());
	}

	@Test
	void understandsThatAPullExpired() {
		assertThat(decode(408, "Request Timeout", 5)).isEqualTo(new PullEvent.Ended(7, 5));
		assertThat(decode(408, "Interest Expired", 0)).isEqualTo(new PullEvent.Ended(7, 0));
		assertThat(decode(409, "Batch Completed", 3)).isEqualTo(new PullEvent.Ended(7, 3));
	}

	@Test
	void takesAnEndWithoutCountForARefusal() {
		assertThat(decode(404, "No Messages", -1)).isEqualTo(new PullEvent.Rejected(7, "404 No Messages"));
		assertThat(decode(408, "Requests Pending", -1)).isEqualTo(new PullEvent.Rejected(7, "408 Requests Pending"));
	}

	@Test
	void understandsRefusals() {
		assertThat(decode(409, "Exceeded MaxWaiting", -1)).isEqualTo(new PullEvent.Rejected(7, "Exceeded MaxWaiting"));
		assertThat(decode(409, "Exceeded MaxRequestBatch of 2", -1))
			.isEqualTo(new PullEvent.Rejected(7, "Exceeded MaxRequestBatch of 2"));
		assertThat(decode(409, "Consumer is push based", -1))
			.isEqualTo(new PullEvent.Rejected(7, "Consumer is push based"));
		assertThat(decode(400, "Bad Request", -1)).isEqualTo(new PullEvent.Rejected(7, "400 Bad Request"));
	}

	@Test
	void understandsThatTheNextMessageIsTooLarge() {
		assertThat(decode(409, "Message Size Exceeds MaxBytes", 4)).isEqualTo(new PullEvent.TooLarge(7, 4));
	}

	@Test
	void understandsThatAllPullsAreLost() {
		assertThat(decode(409, "Consumer Deleted", -1)).isEqualTo(new PullEvent.Lost("Consumer Deleted"));
		assertThat(decode(409, "Leadership Change", -1)).isEqualTo(new PullEvent.Lost("Leadership Change"));
		assertThat(decode(409, "Server Shutdown", 3)).isEqualTo(new PullEvent.Lost("Server Shutdown"));
	}

	@Test
	void understandsThatAnotherClientIsServed() {
		assertThat(decode(423, "Nats-Wrong-Pin-Id", 4)).isEqualTo(new PullEvent.Unpinned(7, 4));
		assertThat(decode(423, "Nats-Pin-Id mismatch", -1)).isEqualTo(new PullEvent.Unpinned(7, -1));
	}

	@Test
	void understandsThatNobodyAnswers() {
		assertThat(decode(503, "No Responders Available For Request", -1)).isEqualTo(new PullEvent.NoResponders(7));
	}

	private static PullEvent decode(int code, String text, int pending) {
		return PullProtocol.decode(new Status(code, text), 7, pending);
	}

}
