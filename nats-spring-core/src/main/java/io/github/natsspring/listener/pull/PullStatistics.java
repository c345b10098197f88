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

import java.util.function.Supplier;

import io.github.natsspring.listener.ListenerCounters;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a container, whose sessions come and go.
 */
final class PullStatistics extends ListenerCounters {

	private final Supplier<@Nullable PullSession> session;

	PullStatistics(Supplier<@Nullable PullSession> session) {
		this.session = session;
	}

	@Override
	public int getBuffered() {
		PullSession session = this.session.get();
		return (session != null) ? session.buffered() : 0;
	}

	@Override
	public int getInFlight() {
		PullSession session = this.session.get();
		return (session != null) ? session.inFlight() : 0;
	}

	@Override
	public long getBytesInFlight() {
		PullSession session = this.session.get();
		return (session != null) ? session.bytesInFlight() : 0;
	}

}
