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

import java.time.Duration;
import java.util.concurrent.Executor;

import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.ScopedRun;
import org.jspecify.annotations.Nullable;

/**
 * What a listener is given for a message that is not acknowledged in any way.
 */
final class NothingToSettle implements Acknowledgment, ScopedRun {

	static final NothingToSettle INSTANCE = new NothingToSettle(null);

	private final @Nullable Delivery delivery;

	/**
	 * Create an acknowledgment.
	 * @param delivery told of the scope of its run, or {@code null}
	 */
	NothingToSettle(@Nullable Delivery delivery) {
		this.delivery = delivery;
	}

	@Override
	public void setScope(Executor scope) {
		if (this.delivery != null) {
			this.delivery.setScope(scope);
		}
	}

	@Override
	public void ack() {
		throw refusal();
	}

	@Override
	public void ackSync() {
		throw refusal();
	}

	@Override
	public void nak(Duration delay) {
		throw refusal();
	}

	@Override
	public void term(@Nullable String reason) {
		throw refusal();
	}

	@Override
	public void inProgress() {
		throw refusal();
	}

	@Override
	public boolean isSettled() {
		return false;
	}

	private static IllegalStateException refusal() {
		return new IllegalStateException(
				"A message of an ordered listener is not settled: return when it is handled, throw when it is not");
	}

}
