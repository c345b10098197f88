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

import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a request of core NATS.
 */
final class ReplyResult implements ResultHandler {

	private final ReplySender replies;

	ReplyResult(ReplySender replies) {
		this.replies = replies;
	}

	@Override
	public @Nullable CompletionStage<?> handle(Invocation invocation, @Nullable Object result) {
		this.replies.reply(invocation.message(),
				(result instanceof Optional<?> optional) ? optional.orElse(null) : result);
		return null;
	}

	@Override
	public void failed(Invocation invocation, Throwable failure) {
		this.replies.fail(invocation.message(), failure);
	}

}
