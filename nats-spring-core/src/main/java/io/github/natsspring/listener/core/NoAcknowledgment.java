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

import java.time.Duration;

import io.github.natsspring.listener.Acknowledgment;
import org.jspecify.annotations.Nullable;

/**
 * Core NATS has nothing to settle.
 */
final class NoAcknowledgment implements Acknowledgment {

	static final NoAcknowledgment INSTANCE = new NoAcknowledgment();

	private NoAcknowledgment() {
	}

	@Override
	public void ack() {
		throw refused();
	}

	@Override
	public void ackSync() {
		throw refused();
	}

	@Override
	public void nak(Duration delay) {
		throw refused();
	}

	@Override
	public void term(@Nullable String reason) {
		throw refused();
	}

	@Override
	public void inProgress() {
		throw refused();
	}

	@Override
	public boolean isSettled() {
		return true;
	}

	private static UnsupportedOperationException refused() {
		return new UnsupportedOperationException("A message of core NATS is not acknowledged");
	}

}
