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

package io.github.natsspring.listener.core;

import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Mailbox}.
 */
class MailboxTests {

	private final AtomicInteger pending = new AtomicInteger();

	private final Mailbox mailbox = new Mailbox(3, this.pending);

	@Test
	void givesMessagesInOrderWhileOthersArrive() {
		add("1", "2");
		assertThat(begin()).isEqualTo("1");
		this.mailbox.end();
		add("3", "4");
		assertThat(begin()).isEqualTo("2");
		this.mailbox.end();
		assertThat(begin()).isEqualTo("3");
		this.mailbox.end();
		assertThat(begin()).isEqualTo("4");
		assertThat(this.mailbox.isEmpty()).isTrue();
		assertThat(this.mailbox.begin()).isNull();
	}

	@Test
	void countsWhatWaitsAndWhatRunsAndWhatIsPendingAgainstItsBound() {
		add("1", "2", "3");
		assertThat(this.mailbox.add(message("4"))).isFalse();
		assertThat(this.mailbox.waiting()).isEqualTo(3);
		assertThat(this.mailbox.running()).isZero();
		assertThat(begin()).isEqualTo("1");
		assertThat(this.mailbox.waiting()).isEqualTo(2);
		assertThat(this.mailbox.running()).isEqualTo(1);
		this.pending.incrementAndGet();
		this.mailbox.end();
		assertThat(this.mailbox.running()).isZero();
		assertThat(this.mailbox.add(message("4"))).isFalse();
		this.pending.decrementAndGet();
		add("4");
		assertThat(this.mailbox.add(message("5"))).isFalse();
	}

	@Test
	void givesNothingAfterItIsClosedOfWhatWasTakenAtOnce() {
		add("1", "2");
		assertThat(begin()).isEqualTo("1");
		add("3");
		assertThat(this.mailbox.close()).isEqualTo(2);
		this.mailbox.end();
		assertThat(this.mailbox.begin()).isNull();
		assertThat(this.mailbox.add(message("4"))).isFalse();
		assertThat(this.mailbox.isEmpty()).isTrue();
		assertThat(this.mailbox.waiting()).isZero();
		assertThat(this.mailbox.close()).isZero();
	}

	@Test
	void goesOnAfterManyAtOnce() {
		Mailbox large = new Mailbox(10_000, this.pending);
		for (int round = 0; round < 3; round++) {
			for (int i = 0; i < 5000; i++) {
				assertThat(large.add(message(Integer.toString(i)))).isTrue();
			}
			for (int i = 0; i < 5000; i++) {
				Message message = large.begin();
				assertThat(message).isNotNull();
				assertThat(message.getSubject()).isEqualTo(Integer.toString(i));
				large.end();
			}
			assertThat(large.begin()).isNull();
		}
	}

	private void add(String... subjects) {
		for (String subject : subjects) {
			assertThat(this.mailbox.add(message(subject))).isTrue();
		}
	}

	private String begin() {
		Message message = this.mailbox.begin();
		assertThat(message).isNotNull();
		return message.getSubject();
	}

	private static Message message(String subject) {
		return NatsMessage.builder().subject(subject).build();
	}

}
