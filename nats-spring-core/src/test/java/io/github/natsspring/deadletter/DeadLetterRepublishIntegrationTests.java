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

import java.util.List;

import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for dead letters that are published again, to the consumers of their stream.
 */
class DeadLetterRepublishIntegrationTests extends AbstractDeadLetterOperationsTests {

	@Test
	void republishesToTheConsumersOfThePlanOnly() throws Exception {
		fail("c", "payload");
		Letters.addConsumer(this.management, this.stream, "e", this.stream + ".other");
		RepublishPlan plan = this.operations.planRepublish(id(1));
		assertThat(plan.subject()).isEqualTo(this.stream + ".created");
		assertThat(plan.stream()).isEqualTo(this.stream);
		assertThat(plan.consumers()).containsExactly(this.stream + "/c", this.stream + "/d");
		Letters.addConsumer(this.management, this.stream, "f");
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.republish(plan))
			.withMessageContaining(this.stream + "/f")
			.withMessageContaining("plan again");
		assertThat(stored()).isEqualTo(1);
		PublishAck ack = this.operations.republish(this.operations.planRepublish(id(1)));
		assertThat(ack.getStream()).isEqualTo(this.stream);
		Message again = Letters.fetch(this.holder, this.stream, "c");
		assertThat(again.metaData().streamSequence()).isEqualTo(ack.getSeqno());
		assertThat(again.getData()).asString().isEqualTo("payload");
		assertThat(again.getHeaders().getFirst("X-Tenant")).isEqualTo("a");
		assertThat(again.getHeaders().keySet()).noneMatch((name) -> name.startsWith("Dead-Letter"));
		assertThat(stored()).isZero();
	}

	@Test
	void keepsTheCorrelationIdOfTheOriginal() throws Exception {
		for (String payload : List.of("1", "2")) {
			Headers headers = new Headers().add("Nats-Correlation-Id", "order-" + payload)
				.add("Nats-Expected-Stream", this.stream);
			fail("c", payload, headers);
		}
		assertThat(this.operations.inspect(id(1)).headers()).containsOnlyKeys("Nats-Correlation-Id")
			.containsEntry("Nats-Correlation-Id", List.of("order-1"));
		this.operations.redrive(id(1));
		assertThat(this.handled).singleElement()
			.satisfies(
					(message) -> assertThat(message.getHeaders().getFirst("Nats-Correlation-Id")).isEqualTo("order-1"));
		PublishAck ack = this.operations.republish(this.operations.planRepublish(id(2)));
		Headers headers = this.management.getMessage(this.stream, ack.getSeqno()).getHeaders();
		assertThat(headers.keySet()).containsExactlyInAnyOrder("Nats-Correlation-Id", "Nats-Msg-Id");
		assertThat(headers.getFirst("Nats-Correlation-Id")).isEqualTo("order-2");
	}

	@Test
	void republishesALetterOfAStreamThatWasMadeAgainUnderItsName() throws Exception {
		fail("c", "first");
		this.operations.republish(this.operations.planRepublish(id(1)));
		this.management.deleteStream(this.dlq);
		fail("c", "second");
		PublishAck ack = this.operations.republish(this.operations.planRepublish(id(1)));
		assertThat(ack.isDuplicate()).isFalse();
		assertThat(this.management.getMessage(this.stream, ack.getSeqno()).getData()).asString().isEqualTo("second");
		assertThat(stored()).isZero();
	}

	@Test
	void deletesALetterThatWasRepublishedBeforeAndOnlyWhileItIsStored() throws Exception {
		fail("c", "payload");
		RepublishPlan plan = this.operations.planRepublish(id(1));
		DeadLetter letter = this.operations.inspect(id(1));
		// As if an earlier try had not come to the deletion
		PublishAck first = this.holder.get()
			.jetStream()
			.publish(plan.subject(),
					new Headers().add("Nats-Msg-Id", "republish:%s:1:%s".formatted(this.dlq, letter.storedAt())),
					"payload".getBytes());
		this.management.deleteMessage(this.stream, first.getSeqno());
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.republish(plan))
			.withMessageContaining("not there any more")
			.withMessageContaining("message " + first.getSeqno());
		assertThat(stored()).isEqualTo(1);
		fail("c", "other");
		RepublishPlan other = this.operations.planRepublish(id(2));
		PublishAck second = this.holder.get()
			.jetStream()
			.publish(other.subject(),
					new Headers().add("Nats-Msg-Id",
							"republish:%s:2:%s".formatted(this.dlq, this.operations.inspect(id(2)).storedAt())),
					"other".getBytes());
		assertThat(this.operations.republish(other).getSeqno()).isEqualTo(second.getSeqno());
		assertThat(this.operations.list(DeadLetterQuery.ofStream(this.stream))).extracting(DeadLetter::id)
			.containsExactly(id(1));
	}

}
