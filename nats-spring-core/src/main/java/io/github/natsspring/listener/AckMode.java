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

package io.github.natsspring.listener;

/**
 * How the messages of a JetStream listener are acknowledged.
 */
public enum AckMode {

	/**
	 * The container acknowledges when the listener returns, without waiting for the
	 * server.
	 */
	AUTO,

	/**
	 * As {@link #AUTO}, but the server confirms each acknowledgement; the confirmations
	 * are awaited in a pipeline, and a message counts as in flight until then.
	 */
	AUTO_CONFIRMED,

	/**
	 * The listener settles through its {@link Acknowledgment}, during its run or later
	 * and from any thread. A listener that throws before it has settled is a failed run.
	 */
	MANUAL,

	/**
	 * Nothing is acknowledged; the ack policy of the consumer must be none.
	 */
	NONE

}
