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

package io.github.natsspring.connection;

import java.time.Duration;

import io.nats.client.Options;

/**
 * For how long nothing at all may come from a server, before the connection counts as
 * lost. jnats alone notices a network that swallows everything after up to two ping
 * intervals more than pings may be unanswered: it leaves one out after traffic, and acts
 * only when the next one is due.
 */
final class ServerSilence {

	// The answer to the last ping may take half an interval
	private static final double MARGIN = 0.5;

	// Of a healthy server: a ping that is left out, and the answer to the next
	private static final int LEAST_INTERVALS = 2;

	private ServerSilence() {
	}

	/**
	 * Bound reads of the socket, unless the options do so already, or want no pings.
	 * Whatever the server sends counts, pings and their answers included, so that a
	 * connection that nobody uses stays.
	 * @param builder where the bound is set
	 * @param options what was built of it
	 */
	static void limit(Options.Builder builder, Options options) {
		int pings = options.getMaxPingsOut();
		Duration interval = options.getPingInterval();
		if (options.getSocketReadTimeoutMillis() > 0 || pings <= 0 || interval.toMillis() <= 0) {
			return;
		}
		double millis = interval.toMillis() * (Math.max(pings, LEAST_INTERVALS) + MARGIN);
		builder.socketReadTimeoutMillis((int) Math.min(millis, Integer.MAX_VALUE));
	}

}
