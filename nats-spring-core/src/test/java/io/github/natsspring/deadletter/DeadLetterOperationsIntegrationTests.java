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

import io.github.natsspring.topology.ProvisioningMode;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DeadLetterOperations} that list, show and discard.
 */
class DeadLetterOperationsIntegrationTests extends AbstractDeadLetterOperationsTests {

	@Test
	void listsByStreamAndConsumerInPages() throws Exception {
		fail("c", "1");
		fail("d", "1");
		fail("c", "2");
		fail("c", "3");
		DeadLetterQuery query = DeadLetterQuery.ofStream(this.stream);
		assertThat(this.operations.list(query)).extracting(DeadLetter::id).containsExactly(id(1), id(2), id(3), id(4));
		List<DeadLetter> page = this.operations.list(query.consumer("c").max(2));
		assertThat(page).extracting(DeadLetter::id).containsExactly(id(1), id(3));
		assertThat(this.operations.list(query.consumer("c").after(page.get(1).id()))).extracting(DeadLetter::id)
			.containsExactly(id(4));
		// By another instance, which stored none of them
		assertThat(Letters.deadLetters(this.holder, ProvisioningMode.NONE, null)
			.operations((origin) -> null)
			.list(query.consumer("d"))).extracting(DeadLetter::id).containsExactly(id(2));
		assertThat(this.operations.list(DeadLetterQuery.ofStream(this.stream + "X"))).isEmpty();
		assertThat(this.management.getConsumerNames(this.dlq)).isEmpty();
	}

	@Test
	void leavesOutWhatIsNoDeadLetter() throws Exception {
		fail("c", "1");
		this.holder.get().jetStream().publish("dlq." + this.stream + ".c", "foreign".getBytes());
		this.holder.get()
			.jetStream()
			.publish("dlq." + this.stream + ".c",
					new Headers().add("Dead-Letter-Stream", this.stream)
						.add("Dead-Letter-Consumer", "c")
						.add("Dead-Letter-Subject", this.stream + ".>")
						.add("Dead-Letter-Sequence", "9999999999999999999999999"),
					null);
		assertThat(this.operations.list(DeadLetterQuery.ofStream(this.stream))).extracting(DeadLetter::id)
			.containsExactly(id(1));
		assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.discard(id(2)))
			.withMessageContaining("no dead letter");
		assertThatExceptionOfType(DeadLetterException.class)
			.isThrownBy(() -> this.operations.discard(new DeadLetterId(this.stream, 1)))
			.withMessageContaining("no dead letter");
		assertThat(stored()).isEqualTo(3);
	}

	@Test
	void inspectsAndDiscards() throws Exception {
		fail("c", "payload");
		DeadLetter letter = this.operations.inspect(id(1));
		assertThat(letter.origin().subject()).isEqualTo(this.stream + ".created");
		assertThat(letter.origin().listenerId()).isEqualTo("listener-c");
		assertThat(letter.subject()).isEqualTo("dlq." + this.stream + ".c");
		assertThat(letter.exceptionClass()).isEqualTo(IllegalStateException.class.getName());
		assertThat(letter.exceptionMessage()).isEqualTo("boom");
		assertThat(letter.stackTrace()).isNull();
		assertThat(letter.headers()).containsOnlyKeys("X-Tenant");
		assertThat(letter.size()).isEqualTo(7);
		assertThat(this.operations.payload(id(1))).asString().isEqualTo("payload");
		this.operations.discard(id(1));
		assertThat(stored()).isZero();
		for (DeadLetterId missing : List.of(id(1), id(7), new DeadLetterId(this.stream + "X", 1))) {
			assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> this.operations.discard(missing))
				.withMessageContaining("there is no such letter")
				.satisfies((ex) -> assertThat(ex.getId()).isEqualTo(missing));
		}
	}

}
