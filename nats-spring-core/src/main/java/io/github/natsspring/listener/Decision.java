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

import java.time.Duration;

/**
 * What is to become of a message whose run failed.
 */
public sealed interface Decision {

	/**
	 * Give the message back to the server, which delivers it again after a delay, to this
	 * or to another instance. Others pass by meanwhile.
	 *
	 * @param delay how long the server waits; zero for at once
	 */
	record Redeliver(Duration delay) implements Decision {
	}

	/**
	 * Keep the message and run it again here after a delay, before the messages behind it
	 * in its lane. No thread waits meanwhile, and the server is told that it is in
	 * progress.
	 *
	 * @param delay how long to wait; zero for at once
	 */
	record RetryInPlace(Duration delay) implements Decision {
	}

	/**
	 * Publish the message as a dead letter, and terminate it once the letter is stored.
	 * Without a dead-letter destination it waits at the longest delay instead.
	 */
	record DeadLetter() implements Decision {
	}

	/**
	 * Give the message up: it is acknowledged as if it had been handled.
	 */
	record Discard() implements Decision {
	}

}
