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

package io.github.natsspring.test;

import java.io.IOException;
import java.nio.file.Path;

/**
 * One way of getting at a nats-server.
 */
interface BinaryStep {

	/**
	 * How the step is called in an error message.
	 * @return the name
	 */
	String name();

	/**
	 * Whether the step writes into the cache, so that only one process at a time may run
	 * it.
	 * @return {@code true} if it installs
	 */
	boolean installs();

	/**
	 * Find or get a nats-server.
	 * @param search what is looked for, and where
	 * @return an executable file
	 * @throws IOException if this step has none, with the reason as message
	 */
	Path find(BinarySearch search) throws IOException;

}
