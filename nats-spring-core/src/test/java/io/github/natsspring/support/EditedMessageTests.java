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

package io.github.natsspring.support;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link EditedMessage}.
 */
class EditedMessageTests {

	private final Message original = NatsMessage.builder()
		.subject("orders")
		.replyTo("inbox")
		.headers(new Headers().put("Region", "eu").put("Tag", "a", "b"))
		.data("tea")
		.build();

	@Test
	void changesCopies() {
		EditedMessage edited = EditedMessage.of(this.original)
			.withSubject("parcels")
			.withHeader("Region", "us")
			.withoutHeader("Tag")
			.withData("milk".getBytes());
		assertThat(edited.getSubject()).isEqualTo("parcels");
		assertThat(edited.getHeaders()).isEqualTo(new Headers().put("Region", "us"));
		assertThat(edited.getData()).asString().isEqualTo("milk");
		assertThat(edited.getReplyTo()).isEqualTo("inbox");
		assertThat(this.original.getSubject()).isEqualTo("orders");
		assertThat(this.original.getHeaders().get("Region")).containsExactly("eu");
		assertThat(this.original.getHeaders().get("Tag")).containsExactly("a", "b");
		assertThat(this.original.getData()).asString().isEqualTo("tea");
	}

	@Test
	void addsAHeaderToAMessageWithoutAny() {
		Message bare = NatsMessage.builder().subject("orders").build();
		assertThat(EditedMessage.of(bare).hasHeaders()).isFalse();
		assertThat(EditedMessage.of(bare).withHeader("A", "1").getHeaders().getFirst("A")).isEqualTo("1");
		assertThat(EditedMessage.of(bare).withoutHeader("A").hasHeaders()).isFalse();
	}

	@Test
	void refusesASubjectThatIsNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> EditedMessage.of(this.original).withSubject("orders.*"))
			.withMessageContaining("'orders.*'");
	}

	@Test
	void keepsWhatWasMadeOfTheMessageAndCopiesWhatWasNot() {
		EditedMessage edited = EditedMessage.of(this.original).withSubject("parcels");
		assertThat(EditedMessage.replace(this.original, this.original)).isSameAs(this.original);
		assertThat(EditedMessage.replace(this.original, edited)).isSameAs(edited);
		Message foreign = NatsMessage.builder().subject("other").replyTo("elsewhere").data("x").build();
		Message replaced = EditedMessage.replace(this.original, foreign);
		assertThat(replaced.getSubject()).isEqualTo("other");
		assertThat(replaced.getReplyTo()).isEqualTo("inbox");
	}

}
