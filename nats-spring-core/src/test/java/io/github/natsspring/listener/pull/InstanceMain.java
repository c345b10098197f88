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

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.test.SeenFile;

/**
 * Another instance of a listener, as a process.
 */
public final class InstanceMain {

	private InstanceMain() {
	}

	/**
	 * Begin.
	 * @param args the server's address, the stream, the file for what is seen, the most
	 * that may be in flight, and the milliseconds that a handler takes
	 * @throws Exception if there is no server or consumer
	 */
	public static void main(String[] args) throws Exception {
		int maxInFlight = Integer.parseInt(args[3]);
		long nanos = Long.parseLong(args[4]) * 1_000_000;
		try (PullFixture fixture = PullFixture.of(args[1], (options) -> options.server(args[0]));
				SeenFile seen = SeenFile.appendTo(Path.of(args[2]))) {
			fixture.start(maxInFlight, (message) -> {
				LockSupport.parkNanos(nanos);
				seen.append(new String(message.getData(), StandardCharsets.UTF_8));
			});
			System.out.println("listening");
			new CountDownLatch(1).await();
		}
	}

}
